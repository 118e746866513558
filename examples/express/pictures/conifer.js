/**
 * Draws the outline of a conifer, branch by branch, by calling `paint(x, y, depth)` for each pixel it covers; a pixel may
 * be painted more than once. `depth` is 0 on the shaded lower edge of a branch and 1 on its upper edge.
 */
export function drawConifer(paint, random, { x, base, height, spread = 0.23 }) {
  const lean = (random() - 0.5) * 0.03;
  const trunk = height * 0.011;
  for (let rise = 0; rise < height; rise++) {
    const half = trunk * (1 - rise / height);
    const centre = x + lean * rise;
    for (let px = Math.floor(centre - half); px <= centre + half; px++) paint(px, Math.floor(base - rise), 0.3);
  }

  const branches = Math.round(60 + height / 5);
  for (let i = 0; i < branches; i++) {
    const down = ((i + random()) / branches) ** 1.15 * 0.93;
    const whorl = 0.72 + 0.28 * Math.sin(down * branches * 0.9 + random());
    const length = height * spread * (0.02 + down ** 0.8) * (0.55 + 0.6 * random()) * whorl;
    const droop = 0.16 + 0.42 * down + 0.25 * (random() - 0.5);
    const side = random() < 0.5 ? -1 : 1;
    const rootX = x + lean * height * (1 - down);
    const rootY = base - height * (1 - down);
    const thick = height * 0.006 * (0.3 + down) + length * 0.09;
    for (let s = 0; s < length; s++) {
      const share = s / length;
      const middle = rootY + droop * s * (1.25 - 0.75 * share * share);
      const hang = thick * (1 - share * share) * (0.35 + random());
      const px = Math.floor(rootX + side * s);
      const top = Math.floor(middle - hang * 0.3);
      const bottom = middle + hang;
      for (let py = top; py <= bottom; py++) paint(px, py, 1 - (py - top) / (bottom - top + 1));
    }
  }
}
