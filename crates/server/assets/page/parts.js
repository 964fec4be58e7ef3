// Parts of the picture that stay as they are, that alone are painted, or that have a style of their own: found by
// their names, or drawn with a brush.

import * as mask from './mask.js';
import * as styles from './styles.js';
import { text } from './texts.js';

const element = (id) => document.getElementById(id);

/** What the server finds in a picture. */
const NAMES = ['hair', 'face', 'eyes', 'brows', 'mouth', 'body', 'background', 'figure'];
/** The part that the brush covers. */
const DRAWN = 'drawn';
/** The most that a request takes. */
const MOST = 8;

/** `{ part, use }`: the part, and `keep`, `only` or one of the styles; later ones lie above earlier ones. */
let rows = [];
let changed = () => {};

const isStyle = (use) => typeof use === 'object';
const hasBrush = () => rows.some(({ part }) => part === DRAWN);
/** Those that say anything; `drawn` is whether the brush counts. */
const used = (drawn) => rows.filter(({ part }) => part !== DRAWN || (drawn && mask.drawn()));

/** The same recipe with parts; a part that is drawn belongs to one picture alone. */
export function within(recipe, drawn = true) {
  const parts = used(drawn);
  if (parts.length === 0) return recipe;
  const fields = [...recipe.fields];
  const references = fields.filter(([name]) => name === 'reference').map(([, file]) => file);
  const what = (use) => {
    if (!isStyle(use)) return { [use]: true };
    if (use.kind === 'name') return { name: use.name };
    if (use.kind === 'seed') return { seed: use.seed };
    if (!references.includes(use.blob)) {
      references.push(use.blob);
      fields.push(['reference', use.blob]);
    }
    return { reference: references.indexOf(use.blob) };
  };
  const regions = parts.map(({ part, use }) => ({ ...(part === DRAWN ? { mask: 0 } : { part }), ...what(use) }));
  fields.push(['regions', JSON.stringify(regions)]);
  if (parts.some(({ part }) => part === DRAWN)) fields.push(['region_mask', mask.drawn()]);
  return { ...recipe, fields };
}

/** The options of `utsushi transfer` that do the same, with the mask that *Save the mask* saves. */
export const options = () => used(true).flatMap(({ part, use }) => {
  const where = part === DRAWN ? mask.drawn().name : part;
  return ['--mask', `${where}:${isStyle(use) ? named(use) : use}`];
});

/** A style as it is written behind a mask. */
function named({ kind, name, file, seed }) {
  if (kind === 'name') return `name:${name}`;
  if (kind === 'seed') return `seed:${seed}`;
  return file.includes('.') ? file : `./${file}`;
}

/** Forgets what was drawn: there is another picture. Parts by name are found in that one too. */
export function forget() {
  mask.forget();
  open(false);
}

/** Shows the parts, and the brush if one of them is drawn. */
function open(on) {
  element('mask-open').setAttribute('aria-expanded', String(on));
  element('mask-tools').hidden = !on;
  if (on && rows.length === 0) rows.push({ part: DRAWN, use: 'keep' });
  draw();
}

function option(value, label) {
  const item = document.createElement('option');
  [item.value, item.textContent] = [value, label];
  return item;
}

const partName = (part) => text(`part_${part}`);

/** The choice of a row's part; the brush draws one part alone. */
function partSelect(row) {
  const select = document.createElement('select');
  select.append(...[DRAWN, ...NAMES].map((part) => option(part, partName(part))));
  select.options[0].disabled = row.part !== DRAWN && hasBrush();
  select.value = row.part;
  select.dataset.field = 'part';
  select.setAttribute('aria-label', text('partWhich'));
  select.addEventListener('change', () => {
    row.part = select.value;
    draw();
    changed(0);
  });
  return select;
}

/** The choice of what becomes of a part. */
function useSelect(row) {
  const select = document.createElement('select');
  select.append(option('keep', text('partKeep')), option('only', text('partOnly')));
  const known = styles.all();
  // A style that has left the gallery still is one.
  if (isStyle(row.use) && !known.includes(row.use)) known.push(row.use);
  if (!styles.isOnly()) {
    const group = document.createElement('optgroup');
    group.label = text('partStyle');
    group.append(...known.map((style) => option(style.key, styles.nameOf(style))));
    select.append(group);
  }
  select.value = isStyle(row.use) ? row.use.key : row.use;
  select.dataset.field = 'use';
  select.setAttribute('aria-label', text('partUse', { part: partName(row.part) }));
  select.addEventListener('change', () => {
    row.use = known.find(({ key }) => key === select.value) ?? select.value;
    draw();
    changed(0);
  });
  return select;
}

function rowOf(row, index) {
  const item = document.createElement('li');
  const away = document.createElement('button');
  away.type = 'button';
  away.className = 'quiet icon';
  away.textContent = '×';
  away.dataset.field = 'away';
  away.setAttribute('aria-label', text('partAway', { part: partName(row.part) }));
  away.addEventListener('click', () => {
    rows.splice(index, 1);
    draw();
    element('part-add').focus();
    changed(0);
  });
  item.append(partSelect(row), useSelect(row), away);
  return item;
}

/** Draws the parts; keeps the focus where it was. */
export function draw() {
  const list = element('part-list');
  const { activeElement: focus } = document;
  const at = [...list.children].findIndex((item) => item.contains(focus));
  const field = focus?.dataset?.field;
  list.replaceChildren(...rows.map(rowOf));
  if (at >= 0) list.children[at]?.querySelector(`[data-field="${field}"]`)?.focus();
  element('part-add').disabled = rows.length >= MOST;
  const opened = !element('mask-tools').hidden;
  element('brush-tools').hidden = !hasBrush();
  mask.show(opened && hasBrush());
  const count = used(true).length;
  element('mask-open').textContent = count ? text('partsOpenCount', { count }) : text('partsOpen');
}

/** Listens; `onChange` hears of every change, `onError` of a file that is no mask. */
export function start(onChange, onError) {
  changed = onChange;
  mask.start(() => {
    draw();
    changed(0);
  }, onError);
  styles.whenDrawn(draw);
  element('mask-open').addEventListener('click', () => open(element('mask-tools').hidden));
  element('part-add').addEventListener('click', () => {
    const part = NAMES.find((name) => !rows.some((row) => row.part === name)) ?? NAMES[0];
    // A brush that has drawn nothing was not what was wanted.
    if (!mask.drawn()) rows = rows.filter((row) => row.part !== DRAWN);
    rows.push({ part, use: 'keep' });
    draw();
    element('part-list').lastElementChild.querySelector('select').focus();
    changed(0);
  });
}
