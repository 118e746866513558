// The controls, made from the table of parameters. Each row holds the text of one parameter; sliders, swatches and words
// are other ways to write that text.
import { element } from './element.js';
import { parameters, withPart } from './parameters.js';

/**
 * Fills an element with all parameters in their groups.
 *
 * @param lists the options of those choices that name a list: pictures, presets.
 * @param change called with the row of the table and the new text, '' where the parameter is to be left out.
 */
export function createControls(root, lists, change) {
  const rows = new Map(parameters.map((parameter) => [parameter.name, createRow(parameter, lists, change)]));
  const groups = new Map();
  for (const { group, name, isOutput } of parameters) {
    if (!groups.has(group)) groups.set(group, { ...createGroup(group), isOutput });
    groups.get(group).body.append(rows.get(name).node);
  }
  const stages = root.querySelector('.stages');
  for (const { node, isOutput } of groups.values()) {
    if (isOutput) stages.before(node);
    else root.append(node);
  }
  return {
    group: (name) => groups.get(name),
    relist() {
      for (const row of rows.values()) row.relist();
    },
    /** Shows what the parameters are: those of a stage and those of the output together. */
    show(values) {
      for (const [name, row] of rows) row.show(values.get(name) ?? '');
      for (const [group, { summary }] of groups) {
        const given = parameters.filter((each) => each.group === group && values.has(each.name));
        summary.textContent = given.map(({ name }) => `${name} ${values.get(name)}`).join(' · ');
      }
    },
    /** Shows what is wrong beside the parameter that it names, and nowhere where there is none. */
    refuse(name, message) {
      for (const row of rows.values()) row.refuse('');
      if (!rows.has(name)) return;
      rows.get(name).refuse(message);
      groups.get(parameters.find((each) => each.name === name).group).node.open = true;
    },
  };
}

function createGroup(group) {
  const summary = element('span', { className: 'given' });
  const body = element('div', { className: 'rows' });
  const node = element('details', { open: ['Output', 'Size', 'Crop'].includes(group) });
  node.dataset.group = group;
  node.append(element('summary', {}, element('span', { className: 'name' }, group), summary), body);
  return { node, body, summary };
}

function createRow(parameter, lists, change) {
  const { name, label } = parameter;
  const id = `parameter-${name}`;
  const field = fields[parameter.kind](parameter, id, lists);
  const clear = element('button', { type: 'button', className: 'clear', 'aria-label': `Leave ${name} out` }, '×');
  const wrong = element('p', { className: 'wrong', id: `${id}-wrong`, hidden: true });
  const write = (text) => change(parameter, text);
  const extras = createExtras(parameter, field, write);
  const node = element('div', { className: `row ${parameter.kind}` });
  node.append(
    element('label', { htmlFor: id, title: name }, label),
    element('div', { className: 'field' }, ...extras.before, field.node, ...extras.after, clear),
    ...(field.below ?? extras.below),
    wrong,
  );
  field.node.addEventListener(field.event, () => write(field.read()));
  clear.addEventListener('click', () => {
    write('');
    field.node.focus();
  });
  return {
    node,
    relist: () => field.relist?.(),
    show(text) {
      field.show(text);
      extras.show(text);
      node.classList.toggle('given', text !== '');
      clear.disabled = text === '';
    },
    refuse(message) {
      wrong.textContent = message;
      wrong.hidden = message === '';
      if (message === '') field.node.removeAttribute('aria-invalid');
      else field.node.setAttribute('aria-invalid', 'true');
      field.node.setAttribute('aria-describedby', message === '' ? '' : wrong.id);
    },
  };
}

const fields = {
  text({ name, unset = '' }, id) {
    const node = element('input', { id, name, placeholder: unset, autocomplete: 'off', spellcheck: false });
    return {
      node,
      event: 'input',
      read: () => node.value.trim(),
      show(text) {
        // Who is writing is not written over.
        if (node.value.trim() !== text) node.value = text;
      },
    };
  },
  choice({ name, options, unset }, id, lists) {
    const option = ({ value, label = value }) => element('option', { value }, label);
    const node = element('select', { id, name });
    const note = element('p', { className: 'note' });
    let given;
    const relist = () => {
      const { value } = node;
      given = typeof options === 'string' ? lists[options]() : options.map((each) => ({ value: each }));
      node.replaceChildren(option({ value: '', label: unset }), ...given.map(option));
      node.value = value;
    };
    relist();
    return {
      node,
      relist,
      below: [note],
      event: 'change',
      read: () => node.value,
      show(text) {
        note.textContent = given.find(({ value }) => value === text)?.note ?? '';
        if (![...node.options].some(({ value }) => value === text)) node.append(option({ value: text }));
        node.value = text;
      },
    };
  },
  switch({ name }, id) {
    const node = element('input', { id, name, type: 'checkbox' });
    return {
      node,
      event: 'change',
      read: () => (node.checked ? 'true' : ''),
      show(text) {
        node.checked = ['true', '1'].includes(text);
      },
    };
  },
};

/** What helps to write a text: sliders before the field, a swatch after it, words below. */
function createExtras(parameter, field, write) {
  const { label, sliders = [], swatch, words = [] } = parameter;
  const writePart = (index, part) => write(withPart(parameter, field.read(), index, part));
  const inputs = sliders.map(({ label: part = 'slider', min, max, step, rest }, index) => {
    const node = element('input', { type: 'range', min, max, step, value: rest, 'aria-label': `${label}, ${part}` });
    node.addEventListener('input', () => writePart(index, node.value));
    return { node, rest };
  });
  const swatches = swatch === undefined ? [] : [element('input', { type: 'color', 'aria-label': `${label}: colour` })];
  for (const node of swatches) node.addEventListener('input', () => writePart(swatch, node.value.slice(1)));
  const buttons = words.map((word) => {
    const properties = { type: 'button', className: 'word', 'aria-label': `${label}: ${word}` };
    const node = element('button', properties, word);
    node.addEventListener('click', () => write(word));
    return node;
  });
  return {
    before: inputs.length === 0 ? [] : [element('div', { className: 'sliders' }, ...inputs.map(({ node }) => node))],
    after: swatches,
    below: words.length === 0 ? [] : [element('div', { className: 'words' }, ...buttons)],
    show(text) {
      const parts = text.split(',');
      for (const [index, { node, rest }] of inputs.entries()) {
        const value = Number.parseFloat(parts[index]);
        node.value = Number.isNaN(value) ? rest : value;
      }
      for (const node of swatches) node.value = toHex(parts[swatch] ?? '');
      for (const button of buttons) button.setAttribute('aria-pressed', button.textContent === text);
    },
  };
}

const canvas = document.createElement('canvas').getContext('2d');

/** A colour of a URL as a colour input takes it. */
function toHex(text) {
  canvas.fillStyle = '#000';
  canvas.fillStyle = /^([\da-f]{3,4}|[\da-f]{6}|[\da-f]{8})$/i.test(text) ? `#${text}` : text;
  return /^#/.test(canvas.fillStyle) ? canvas.fillStyle : '#000000';
}
