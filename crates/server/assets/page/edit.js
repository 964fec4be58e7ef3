// Directions of the model as sliders: what each does is seen on both of its ends.

import { ask, askJson, paint } from './api.js';
import { thumb } from './pictures.js';
import { complain } from './said.js';
import { text } from './texts.js';

const element = (id) => document.getElementById(id);

/** How far a slider goes either way, in standard deviations. */
const FAR = 5;

/** `{ index, stage, effect, amount, ends: [address?, address?] }` */
let directions = [];
let loading = null;
let changed = () => {};

/** Listens to the panel; `onChange` hears of every move. */
export function start(onChange) {
  changed = onChange;
  element('edit-mode').addEventListener('change', () => { if (way.any()) changed(0); });
  element('edit-reset').addEventListener('click', () => {
    for (const one of directions) one.amount = 0;
    draw();
    changed(0);
  });
  element('edit-surprise').addEventListener('click', () => {
    for (const one of directions) one.amount = 0;
    const rest = [...directions];
    for (let count = 0; count < 3 && rest.length; count += 1) {
      const [one] = rest.splice(Math.floor(Math.random() * rest.length), 1);
      one.amount = (Math.random() < 0.5 ? -1 : 1) * (1 + Math.round(Math.random() * 20) / 10);
    }
    draw();
    changed(0);
  });
}

/** Asks for the directions when they are first to be seen. */
export function opened() {
  loading ??= load().catch((error) => {
    loading = null;
    complain(error);
  });
}

async function load() {
  const found = await askJson('/v1/directions');
  directions = found.directions.map((one) => ({ ...one, amount: 0, ends: [null, null] }));
  draw();
  const sitter = await (await ask('/assets/sitter.png')).blob();
  // One after the other: the first ones are seen while the last ones are painted.
  for (const one of directions) {
    for (const [end, amount] of [[0, -FAR], [1, FAR]]) {
      try {
        const recipe = asked([{ direction: one.index, amount }], 'redraw');
        one.ends[end] = URL.createObjectURL(await paint(sitter, recipe));
      } catch { /* A slider without its pictures can still be moved. */ }
    }
    draw();
  }
}

const moved = () => directions.filter(({ amount }) => amount !== 0);
const asked = (amounts, mode) => ({ address: '/v1/edit', fields: [['directions', JSON.stringify(amounts)], ['mode', mode]] });
const nameOf = ({ stage, index }) => {
  const earlier = directions.filter((other) => other.stage === stage && other.index < index);
  return `${text(`stage${stage}`)} ${earlier.length + 1}`;
};

/** How the picture on the stage is edited. */
export const way = {
  any: () => moved().length > 0,
  describe: () => moved().map((one) => `${nameOf(one)} ${one.amount > 0 ? '+' : '−'}${Math.abs(one.amount)}`).join(', '),
  recipe: () => asked(moved().map(({ index, amount }) => ({ direction: index, amount })), element('edit-mode').checked ? 'redraw' : 'change'),
  pick: 'pickDirection',
};

/** Draws the sliders; keeps the focus where it was. */
export function draw() {
  const focus = document.activeElement?.dataset?.direction;
  element('directions').replaceChildren(...directions.map(row));
  if (focus) document.querySelector(`[data-direction="${CSS.escape(focus)}"]`)?.focus();
}

function row(one) {
  const item = document.createElement('li');
  const head = document.createElement('span');
  head.className = 'direction-head';
  const name = document.createElement('span');
  name.textContent = nameOf(one);
  const value = document.createElement('output');
  head.append(name, value);
  const input = document.createElement('input');
  input.type = 'range';
  input.min = String(-FAR);
  input.max = String(FAR);
  input.step = '0.1';
  input.value = String(one.amount);
  input.dataset.direction = String(one.index);
  input.setAttribute('aria-label', text('directionOf', { name: nameOf(one), share: Math.round(one.effect * 100) }));
  input.title = input.getAttribute('aria-label');
  const tell = () => { value.textContent = one.amount === 0 ? '0' : `${one.amount > 0 ? '+' : '−'}${Math.abs(one.amount)}`; };
  input.addEventListener('input', () => {
    one.amount = Number(input.value);
    tell();
    changed();
  });
  tell();
  item.append(head, thumb(one.ends[0]), input, thumb(one.ends[1]));
  return item;
}
