// Which quality of one encoder looks like a quality of another.

/**
 * The quality at which the curve, points of [quality, loss], first loses no more than `loss`. Between two points the
 * logarithm of the loss is taken to fall evenly: the curves are convex, and straight lines would ask for too much.
 */
export function qualityAt(curve, loss) {
  let [lowQuality, lowLoss] = curve[0];
  if (lowLoss <= loss) return lowQuality;
  for (const [quality, highLoss] of curve.slice(1)) {
    if (highLoss <= loss) {
      return lowQuality + ((quality - lowQuality) * Math.log(lowLoss / loss)) / Math.log(lowLoss / highLoss);
    }
    [lowQuality, lowLoss] = [quality, highLoss];
  }
  return lowQuality;
}

export const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
