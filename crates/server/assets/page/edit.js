// Directions of the model as sliders: what each does is seen on both of its ends. Beside them, the shape of faces.

import { ask, askJson, paint } from './api.js';
import { thumb } from './pictures.js';
import { complain } from './said.js';
import * as shapes from './shapes.js';
import { octaves } from './styles.js';
import { text, worded } from './texts.js';

const element = (id) => document.getElementById(id);

/** How far a slider goes either way, in standard deviations; where that hardly shows, twice as far. */
const FAR = 5;

/** Ends of a slider that differ by fewer levels on average hardly show. */
const SHOWS = 22;

/** Ends that differ by fewer still look alike. */
const FAINT = 10;

/** A slider whose ends are on average so few levels from those of an earlier one does the same. */
const ALIKE = 12;

/** A difference in one respect that can just be seen well. */
const STEP = 1;

/**
 * `{ index, stage, effect, amount, far, turned, ends: [address?, address?], looks, means, ready, hidden }`; `looks` are the pictures at its ends, and
 * one that does what an earlier one does is hidden; `means` is what it changes,
 * the most first, once that is known; it is shown when that has been looked at. A slider is turned round where its right end has less of that, so that no two
 * lead the same way with their ends exchanged.
 */
let directions = [];
let loading = null;
let changed = () => {};

/** Listens to the panel; `onChange` hears of every move. */
export function start(onChange) {
  changed = onChange;
  for (const id of ['edit-mode', 'edit-octaves']) {
    element(id).addEventListener('change', () => { if (way.any()) changed(0); });
  }
  element('edit-reset').addEventListener('click', () => {
    for (const one of directions) one.amount = 0;
    shapes.reset();
    draw();
    changed(0);
  });
  element('edit-surprise').addEventListener('click', () => {
    for (const one of directions) one.amount = 0;
    const rest = directions.filter(({ ready, hidden }) => ready && !hidden);
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
    draw();
    complain(error);
  });
  draw();
}

async function load() {
  const found = await askJson('/v1/directions');
  directions = found.directions.map((one) => ({ ...one, amount: 0, far: FAR, turned: false, ends: [null, null], looks: null, means: null, ready: false, hidden: false }));
  draw();
  const sitter = await (await ask('/assets/sitter.png')).blob();
  // One after the other: the first ones are seen while the last ones are painted.
  for (const one of directions) {
    try {
      let ends = await painted(sitter, one);
      if (apart(ends) < SHOWS) {
        one.far = 2 * FAR;
        ends = await painted(sitter, one);
      }
      one.means = apart(ends) < FAINT ? [] : meanings(...ends.map(look));
      if (one.means[0]?.startsWith('less')) {
        ends.reverse();
        [one.turned, one.amount, one.means] = [true, -one.amount, one.means.map(opposite)];
      }
      one.hidden = directions.some(({ looks }) => looks && sameEnds(looks, ends));
      one.looks = ends;
      one.ends = ends.map(({ blob }) => URL.createObjectURL(blob));
    } catch { /* A slider without its pictures can still be moved. */ }
    one.ready = true;
    draw();
  }
}

/** Whether both ends of a slider look as those of another. */
const sameEnds = (one, other) => [0, 1].every((end) => apart([one[end], other[end]]) < ALIKE);

const moved = () => directions.filter(({ amount }) => amount !== 0);
const asked = (amounts, mode) => ({
  address: '/v1/edit',
  fields: [...(amounts.length ? [['directions', JSON.stringify(amounts)]] : []), ['mode', mode]],
});

/** The same with its ends exchanged. */
const opposite = (change) => (change.startsWith('more') ? `less${change.slice(4)}` : `more${change.slice(4)}`);

/** What tells changes from others: not which of them is named first, nor which end they are seen from. */
function toldBy(changes) {
  const sorted = [...changes].sort((one, other) => one.slice(4).localeCompare(other.slice(4)));
  return (sorted[0].startsWith('less') ? sorted.map(opposite) : sorted).join();
}

/** Their names, in any language: what each changes most; where an earlier one does the same, what it changes besides; a number where that is not enough. */
function called() {
  const taken = [];
  return directions.map(({ means }, place) => {
    // Not yet looked at, or in vain.
    if (!means || directions[place].hidden) return { key: 'unmeasured', values: { number: place + 1 } };
    const [first = 'hardly', ...others] = means;
    const possible = [[first], ...others.map((other) => [first, other])];
    const own = possible.find((changes) => !taken.includes(toldBy(changes))) ?? possible[Math.min(1, others.length)];
    const words = own.map((key) => ({ key }));
    const name = own.length > 1 ? { key: 'twoChanges', values: { first: words[0], second: words[1] } } : words[0];
    const same = taken.filter((one) => one === toldBy(own)).length;
    taken.push(toldBy(own));
    return same ? { all: [name, same + 1], between: ' ' } : name;
  });
}

/** Both ends of a direction's slider, on a portrait: `[{ blob, data }, { blob, data }]`. */
const painted = (sitter, { index, far }) => Promise.all([-far, far].map(async (amount) => {
  const blob = await paint(sitter, asked([{ direction: index, amount }], 'redraw'));
  return { blob, data: await pixels(blob) };
}));

/** A picture at 64 × 64, what is transparent in it white: its bytes. */
async function pixels(blob) {
  const bitmap = await createImageBitmap(blob);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [64, 64];
  const context = canvas.getContext('2d');
  context.fillStyle = '#fff';
  context.fillRect(0, 0, 64, 64);
  context.drawImage(bitmap, 0, 0, 64, 64);
  bitmap.close();
  return context.getImageData(0, 0, 64, 64).data;
}

/** How many levels two pictures are apart where either is not white, on average. */
function apart([{ data: one }, { data: other }]) {
  let [sum, count] = [0, 0];
  for (let at = 0; at < one.length; at += 4) {
    const white = [0, 1, 2].every((channel) => one[at + channel] === 255 && other[at + channel] === 255);
    if (white) continue;
    count += 3;
    for (let channel = 0; channel < 3; channel += 1) sum += Math.abs(one[at + channel] - other[at + channel]);
  }
  return count ? sum / count : 0;
}

/** How a picture looks: `light`, `colour`, `warm`, `green`, `contrast` and `detail`, each in steps that can just be seen well. */
function look({ data }) {
  const lights = [];
  let [colour, warm, green, detail] = [0, 0, 0, 0];
  for (let at = 0; at < data.length; at += 4) {
    const [red, middle, blue] = data.subarray(at, at + 3);
    lights.push(0.299 * red + 0.587 * middle + 0.114 * blue);
    colour += Math.max(red, middle, blue) - Math.min(red, middle, blue);
    warm += red - blue;
    green += middle - (red + blue) / 2;
    if (lights.length % 64 !== 1) detail += Math.abs(lights.at(-1) - lights.at(-2));
  }
  const count = lights.length;
  const light = lights.reduce((sum, one) => sum + one, 0) / count;
  const contrast = Math.sqrt(lights.reduce((sum, one) => sum + (one - light) ** 2, 0) / count);
  return { light: light / 12, colour: colour / count / 12, warm: warm / count / 12, green: green / count / 4, contrast: contrast / 9, detail: detail / count / 2.5 };
}

/** What differs most between both ends of a slider, and what else can be seen to differ, named in its direction. */
function meanings(before, after) {
  const differences = Object.keys(before).map((key) => [key, after[key] - before[key]]);
  differences.sort((one, other) => Math.abs(other[1]) - Math.abs(one[1]));
  const seen = differences.filter(([, much], place) => place === 0 || Math.abs(much) >= STEP);
  return seen.map(([key, much]) => `${much > 0 ? 'more' : 'less'}${key[0].toUpperCase()}${key.slice(1)}`);
}

const signed = (amount) => `${amount > 0 ? '+' : '−'}${Math.abs(amount)}`;

/** How the picture on the stage is edited. */
export const way = {
  any: () => moved().length > 0 || shapes.any(),
  describe: () => {
    const names = called();
    const said = moved().map((one) => ({ all: [names[directions.indexOf(one)], signed(one.amount)], between: ' ' }));
    return { all: [...said, ...shapes.described()], between: ' · ' };
  },
  said: 'edited',
  recipe: () => {
    const amounts = moved().map(({ index, amount, turned }) => ({ direction: index, amount: turned ? -amount : amount }));
    const { address, fields } = asked(amounts, element('edit-mode').checked ? 'redraw' : 'change');
    return { address, fields: [...fields, ...shapes.fields(), ...octaves('edit-octaves')] };
  },
  pick: 'pickDirection',
};

/** Draws the sliders; keeps the focus where it was. */
export function draw() {
  const focus = document.activeElement?.dataset?.direction;
  const ready = directions.filter((one) => one.ready).length;
  const rows = called().map((name, place) => directions[place].ready && !directions[place].hidden && row(directions[place], worded(name)));
  const shown = rows.filter(Boolean);
  element('directions').replaceChildren(...shown);
  shapes.draw(() => changed());
  const waiting = element('directions-waiting');
  waiting.hidden = loading === null || (shown.length > 0 && ready === rows.length);
  waiting.textContent = text('directionsWaiting') + (rows.length ? ` ${ready}/${rows.length}` : '');
  if (focus) document.querySelector(`[data-direction="${CSS.escape(focus)}"]`)?.focus();
}

function row(one, known) {
  const item = document.createElement('li');
  const head = document.createElement('span');
  head.className = 'direction-head';
  const name = document.createElement('span');
  name.textContent = known;
  const value = document.createElement('output');
  head.append(name, value);
  const input = document.createElement('input');
  input.type = 'range';
  input.min = String(-one.far);
  input.max = String(one.far);
  input.step = '0.1';
  input.value = String(one.amount);
  input.dataset.direction = String(one.index);
  input.setAttribute('aria-label', text('directionOf', { name: known, share: Math.round(one.effect * 100) }));
  input.title = input.getAttribute('aria-label');
  const tell = () => { value.textContent = one.amount === 0 ? '0' : signed(one.amount); };
  input.addEventListener('input', () => {
    one.amount = Number(input.value);
    tell();
    changed();
  });
  tell();
  item.append(head, thumb(one.ends[0]), input, thumb(one.ends[1]));
  return item;
}
