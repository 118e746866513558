// A small view of what a stage begins with: a click sets the focal point, a drag the crop. Their sliders and fields do the
// same without a pointer.
import { element } from './element.js';

/** @param change called with a name, fp or crop, and its new text. */
export function createPad(change) {
  const image = element('img', { alt: 'The picture before it is cut', draggable: false });
  const point = element('span', { className: 'point', hidden: true });
  const frame = element('span', { className: 'frame', hidden: true });
  const plate = element('div', { className: 'plate' }, image, frame, point);
  const hint = element('p', {}, 'Click for the focal point, drag for the crop.');
  const node = element('div', { className: 'pad' }, plate, hint);
  let from;

  plate.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    plate.setPointerCapture(event.pointerId);
    from = placeOf(event, plate);
  });
  plate.addEventListener('pointermove', (event) => {
    if (from) place(frame, box(from, placeOf(event, plate)));
  });
  plate.addEventListener('pointercancel', () => {
    from = undefined;
  });
  plate.addEventListener('pointerup', (event) => {
    if (!from) return;
    const [x, y, width, height] = box(from, placeOf(event, plate));
    const { x: across, y: down } = from;
    from = undefined;
    if (width < 0.03 || height < 0.03) change('fp', `${share(across)},${share(down)}`);
    else change('crop', [x, y, width, height].map(share).join(','));
  });
  return {
    node,
    /** Shows a picture with the focal point and the crop that a stage has. */
    show(url, values) {
      if (image.getAttribute('src') !== url) image.src = url;
      const [x, y] = numbers(values.get('fp'));
      point.hidden = y === undefined;
      if (y !== undefined) Object.assign(point.style, { left: `${100 * x}%`, top: `${100 * y}%` });
      const crop = numbers(values.get('crop'));
      const isBox = crop.length === 4 && crop.every((side) => side <= 1);
      frame.hidden = !isBox;
      if (isBox) place(frame, crop);
    },
  };
}

const numbers = (text = '') => (/^[\d.]+(,[\d.]+)+$/.test(text) ? text.split(',').map(Number) : []);

/** At most two decimals; a whole number would be pixels, but for nothing. */
const share = (part) => (part < 0.005 ? '0' : part.toFixed(2));

function placeOf({ clientX, clientY }, node) {
  const { left, top, width, height } = node.getBoundingClientRect();
  const within = (part) => Math.min(1, Math.max(0, part));
  return { x: within((clientX - left) / width), y: within((clientY - top) / height) };
}

function box(a, b) {
  return [Math.min(a.x, b.x), Math.min(a.y, b.y), Math.abs(a.x - b.x), Math.abs(a.y - b.y)];
}

function place(frame, [x, y, width, height]) {
  frame.hidden = false;
  const sides = { left: x, top: y, width, height };
  for (const [side, part] of Object.entries(sides)) frame.style[side] = `${100 * part}%`;
}
