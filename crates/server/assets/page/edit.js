// Directions of the model as sliders: what each does is seen on both of its ends.

import { ask, askJson, paint } from './api.js';
import { thumb } from './pictures.js';
import { complain } from './said.js';
import { text } from './texts.js';

const element = (id) => document.getElementById(id);

/** How far a slider goes either way, in standard deviations. */
const FAR = 5;

/** `{ index, stage, effect, amount, ends: [address?, address?], means }`; `means` is what it changes most. */
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
  directions = found.directions.map((one) => ({ ...one, amount: 0, ends: [null, null], means: null }));
  draw();
  const sitter = await (await ask('/assets/sitter.png')).blob();
  // One after the other: the first ones are seen while the last ones are painted.
  for (const one of directions) {
    try {
      const looks = [];
      for (const [end, amount] of [[0, -FAR], [1, FAR]]) {
        const blob = await paint(sitter, asked([{ direction: one.index, amount }], 'redraw'));
        one.ends[end] = URL.createObjectURL(blob);
        looks.push(await look(blob));
      }
      one.means = meaning(...looks);
    } catch { /* A slider without its pictures can still be moved. */ }
    draw();
  }
}

const moved = () => directions.filter(({ amount }) => amount !== 0);
const asked = (amounts, mode) => ({ address: '/v1/edit', fields: [['directions', JSON.stringify(amounts)], ['mode', mode]] });
/** A name that no other has: what the direction changes most, or else its stage, and a number after the first. */
const nameOf = (one) => {
  const key = ({ means, stage }) => means ?? `stage${stage}`;
  const earlier = directions.filter((other) => key(other) === key(one) && other.index < one.index).length;
  return earlier ? `${text(key(one))} ${earlier + 1}` : text(key(one));
};

/** How a picture looks: `light`, `colour`, `warm`, `contrast` and `detail`, each in steps that can just be seen well. */
async function look(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 64];
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 64, 64);
  context.drawImage(bitmap, 0, 0, 64, 64);
  bitmap.close();
  const { data } = context.getImageData(0, 0, 64, 64);
  const lights = [];
  let [colour, warm, detail] = [0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue] = data.subarray(at, at + 3);
    lights.push(0.299 * red + 0.587 * green + 0.114 * blue);
    colour += Math.max(red, green, blue) - Math.min(red, green, blue);
    warm += red - blue;
    if (lights.length % 64 !== 1) detail += Math.abs(lights.at(-1) - lights.at(-2));
  }
  const count = lights.length;
  const light = lights.reduce((sum, one) => sum + one, 0) / count;
  const contrast = Math.sqrt(lights.reduce((sum, one) => sum + (one - light) ** 2, 0) / count);
  return { light: light / 12, colour: colour / count / 12, warm: warm / count / 12, contrast: contrast / 6, detail: detail / count / 1.5 };
}

/** What differs most between both ends of a slider, named in its direction; nothing if all is much alike. */
function meaning(before, after) {
  const differences = Object.keys(before).map((key) => [key, after[key] - before[key]]);
  const [key, most] = differences.reduce((one, other) => (Math.abs(other[1]) > Math.abs(one[1]) ? other : one));
  if (Math.abs(most) < 1) return null;
  return `${most > 0 ? 'more' : 'less'}${key[0].toUpperCase()}${key.slice(1)}`;
}

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
