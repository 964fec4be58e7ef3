// The shape of faces as sliders: what lies where in a face, whatever the model knows.

import { text, worded } from './texts.js';

const element = (id) => document.getElementById(id);

/** Names as the server has them, and how far each goes the other way. */
const SHAPES = [['age', -1], ['eyes', -1], ['face', -1], ['smile', -1], ['mouth', 0], ['blink', 0], ['chibi', 0]]
  .map(([name, least]) => ({ name, least, amount: 0 }));

const signed = (amount) => (amount === 0 ? '0' : `${amount > 0 ? '+' : '−'}${Math.abs(amount)}`);

const moved = () => SHAPES.filter(({ amount }) => amount !== 0);

/** Whether any slider is moved. */
export const any = () => moved().length > 0;

/** What is changed, in any language. */
export const described = () => moved().map(({ name, amount }) => ({ all: [{ key: `shape_${name}` }, signed(amount)], between: ' ' }));

/** The fields that tell the server of it. */
export const fields = () => (any() ? [['warp', JSON.stringify(moved().map(({ name, amount }) => ({ shape: name, amount })))]] : []);

/** All faces as they are. */
export function reset() {
  for (const shape of SHAPES) shape.amount = 0;
}

/** Draws the sliders; `onChange` hears of every move. */
export function draw(onChange) {
  const focus = document.activeElement?.dataset?.shape;
  element('shapes').replaceChildren(...SHAPES.map((shape) => row(shape, onChange)));
  if (focus) document.querySelector(`[data-shape="${CSS.escape(focus)}"]`)?.focus();
}

function row(shape, onChange) {
  const item = document.createElement('li');
  const label = document.createElement('label');
  label.className = 'shape-head';
  label.htmlFor = `shape-${shape.name}`;
  const name = document.createElement('span');
  name.textContent = worded({ key: `shape_${shape.name}` });
  const value = document.createElement('output');
  label.append(name, value);
  const input = document.createElement('input');
  Object.assign(input, { type: 'range', id: label.htmlFor, min: String(shape.least), max: '1', step: '0.05', value: String(shape.amount) });
  input.dataset.shape = shape.name;
  input.title = text(`shape_${shape.name}_tip`);
  const tell = () => { value.textContent = signed(shape.amount); };
  input.addEventListener('input', () => {
    shape.amount = Number(input.value);
    tell();
    onChange();
  });
  tell();
  item.append(label, input);
  return item;
}
