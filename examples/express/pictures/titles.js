/** The example's pictures, the slowest to draw first. */
export const titles = {
  'sea.jpg': 'the sea against the sun',
  'agate.jpg': 'a slice of agate',
  'forest.jpg': 'a forest in the morning',
  'mountains.jpg': 'mountains at dusk',
  'moon.gif': 'a month of the moon',
  'bubbles.png': 'soap bubbles',
};
