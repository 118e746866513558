// The row of buttons that chooses a stage, adds one and removes one.
import { element } from './element.js';

/** @param act called with the stages as they are to be, and the number of the one to be shown. */
export function showStages(root, { stages, stage }, act) {
  const button = (text, properties, ...next) => {
    const node = element('button', { type: 'button', ...properties }, text);
    node.addEventListener('click', () => {
      act(...next);
      root.querySelector('[aria-pressed=true]').focus();
    });
    return node;
  };
  const choosers = stages.map((_, index) =>
    button(`Stage ${index + 1}`, { 'aria-pressed': String(index === stage) }, stages, index),
  );
  const add = button('Add a stage', { className: 'quiet' }, [...stages, new Map()], stages.length);
  const others = stages.filter((_, index) => index !== stage);
  const remove = button('Remove it', { className: 'quiet' }, others, Math.max(0, stage - 1));
  root.replaceChildren(...choosers, add, ...(stages.length === 1 ? [] : [remove]));
}
