// New paintings from seeds: each is a picture of its own, to be saved or painted on.

import { ask, askJson } from './api.js';
import { remember } from './memory.js';
import { save, thumb, thumbnail } from './pictures.js';
import { complain, meter, say } from './said.js';
import * as styles from './styles.js';
import { styleName, text, worded } from './texts.js';

const element = (id) => document.getElementById(id);
const bar = meter({ place: 'made-drop', bar: 'made-bar', fill: 'made-fill', stop: 'made-stop' });

/** Paintings that are asked for at a time: the server paints those together that wait together. */
const AT_A_TIME = 4;

/** Beyond this JavaScript counts in steps. */
const LARGEST = Number.MAX_SAFE_INTEGER;

/** `{ seed, blob?, address? }` */
let paintings = [];
let making = null;
let able = true;
/** A link to the page of a model that makes new paintings, where this one does not and another is offered. */
let elsewhere = () => null;
let loading = null;
let kept = () => {};
let taken = () => {};

/** Listens to the stage; `onKept` hears of results that went into the history, `onTake` of a painting that is to be painted on. */
export function start(onKept, onTake) {
  [kept, taken] = [onKept, onTake];
  element('made-make').addEventListener('click', () => make());
  element('made-surprise').addEventListener('click', () => {
    element('made-seed').value = String(crypto.getRandomValues(new Uint32Array(1))[0] % 1_000_000);
    make();
  });
  element('made-next').addEventListener('click', () => {
    element('made-seed').value = String(Math.min(LARGEST, seed() + paintings.length));
    make();
  });
  element('made-stop').addEventListener('click', () => making?.abort());
  for (const id of ['made-count', 'made-truncation']) element(id).addEventListener('input', tell);
  draw();
}

/** The model that is known to make new paintings. */
const ABLE = 'built-in model';

/** What the server's model and limits allow; `linkTo` makes a link to the page of another model. */
export function limit({ models, limits, offered }, linkTo) {
  able = models[0].generates;
  const other = !able && offered.find(({ name }) => name === ABLE);
  elsewhere = () => (other ? linkTo(other) : null);
  element('made-count').max = String(limits.paintings);
  element('made-native').textContent = String(models[0].native_size);
  draw();
}

/** Asks for the names of styles when they are first to be seen. */
export function opened() {
  loading ??= load().catch((error) => {
    loading = null;
    complain(error);
  });
}

async function load() {
  const { styles: found } = await askJson('/v1/styles');
  element('made-name').append(...found.map(({ name }) => new Option(styleName(name), name)));
}

/** Takes pictures to paint in the style of. */
export function takes(files) {
  styles.addReferences(files);
}

/** Whoever picks a style while this tab is shown wants to paint in it. */
export function styled() {
  element('made-style').value = styles.way.any() ? 'mix' : 'own';
}

function seed() {
  const given = Math.trunc(Number(element('made-seed').value));
  return given >= 0 && given <= LARGEST ? given : 1;
}

async function make() {
  if (!able) return;
  making?.abort();
  const mine = new AbortController();
  making = mine;
  complain(null);
  const first = seed();
  const count = Math.min(Number(element('made-count').value), LARGEST - first + 1);
  element('made-seed').value = String(first);
  clear();
  const asked = Array.from({ length: count }, (_, index) => ({ seed: first + index }));
  paintings = asked;
  const fields = settings();
  const began = performance.now();
  const tellStage = bar.onStage('busyPaintings');
  let done = 0;
  bar.busy(true);
  draw();
  tellStage({ stage: 'painting', done, total: count });
  const rest = [...asked];
  const work = async () => {
    for (let one = rest.shift(); one; one = rest.shift()) {
      const blob = await painted(one.seed, fields, mine.signal);
      if (making !== mine) return;
      Object.assign(one, { blob, address: URL.createObjectURL(blob) });
      done += 1;
      tellStage({ stage: 'painting', done, total: count });
      draw();
    }
  };
  try {
    await Promise.all(Array.from({ length: AT_A_TIME }, work));
    if (making !== mine) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const facts = { key: 'madeFacts', values: { count, seconds } };
    say(worded(facts));
    const small = await thumbnail(asked[0].blob);
    const pictures = asked.map((one) => ({ seed: one.seed, blob: one.blob }));
    await remember({ kind: 'generate', pictures, after: asked[0].blob, thumbnail: small, style: { key: 'madeSeed', values: { seed: first } }, facts, time: Date.now() });
    kept();
  } catch (error) {
    const stopped = mine.signal.aborted;
    // The others that are under way are given up too.
    mine.abort();
    if (making !== mine) return;
    if (stopped) say(text('stopped'));
    else complain(error);
    paintings = asked.filter(({ blob }) => blob);
  } finally {
    if (making === mine) {
      making = null;
      bar.busy(false);
      draw();
    }
  }
}

async function painted(number, fields, signal) {
  const body = new FormData();
  body.append('seed', String(number));
  for (const [name, value] of fields) body.append(name, value);
  const response = await ask('/v1/generate', { method: 'POST', body, signal, onBusy: () => say(text('retry')) });
  return response.blob();
}

/** What is common to all paintings of one press. */
function settings() {
  const fields = [['truncation', String(Number(element('made-truncation').value) / 100)]];
  const [name, size] = [element('made-name').value, element('made-size').value];
  if (name) fields.push(['style_name', name]);
  if (size) fields.push(['size', size]);
  if (element('made-style').value === 'mix' && styles.way.any()) {
    const { references, styles: parts } = styles.mix();
    for (const reference of references) fields.push(['reference', reference]);
    fields.push(['styles', JSON.stringify(parts)]);
    if (parts.length > 1) fields.push(['blend', element('blend').value]);
    fields.push(...styles.aligned());
  }
  return fields;
}

function clear() {
  for (const { address } of paintings) if (address) URL.revokeObjectURL(address);
  paintings = [];
}

/** Shows results of the history. */
export function restore(past) {
  making?.abort();
  making = null;
  bar.busy(false);
  clear();
  paintings = past.pictures.map((one) => ({ ...one, address: URL.createObjectURL(one.blob) }));
  draw();
  say(worded(past.facts));
}

function tell() {
  element('made-count-value').textContent = element('made-count').value;
  element('made-truncation-value').textContent = `${element('made-truncation').value} %`;
}

/** Draws the paintings and what can be done with them; keeps the focus where it was. */
export function draw() {
  tell();
  for (const option of element('made-name').options) {
    if (option.value) option.textContent = styleName(option.value);
  }
  const focus = document.activeElement?.dataset?.made;
  element('made-unable').hidden = able;
  const link = elsewhere();
  element('made-instead').replaceChildren(...(link ? [text('madeElsewhere'), link] : [text('madeInstead')]));
  element('made-empty').hidden = !able || paintings.length > 0;
  element('made-list').hidden = paintings.length === 0;
  for (const id of ['made-make', 'made-surprise']) element(id).disabled = !able || making !== null;
  element('made-next').disabled = !able || making !== null || paintings.length === 0;
  element('made-list').replaceChildren(...paintings.map(item));
  if (focus) document.querySelector(`[data-made="${CSS.escape(focus)}"]`)?.focus();
}

function item({ seed: number, blob, address }) {
  const item = document.createElement('li');
  const holder = thumb(address, text('madeAlt', { seed: number }));
  const label = document.createElement('span');
  label.className = 'caption';
  label.textContent = text('madeSeed', { seed: number });
  const name = `painting-${number}.png`;
  item.append(
    holder, label,
    button('download', 'madeSave', number, !blob, () => save(blob, name)),
    button('madeTake', 'madeTakeLabel', number, !blob, () => taken(new File([blob], name, { type: blob.type }))),
  );
  return item;
}

function button(words, label, number, disabled, act) {
  const made = document.createElement('button');
  made.type = 'button';
  made.className = 'quiet';
  made.dataset.made = `${words}:${number}`;
  made.disabled = disabled;
  made.textContent = text(words);
  made.setAttribute('aria-label', text(label, { seed: number }));
  made.addEventListener('click', act);
  return made;
}
