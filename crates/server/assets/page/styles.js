// The styles there are, those that are chosen, and how they are mixed.

import { ask, askJson, paint } from './api.js';
import { mayHaveStyle, thumb, thumbnail } from './pictures.js';
import { noPicture } from './said.js';
import { read as readSaved } from './saved-style.js';
import { cardText, text, worded } from './texts.js';
import * as triangle from './triangle.js';

const MOST = 3;
const STAGES = 4;
const element = (id) => document.getElementById(id);

/** `{ key, kind: 'name' | 'reference' | 'seed', name, picture, blob?, file?, note?, seed? }`; `file` is what the blob's file is called. */
const known = [];
/** `{ style, share, coarse, fine }`; shares add up to 1, the others are 0 to 1. */
let chosen = [];
/** Whether there is one style and no other. */
let alone = false;
let changed = () => {};
let refused = () => {};
let drawn = () => {};

/** Has `listener` hear whenever other styles may be there, or are called otherwise. */
export const whenDrawn = (listener) => { drawn = listener; };

/** All styles of the gallery. */
export const all = () => [...known];

/** For a network that paints in one way: nothing to choose, to bring along or to mix. */
export function only() {
  alone = true;
  for (const id of ['surprise', 'as-style', 'save-style', 'octaves-place']) element(id).hidden = true;
  element('styles-hint').dataset.text = 'oneWayHint';
  element('styles-hint').textContent = text('oneWayHint');
}

export const isOnly = () => alone;

/** Loads the styles of the model. */
export async function start(onChange, onRefuse) {
  changed = onChange;
  refused = onRefuse;
  triangle.start((shares) => {
    share(shares);
    drawShares();
    changed();
  });
  element('surprise').addEventListener('click', surprise);
  element('strength').addEventListener('input', () => {
    element('strength-value').textContent = `${element('strength').value} %`;
    changed();
  });
  element('colour-lines').addEventListener('change', () => {
    drawMix();
    changed(0);
  });
  for (const id of ['blend', 'align', 'octaves', 'keep-colours']) element(id).addEventListener('change', () => changed(0));
  element('file-reference').addEventListener('change', (event) => {
    addReferences([...event.target.files]);
    event.target.value = '';
  });
  draw();
  const { styles } = await askJson('/v1/styles');
  for (const style of styles) {
    known.push({ key: `name:${style.name}`, kind: 'name', name: style.name, picture: null, title: style.licence });
  }
  if (alone) choose(known[0]);
  draw();
  // One after the other: the first ones are seen while the last ones are painted.
  for (const style of styles) {
    const entry = known.find(({ key }) => key === `name:${style.name}`);
    try {
      entry.picture = URL.createObjectURL(await (await ask(style.thumbnail)).blob());
    } catch { /* A style without its picture can still be picked by name. */ }
    draw();
  }
}

/** Adds paintings and chooses them; one whose style the server cannot read is refused. */
export async function addReferences(files) {
  const others = files.filter((file) => !mayHaveStyle(file));
  let failed = others.length ? noPicture(others) : null;
  const pictures = [];
  for (const file of files.filter(mayHaveStyle)) {
    try {
      const sampled = await sample([{ reference: 0 }], file);
      const held = await readSaved(file);
      // The server reads formats that browsers do not.
      pictures.push([file, held, held?.thumbnail ?? URL.createObjectURL(await thumbnail(file) ?? sampled)]);
    } catch (error) {
      failed = error;
    }
  }
  for (const [file, held, picture] of pictures) {
    const called = file.name || text('yourPainting');
    const style = { key: `file:${crypto.randomUUID?.() ?? Math.random()}`, kind: 'reference', name: held ? called.replace(/\.style$/i, '') : called, file: called, note: held?.note, blob: file, picture };
    known.unshift(style);
    // As on the command line, a saved style that is painted in alone is painted in as it was saved.
    if (held && pictures.length === 1 && chosen.length === 0) setAs(held);
    // Several come one after the other, and are painted together.
    choose(style, files.length === 1 ? 0 : undefined);
  }
  draw();
  if (failed) refused(failed);
}

/** Moves the knobs to what a saved style was painted with. */
function setAs({ strength, octaves, keepColours }) {
  element('strength').value = String(Math.round(strength * 100));
  element('strength-value').textContent = `${element('strength').value} %`;
  element('octaves').value = octaves;
  element('keep-colours').checked = keepColours;
}

/** Adds a painting and chooses it alone. */
export function addAlone(file) {
  chosen = [];
  return addReferences([file]);
}

/** A style that a number makes up, alone. */
async function surprise() {
  const seed = crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000;
  await chooseSeed(seed);
}

async function chooseSeed(seed) {
  let style = known.find(({ key }) => key === `seed:${seed}`);
  if (!style) {
    style = { key: `seed:${seed}`, kind: 'seed', seed, picture: null };
    // Only the last few stay in the gallery.
    const old = known.filter(({ kind }) => kind === 'seed');
    for (const one of old.slice(2)) if (!isChosen(one)) known.splice(known.indexOf(one), 1);
    known.unshift(style);
    sample([{ seed }]).then((picture) => {
      style.picture = URL.createObjectURL(picture);
      draw();
    }, () => { /* It goes without. */ });
  }
  chosen = [];
  choose(style, 0);
}

/** A portrait in a style that has no picture of its own yet. */
async function sample(styles, ...references) {
  const sitter = await (await ask('/assets/sitter.png')).blob();
  const fields = references.map((reference) => ['reference', reference]);
  return paint(sitter, { address: '/v1/mix', fields: [...fields, ['styles', JSON.stringify(styles)]] });
}

/** What a style is called, in any language. */
const called = (style) => {
  if (style.kind === 'seed') return { key: 'madeUp', values: { seed: style.seed } };
  return style.kind === 'name' ? { style: style.name } : style.name;
};
export const nameOf = (style) => worded(called(style));
const isChosen = (style) => chosen.some((one) => one.style === style);

/** Shares out what is painted, in thousandths that add up to 1: that can be written in a command, and paints the same. */
function share(shares) {
  const whole = shares.map((one) => Math.floor(one * 1000 + 1e-6));
  const rest = shares.map((one, index) => [one * 1000 - whole[index], index]).sort(([one], [other]) => other - one);
  const left = 1000 - whole.reduce((sum, one) => sum + one, 0);
  for (const [, index] of rest.slice(0, left)) whole[index] += 1;
  chosen.forEach((one, index) => { one.share = whole[index] / 1000; });
}

/** Picks a style, or puts it back; painting begins after `wait`, or when nothing changes any more. */
function choose(style, wait) {
  if (isChosen(style)) {
    chosen = chosen.filter((one) => one.style !== style);
  } else if (chosen.length === MOST) {
    refused(text('tooMany'));
    return;
  } else {
    chosen.push({ style, share: 0, coarse: 1, fine: 1 });
  }
  share(chosen.map(() => 1 / chosen.length));
  draw();
  changed(wait);
}

/** What a saved style is made of: of the fields of a painting, those that belong to its style. */
const OF_STYLE = ['reference', 'styles', 'blend', 'align', 'strength', 'octaves', 'keep_colours'];

/** Whether a recipe has a style that can be saved. */
export const isSaved = (recipe) => recipe?.address === '/v1/mix';

/** The file of the style that a recipe paints `content` in; `note` is what it is made of. */
export async function saved({ fields }, content, note) {
  const body = new FormData();
  for (const [name, value] of fields) if (OF_STYLE.includes(name)) body.append(name, value);
  body.append('note', note.slice(0, 300));
  // The picture decides which of the styles that a seed draws is taken, and has one of its own.
  if (fields.some(([name, value]) => name === 'styles' && /"(seed|own)"/.test(value))) body.append('content', content);
  return (await ask('/v1/style', { method: 'POST', body })).blob();
}

/** A recipe that leaves a picture as it is, to see whether it can be read. */
export const nothing = () => ({
  address: alone ? '/v1/transfer' : '/v1/mix',
  fields: [...(alone ? [] : [['styles', '[{"own":true}]']]), ['strength', '0']],
});

/** What is asked for besides styles and their mix. */
function further() {
  const fields = [['strength', String(Number(element('strength').value) / 100)]];
  return element('keep-colours').checked ? [...fields, ['keep_colours', 'true']] : fields;
}

/** Whether there is one painting, or one saved style, whose colours a line drawing can take. */
const canColour = () => !alone && chosen.length === 1 && hasReference();

/** Whether the lines of a drawing are to stay, and its areas to take the colours of the one painting that is chosen. */
const colours = () => canColour() && element('colour-lines').checked;

/** How the picture on the stage is painted. */
export const way = {
  any: () => chosen.length > 0,
  describe: () => (colours()
    ? { key: 'colouredAfter', values: { name: called(chosen[0].style) } }
    : { all: chosen.map(({ style }) => called(style)), between: ' + ' }),
  /** What is said of a result. */
  get said() { return colours() ? 'coloured' : 'painted'; },
  recipe: () => {
    if (colours()) return { address: '/v1/colour', fields: [['reference', chosen[0].style.blob]] };
    if (alone) return { address: '/v1/transfer', fields: further() };
    const { references, styles } = mix();
    const fields = references.map((reference) => ['reference', reference]);
    fields.push(['styles', JSON.stringify(styles)], ...further());
    if (chosen.length > 1) fields.push(['blend', element('blend').value]);
    fields.push(...aligned(), ...octaves('octaves'));
    return { address: '/v1/mix', fields };
  },
  pick: 'pickStyle',
  /** Whether parts of the picture may be painted otherwise. */
  get parted() { return !colours(); },
  /** The options of `utsushi transfer`, or of `utsushi colour`, that paint the same; nothing if there are none. */
  options: () => {
    if (colours()) return ['--style', chosen[0].style.file];
    const alone = chosen.length === 1;
    const seeds = chosen.some(({ style }) => style.kind === 'seed');
    if (!isPlain() || (!alone && seeds)) return null;
    const options = chosen.flatMap(({ style, share }) => {
      if (style.kind === 'name') return ['--style-name', alone ? style.name : `${style.name}=${share}`];
      if (style.kind === 'seed') return ['--style-seed', style.seed];
      return ['--style', alone && !style.file.includes('=') ? style.file : `${style.file}=${share}`];
    });
    const strength = Number(element('strength').value) / 100;
    if (strength !== 1) options.push('--strength', strength);
    if (element('keep-colours').checked) options.push('--keep-colours');
    if (!alone && element('blend').value !== 'line') options.push('--blend', element('blend').value);
    for (const [name, value] of [...aligned(), ...octaves('octaves')]) options.push(`--${name}`, value);
    return options;
  },
};

const hasReference = () => chosen.some(({ style }) => style.kind === 'reference');

/** What of the paintings brought along their style is read in, where that is not for the server to decide. */
export function aligned() {
  const align = element('align').value;
  return hasReference() && align !== 'auto' ? [['align', align]] : [];
}

/** The octaves that are chosen, where that is not for the face to decide. */
export function octaves(id) {
  const { value } = element(id);
  return value === 'auto' ? [] : [['octaves', value]];
}

const isPlain = () => chosen.every(({ coarse, fine }) => coarse === 1 && fine === 1);

/**
 * The chosen styles as `/v1/mix` takes them. What a style leaves free in a stage, the picture's
 * own style keeps.
 */
export function mix() {
  const references = [];
  const weightsOf = ({ share, coarse, fine }) => Array.from({ length: STAGES }, (_, stage) =>
    share * (coarse + (fine - coarse) * stage / (STAGES - 1)));
  const plain = isPlain();
  const styles = chosen.map((one) => {
    const weight = plain ? one.share : weightsOf(one);
    const { style } = one;
    if (style.kind === 'reference') {
      references.push(style.blob);
      return { reference: references.length - 1, weight };
    }
    return style.kind === 'seed' ? { seed: style.seed, weight } : { name: style.name, weight };
  });
  if (!plain) {
    const left = Array.from({ length: STAGES }, (_, stage) =>
      Math.max(0, 1 - styles.reduce((sum, { weight }) => sum + weight[stage], 0)));
    if (left.some((weight) => weight > 1e-6)) styles.push({ own: true, weight: left });
  }
  return { references, styles };
}

/** Draws the gallery and the mix; keeps the focus where it was. */
export function draw() {
  const focus = document.activeElement?.dataset?.key;
  const add = document.createElement('button');
  add.type = 'button';
  add.className = 'style add';
  add.dataset.key = 'add';
  const plus = document.createElement('span');
  plus.className = 'thumb plus';
  plus.textContent = '+';
  plus.setAttribute('aria-hidden', 'true');
  add.append(plus, caption(text('addReference')));
  add.addEventListener('click', () => element('file-reference').click());
  const buttons = known.map((style) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'style';
    button.dataset.key = style.key;
    const madeOf = style.note && text('madeOf', { note: style.note });
    button.title = [nameOf(style), cardText(style.title ?? ''), madeOf].filter(Boolean).join('\n');
    button.setAttribute('aria-pressed', String(isChosen(style)));
    button.append(thumb(style.picture), caption(nameOf(style)));
    button.addEventListener('click', () => choose(style, 0));
    return button;
  });
  element('gallery').replaceChildren(...(alone ? buttons : [add, ...buttons]).map((button) => {
    const item = document.createElement('li');
    item.append(button);
    return item;
  }));
  drawMix();
  drawn();
  if (focus) document.querySelector(`[data-key="${CSS.escape(focus)}"]`)?.focus();
}

function caption(words) {
  const label = document.createElement('span');
  label.className = 'caption';
  label.textContent = words;
  return label;
}

function drawMix() {
  // What a saved style is made of is told where it is chosen, and else of the one that came last.
  const beside = known.find((style) => style.note && !isChosen(style));
  element('made-of').hidden = !beside;
  element('made-of').textContent = beside ? text('ofFile', { file: nameOf(beside), words: text('madeOf', { note: beside.note }) }) : '';
  element('mix').hidden = alone || chosen.length === 0;
  element('triangle-place').hidden = chosen.length !== MOST;
  element('blend-place').hidden = chosen.length < 2;
  element('align-place').hidden = !hasReference();
  element('colour-lines-place').hidden = !canColour();
  // Another style is one to paint in, until lines are to be coloured after it too.
  if (!canColour()) element('colour-lines').checked = false;
  element('panel').classList.toggle('colours', colours());
  element('chosen').replaceChildren(...chosen.map((one, index) => row(one, index)));
  drawShares();
}

function drawShares() {
  if (chosen.length === MOST) {
    triangle.show(chosen.map(({ share }) => share), chosen.map(({ style }) => nameOf(style)), chosen.map(({ style }) => style.picture));
  }
  chosen.forEach((one, index) => {
    const item = element('chosen').children[index];
    item.querySelector('.share').textContent = `${Math.round(one.share * 100)} %`;
    const slider = item.querySelector('[data-field="share"]');
    if (slider) slider.value = String(Math.round(one.share * 100));
  });
}

function row(one, index) {
  const item = document.createElement('li');
  const name = nameOf(one.style);
  const head = document.createElement('div');
  head.className = 'chosen-head';
  const share = document.createElement('span');
  share.className = 'share';
  const away = document.createElement('button');
  away.type = 'button';
  away.className = 'quiet icon';
  away.dataset.key = `away:${one.style.key}`;
  away.textContent = '×';
  away.setAttribute('aria-label', text('remove', { name }));
  away.addEventListener('click', () => choose(one.style, 0));
  head.append(thumb(one.style.picture), caption(name), share, away);
  item.append(head);
  if (one.style.note) {
    const note = document.createElement('p');
    note.className = 'hint';
    note.textContent = text('madeOf', { note: one.style.note });
    item.append(note);
  }
  const sliders = document.createElement('div');
  sliders.className = 'pair';
  if (chosen.length === 2) {
    sliders.append(slider(one, 'share', text('weightOf', { name }), null, (value) => shareOut(index, value)));
  }
  sliders.append(
    slider(one, 'coarse', text('coarseOf', { name }), text('coarse')),
    slider(one, 'fine', text('fineOf', { name }), text('fine')),
  );
  item.append(sliders);
  return item;
}

/** Gives one of two styles a share, and the other the rest. */
function shareOut(index, value) {
  share(index === 0 ? [value, 1 - value] : [1 - value, value]);
  drawShares();
}

function slider(one, field, label, shown, set = (value) => { one[field] = value; }) {
  const holder = document.createElement('label');
  holder.className = shown ? 'small' : 'small wide';
  const input = document.createElement('input');
  input.type = 'range';
  input.min = '0';
  input.max = '100';
  input.value = String(Math.round(one[field] * 100));
  input.dataset.field = field;
  input.dataset.key = `${field}:${one.style.key}`;
  input.setAttribute('aria-label', label);
  input.title = label;
  input.addEventListener('input', () => {
    set(Number(input.value) / 100);
    changed();
  });
  if (shown) holder.append(shown);
  holder.append(input);
  return holder;
}
