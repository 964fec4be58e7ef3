// The studio: what is painted, when, and what is said about it.

import { Refusal, ask, askJson, paint, paintLong, takeToken } from './api.js';
import * as compare from './compare.js';
import { remember } from './memory.js';
import * as past from './past.js';
import { dropped, mayBePicture, open, paintedName, save, thumbnail } from './pictures.js';
import * as queue from './queue.js';
import * as styles from './styles.js';
import { switchLanguage, text, translate } from './texts.js';

const element = (id) => document.getElementById(id);

/** How long a result is looked at before it goes into the history by itself, in milliseconds. */
const SETTLED = 2500;

/** How long a slider rests before its value is painted, in milliseconds. */
const REST = 120;

let content = null;
let result = null;
let painting = null;
let limits = { body_bytes: Infinity };

const strength = () => Number(element('strength').value) / 100;
const recipe = () => ({ ...styles.recipe(), strength: strength() });

function say(words) {
  element('status').textContent = words;
}

function complain(error) {
  const place = element('error');
  place.hidden = !error;
  if (!error) return;
  const refused = error instanceof Refusal;
  place.textContent = refused ? [error.message, error.fix].filter(Boolean).join(' — ') : error instanceof TypeError ? text('offline') : error.message ?? error;
}

function busy(on) {
  element('drop').classList.toggle('busy', on);
  element('drop').setAttribute('aria-busy', String(on));
  element('progress-bar').hidden = !on;
  element('stop').hidden = !on;
  if (!on) progress(0);
}

function progress(share) {
  element('progress-fill').style.width = `${share * 100}%`;
  element('progress-bar').classList.toggle('unsure', share === 0);
}

const onStage = (stage) => {
  if (stage.stage === 'waiting') say(text('queued'));
  if (stage.stage !== 'painting') return;
  say(stage.total > 1 ? text('busyTiles', stage) : text('busy'));
  progress(stage.total > 1 ? stage.done / stage.total : 0);
};

/** Takes a picture to be painted. */
async function take(file) {
  complain(null);
  if (file.size > limits.body_bytes) {
    complain(text('tooLarge', { limit: Math.floor(limits.body_bytes / 2 ** 20) }));
    return;
  }
  const opened = await open(file);
  if (!opened.url && !mayBePicture(file)) {
    complain(text('noPicture'));
    return;
  }
  painting?.abort();
  if (content?.url) URL.revokeObjectURL(content.url);
  [content, result] = [opened, null];
  compare.show(content.url, null);
  element('tools').hidden = false;
  tools();
  say(styles.any() ? '' : text('pickStyle'));
  paintSoon(0);
}

function tools() {
  element('download').disabled = !result;
  element('keep').disabled = !result || result.kept;
  element('facts').textContent = result?.facts ?? '';
}

let rest;
function paintSoon(wait = REST) {
  clearTimeout(rest);
  rest = setTimeout(paintNow, wait);
}

/** Paints the picture with what is chosen; what was being painted is given up. */
async function paintNow() {
  painting?.abort();
  painting = null;
  if (!content) {
    if (styles.any()) say(text('pickPicture'));
    return;
  }
  if (!styles.any()) {
    result = null;
    compare.show(content.url, null);
    busy(false);
    tools();
    return;
  }
  const mine = new AbortController();
  painting = mine;
  const [source, how, began] = [content, recipe(), performance.now()];
  complain(null);
  busy(true);
  say(text('busy'));
  try {
    const blob = await paint(source.preview, how, mine.signal, () => say(text('retry')));
    if (painting !== mine) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    const size = await createImageBitmap(blob);
    const facts = text(source.large ? 'preview' : 'facts', { width: size.width, height: size.height, seconds });
    size.close();
    result = { blob, source, how, style: styles.describe(), facts, full: source.large ? null : blob };
    compare.show(source.url, URL.createObjectURL(blob));
    say(text('painted', { style: result.style }));
    settle(result);
  } catch (error) {
    if (painting === mine) complain(error);
  } finally {
    if (painting === mine) {
      painting = null;
      busy(false);
      tools();
    }
  }
}

/** Saves the result, painted in full size if what is shown is a preview. */
async function download() {
  const mine = result;
  if (!mine) return;
  if (!mine.full) {
    const control = new AbortController();
    painting?.abort();
    painting = control;
    busy(true);
    try {
      mine.full = await paintLong(mine.source.file, mine.how, control.signal, onStage, () => say(text('retry')));
      say('');
    } catch (error) {
      if (!control.signal.aborted) complain(error);
      return;
    } finally {
      if (painting === control) { painting = null; busy(false); }
    }
  }
  save(mine.full, paintedName(mine.name ?? mine.source.file.name ?? 'picture'));
}

/** Keeps a result that is still shown after a while; those that a slider passes are not. */
function settle(mine) {
  setTimeout(() => {
    if (result === mine && !painting) keep(true);
  }, SETTLED);
}

async function keep(quietly = false) {
  const mine = result;
  if (!mine || mine.kept) return;
  mine.kept = true;
  tools();
  const { source, style, facts } = mine;
  const small = await thumbnail(mine.blob);
  // Kept until the browser forgets the page, so no more than what is needed to show it again.
  await remember({ before: source.preview, after: mine.full ?? mine.blob, thumbnail: small, style, facts, name: source.file.name ?? 'picture.png', time: Date.now() });
  if (!quietly) say(text('kept'));
  past.draw(restore);
}

/** Shows a result of the history. Its picture can be painted again in other styles. */
async function restore(kept) {
  painting?.abort();
  painting = null;
  busy(false);
  complain(null);
  if (content?.url) URL.revokeObjectURL(content.url);
  const file = new File([kept.before], kept.name, { type: kept.before.type });
  content = await open(file);
  result = { blob: kept.after, full: kept.after, source: content, style: kept.style, facts: kept.facts, name: kept.name, kept: true };
  compare.show(content.url, URL.createObjectURL(kept.after));
  element('tools').hidden = false;
  tools();
  element('stage-title').scrollIntoView({ block: 'center' });
}

function takeFiles(files, folder = false) {
  const pictures = files.filter(mayBePicture);
  if (pictures.length === 0) {
    if (files.length) complain(text('noPicture'));
  } else if (pictures.length === 1 && !folder) {
    take(pictures[0]);
  } else {
    queue.fill(pictures);
    element('queue').scrollIntoView({ block: 'nearest' });
    if (!content) take(pictures[0]);
  }
}

function listen() {
  const pick = (button, input) => element(button).addEventListener('click', () => element(input).click());
  pick('choose', 'file-content');
  pick('again', 'file-content');
  pick('choose-folder', 'file-folder');
  for (const id of ['file-content', 'file-folder']) {
    element(id).addEventListener('change', (event) => {
      takeFiles([...event.target.files], id === 'file-folder');
      event.target.value = '';
    });
  }
  element('example').addEventListener('click', async () => {
    take(new File([await (await ask('/assets/example.png')).blob()], 'eileen.png', { type: 'image/png' }));
  });
  element('download').addEventListener('click', download);
  element('keep').addEventListener('click', () => keep());
  element('stop').addEventListener('click', () => {
    painting?.abort();
    painting = null;
    busy(false);
    say(text('stopped'));
  });
  element('surprise').addEventListener('click', styles.surprise);
  element('strength').addEventListener('input', () => {
    element('strength-value').textContent = `${element('strength').value} %`;
    paintSoon();
  });
  element('language').addEventListener('click', () => {
    switchLanguage();
    styles.draw();
    queue.draw();
    past.draw(restore);
  });
  element('theme').addEventListener('click', switchTheme);
  element('about-open').addEventListener('click', () => element('about').showModal());

  const inPanel = (event) => event.target.closest?.('.panel') !== null && event.target.closest?.('.panel') !== undefined;
  let depth = 0;
  addEventListener('dragenter', () => { depth += 1; document.body.classList.add('dragging'); });
  addEventListener('dragleave', () => { depth -= 1; if (depth <= 0) document.body.classList.remove('dragging'); });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', async (event) => {
    event.preventDefault();
    depth = 0;
    document.body.classList.remove('dragging');
    const toStyles = inPanel(event);
    const { files, folder } = await dropped(event.dataTransfer);
    if (toStyles) styles.addReferences(files);
    else takeFiles(files, folder);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) takeFiles(files);
  });
}

function switchTheme() {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches;
  root.dataset.theme = dark ? 'light' : 'dark';
  try { localStorage.setItem('utsushi-theme', root.dataset.theme); } catch { /* for this page alone */ }
}

async function start() {
  try {
    const kept = localStorage.getItem('utsushi-theme');
    if (kept) document.documentElement.dataset.theme = kept;
  } catch { /* as the system has it */ }
  translate();
  takeToken(askAtTheDoor);
  compare.start();
  queue.start(() => {
    if (styles.any()) return recipe();
    say(text('pickStyle'));
    return null;
  });
  listen();
  past.start(restore);
  try {
    const described = await askJson('/v1/models');
    limits = described.limits;
    element('model-name').textContent = `${described.models[0].name}, Utsushi ${described.version}`;
    element('card').textContent = described.models[0].card;
    await styles.start(paintSoon, complain);
  } catch (error) {
    complain(error);
  }
}

let asking = null;
/** Asks for the token once, however many requests want it. */
function askAtTheDoor() {
  asking ??= new Promise((resolve) => {
    const door = element('door');
    door.addEventListener('close', () => {
      asking = null;
      resolve(element('token').value.trim() || null);
    }, { once: true });
    door.showModal();
  });
  return asking;
}

start();
