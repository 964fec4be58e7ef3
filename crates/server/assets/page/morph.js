// Pictures turned into each other.

import { askJob } from './api.js';
import { remember } from './memory.js';
import { mayBePicture, save, thumb, thumbnail } from './pictures.js';
import { complain, meter, noPicture, say, tell as told } from './said.js';
import * as styles from './styles.js';
import { text, worded } from './texts.js';

const element = (id) => document.getElementById(id);
const bar = meter({ place: 'morph-drop', bar: 'morph-bar', fill: 'morph-fill', stop: 'morph-stop' });

/** `{ file, picture }` */
let stations = [];
let most = 8;
let making = null;
/** `{ blob, address, name }` */
let result = null;
let kept = () => {};

const size = () => Number(element('morph-size').value);

/** Listens to the stage; `onKept` hears of results that went into the history. */
export function start(onKept) {
  kept = onKept;
  element('morph-choose').addEventListener('click', () => element('file-morph').click());
  element('morph-add').addEventListener('click', () => element('file-morph').click());
  element('file-morph').addEventListener('change', (event) => {
    takes([...event.target.files]);
    event.target.value = '';
  });
  element('morph-make').addEventListener('click', make);
  element('morph-stop').addEventListener('click', () => making?.abort());
  element('morph-save').addEventListener('click', () => { if (result) save(result.blob, result.name); });
  for (const id of ['morph-frames', 'morph-rate']) element(id).addEventListener('input', tell);
  draw();
}

/** What the server allows. */
export function limit(limits) {
  most = limits.pictures ?? most;
}

/** Takes pictures to pass through. */
export async function takes(files, folder = false) {
  complain(null);
  const others = folder ? [] : files.filter((file) => !mayBePicture(file));
  if (others.length) complain(noPicture(others));
  for (const file of files.filter(mayBePicture)) {
    if (stations.length >= most) {
      complain(text('morphMost', { most }));
      break;
    }
    const small = await thumbnail(file);
    stations.push({ file, picture: small && URL.createObjectURL(small) });
  }
  draw();
}

async function make() {
  making?.abort();
  const mine = new AbortController();
  making = mine;
  complain(null);
  told([]);
  bar.busy(true);
  element('morph-make').disabled = true;
  const began = performance.now();
  try {
    const started = stations.map(({ file }) => file);
    const { blob, notes } = await askJob('/v1/morph', form(), mine.signal, bar.onStage('busyFrames'), () => say(text('retry')));
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const facts = { key: 'morphFacts', values: { frames: element('morph-frames').value, seconds } };
    show({ blob, name: `morph.${ending(blob)}` });
    say(worded(facts));
    told(notes);
    const small = await thumbnail(blob);
    await remember({ kind: 'morph', before: started[0], after: blob, thumbnail: small, style: { key: 'tabMorph' }, facts, name: result.name, time: Date.now() });
    kept();
  } catch (error) {
    if (mine.signal.aborted) say(text('stopped'));
    else complain(error);
  } finally {
    if (making === mine) {
      making = null;
      bar.busy(false);
      draw();
    }
  }
}

const ending = ({ type }) => ({ 'image/gif': 'gif', 'image/apng': 'png' })[type] ?? 'webp';

function form() {
  const body = new FormData();
  for (const { file } of stations) body.append('picture', file);
  if (element('morph-style').value === 'mix' && styles.way.any()) {
    const { references, styles: parts } = styles.mix();
    for (const reference of references) body.append('reference', reference);
    body.append('styles', JSON.stringify(parts));
    body.append('keep_colours', String(element('keep-colours').checked));
    for (const [name, value] of styles.aligned()) body.append(name, value);
  }
  for (const [field, id] of [['frames', 'morph-frames'], ['rate', 'morph-rate'], ['ease', 'morph-ease'], ['format', 'morph-format']]) {
    body.append(field, element(id).value);
  }
  body.append('size', String(size()));
  for (const field of ['closed', 'warp']) body.append(field, String(element(`morph-${field}`).checked));
  return body;
}

function show(shown) {
  if (result?.address) URL.revokeObjectURL(result.address);
  result = { ...shown, address: URL.createObjectURL(shown.blob) };
  element('morph-result').src = result.address;
  draw();
}

/** Shows a result of the history. */
export function restore(past) {
  show({ blob: past.after, name: past.name });
  say(worded(past.facts));
}

function tell() {
  const seconds = Number(element('morph-frames').value) / Number(element('morph-rate').value);
  element('morph-length').textContent = text('morphLength', { frames: element('morph-frames').value, seconds: seconds.toFixed(1) });
}

/** Draws the stations and what can be done with them. */
export function draw() {
  tell();
  element('morph-empty').hidden = result !== null || stations.length > 1;
  element('morph-waiting').hidden = result !== null || stations.length < 2;
  element('morph-show').hidden = result === null;
  element('morph-make').disabled = stations.length < 2 || making !== null;
  element('morph-save').disabled = result === null;
  element('morph-list').hidden = stations.length === 0;
  element('morph-list').replaceChildren(...stations.map((station, index) => {
    const item = document.createElement('li');
    const holder = thumb(station.picture);
    const label = document.createElement('span');
    label.className = 'caption';
    label.textContent = `${index + 1}. ${station.file.name}`;
    item.append(holder, label, change('←', 'earlier', 'morphEarlier', index, () => swap(index, index - 1)), change('→', 'later', 'morphLater', index, () => swap(index, index + 1)), change('×', 'away', 'morphAway', index, () => stations.splice(index, 1)));
    item.querySelector('[data-change=earlier]').disabled = index === 0;
    item.querySelector('[data-change=later]').disabled = index === stations.length - 1;
    return item;
  }));
}

function swap(one, other) {
  [stations[one], stations[other]] = [stations[other], stations[one]];
}

function change(sign, kind, name, index, act) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'quiet icon';
  button.dataset.change = kind;
  button.textContent = sign;
  button.setAttribute('aria-label', text(name, { index: index + 1 }));
  button.addEventListener('click', () => {
    act();
    draw();
  });
  return button;
}
