// The picture on the stage: what is painted of it, when, and what becomes of the result.

import { ask, paint, paintJob, paintNoted } from './api.js';
import * as command from './command.js';
import * as compare from './compare.js';
import { remember } from './memory.js';
import * as parts from './parts.js';
import { mayBePicture, open, paintedName, save, thumbnail } from './pictures.js';
import * as queue from './queue.js';
import { complain, meter, noPicture, say, tell } from './said.js';
import * as saving from './saving.js';
import * as styles from './styles.js';
import * as tabs from './tabs.js';
import { text, worded } from './texts.js';

const element = (id) => document.getElementById(id);
const bar = meter({ place: 'drop', bar: 'progress-bar', fill: 'progress-fill', stop: 'stop' });

/** How long a result is looked at before it goes into the history by itself, in milliseconds. */
const SETTLED = 2500;

/** How long a slider rests before its value is painted, in milliseconds. */
const REST = 120;

let content = null;
let result = null;
let painting = null;
let most = Infinity;
/** Options that name the model, where the program has it inside. */
let included = null;
let kept = () => {};
let asStyle = () => {};

/** What the server allows, and what it paints with. */
export function limit({ models, limits }) {
  most = limits.body_bytes;
  included = { 'built-in model': [], 'free model': ['--model', 'free'] }[models[0].name] ?? null;
  if (limits.kept_seconds > 0) {
    element('drop-hint').dataset.text = 'dropHintKept';
    element('drop-hint').textContent = text('dropHintKept');
  }
}

const way = () => tabs.current().way;
const busyServer = () => say(text('retry'));

/** Takes a picture to be painted. */
async function take(file) {
  complain(null);
  if (file.size > most) {
    complain(text('tooLarge', { limit: Math.floor(most / 2 ** 20) }));
    return;
  }
  const opened = await open(file);
  try {
    if (!opened.url) await paint(file, styles.nothing());
  } catch (error) {
    // What neither the browser nor the server can read is not taken.
    complain(error);
    return;
  }
  stop();
  if (content?.url) URL.revokeObjectURL(content.url);
  [content, result] = [opened, null];
  compare.show(content.url, null);
  parts.forget();
  element('tools').hidden = false;
  tools();
  say(way().any() ? '' : text(way().pick));
  paintSoon(0);
}

/** Draws what can be done with the result, and what there is to say of it. */
export function tools() {
  element('download').disabled = !result;
  element('copy').disabled = !result;
  element('save-style').disabled = !styles.isSaved(result?.recipe);
  element('keep').disabled = !result || result.kept;
  element('go-on').hidden = !result;
  element('command').hidden = !result?.line;
  element('facts').textContent = worded(result?.facts ?? '');
  tell(result?.notes ?? []);
  saving.offer(result);
}

let rest;
/** Paints when nothing has changed for a moment. */
export function paintSoon(wait = REST) {
  clearTimeout(rest);
  rest = setTimeout(paintNow, wait);
}

/** Paints the picture with what is chosen; what was being painted is given up. */
async function paintNow() {
  painting?.abort();
  painting = null;
  const how = way();
  if (!how) return;
  if (!content) {
    if (how.any()) say(text('pickPicture'));
    return;
  }
  if (!how.any()) {
    result = null;
    compare.show(content.url, null);
    bar.busy(false);
    tools();
    return;
  }
  const mine = new AbortController();
  painting = mine;
  const [source, began] = [content, performance.now()];
  const [recipe, options] = withParts(how, how.recipe(), how.options?.());
  bar.busy(true);
  say(text('busy'));
  try {
    const { blob, notes } = await paintNoted(source.preview, ofPreview(recipe, source), mine.signal, busyServer);
    if (painting !== mine) return;
    const seconds = ((performance.now() - began) / 1000).toFixed(2);
    const size = await createImageBitmap(blob);
    const facts = { key: source.large ? 'preview' : 'facts', values: { width: size.width, height: size.height, seconds } };
    size.close();
    result = { blob, notes, source, recipe, style: how.describe(), facts, full: source.large ? null : blob, line: commandLine(source.file.name, recipe, options) };
    compare.show(source.url, URL.createObjectURL(blob));
    say(text(how.said ?? 'painted', { style: worded(result.style) }));
    settle(result);
  } catch (error) {
    if (painting === mine) complain(error);
  } finally {
    if (painting === mine) {
      painting = null;
      bar.busy(false);
      tools();
    }
  }
}

/** The same for a preview: where the picture is halved already, an octave less comes to the same strokes. */
function ofPreview(recipe, { halvings }) {
  const fewer = ([name, value]) => [name, name === 'octaves' ? String(Math.max(0, value - halvings)) : value];
  return { ...recipe, fields: recipe.fields.map(fewer) };
}

/** The same with what becomes of parts of the picture, where a way to paint knows parts. */
function withParts({ parted }, recipe, options) {
  if (!parted) return [recipe, options];
  return [parts.within(recipe), options && [...options, ...parts.options()]];
}

/** What paints the same from a shell. Where models of others lie, and what no command has words for, is asked of this server. */
function commandLine(name = 'picture.png', recipe, options) {
  const target = paintedName(name);
  if (recipe.address === '/v1/colour') return command.colour(name, options, target);
  return options && included
    ? command.transfer(name, [...options, ...included], target)
    : command.request(name, recipe, target);
}

/** The result in full size, painted now if what is shown is a preview; nothing if that fails. */
async function inFull(mine) {
  mine.full ??= await paintFile(mine, []);
  return mine.full;
}

/** The result as a file that fields besides its recipe ask for; nothing if that fails. */
async function paintFile(mine, fields) {
  const control = new AbortController();
  painting?.abort();
  painting = control;
  bar.busy(true);
  try {
    const recipe = { ...mine.recipe, fields: [...mine.recipe.fields, ...fields] };
    const { blob } = await paintJob(mine.source.file, recipe, control.signal, bar.onStage('busyTiles'), busyServer);
    say('');
    return blob;
  } catch (error) {
    if (!control.signal.aborted) complain(error);
    return null;
  } finally {
    if (painting === control) { painting = null; bar.busy(false); }
  }
}

const nameOf = (mine, ending) => paintedName(mine.name ?? mine.source.file.name ?? 'picture', ending);

async function download() {
  const mine = result;
  if (!mine) return;
  const fields = saving.fields(mine);
  const saved = fields.length ? await paintFile(mine, fields) : await inFull(mine);
  if (saved) save(saved, nameOf(mine, saving.ending(fields)));
}

/** Saves what the result is painted in. */
async function saveStyle() {
  const mine = result;
  if (!mine) return;
  const name = `${worded(mine.style).match(/[\p{L}\p{N}]+/gu)?.join('-').slice(0, 60) ?? 'my'}.style`;
  try {
    save(await styles.saved(mine.recipe, mine.source.file, worded(mine.style)), name);
    const parted = mine.recipe.fields.some(([field]) => field === 'regions');
    say(text(parted ? 'styleSavedWhole' : 'styleSaved', { name }));
  } catch (error) {
    complain(error);
  }
}

/** Puts the result where other programs paste from. */
async function copy() {
  const mine = result;
  if (!mine) return;
  const full = inFull(mine);
  try {
    // As a promise: painting may outlast the moment in which a press allows copying.
    await navigator.clipboard.write([new ClipboardItem({ 'image/png': full.then((blob) => blob ?? Promise.reject()) })]);
    say(text('copied'));
  } catch {
    if (await full) complain(text('cannotCopy'));
  }
}

/** Hands the result on as a file. */
async function handOn(take) {
  const mine = result;
  const full = mine && await inFull(mine);
  if (full) take(new File([full], nameOf(mine), { type: full.type }));
}

async function copyLine() {
  const { line } = result;
  const copied = await navigator.clipboard?.writeText(line).then(() => true, () => false);
  say(text(copied ? 'commandCopied' : 'commandIs', { line }));
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
  kept();
}

/** Shows a result of the history. Its picture can be painted again in other styles. */
export async function restore(past) {
  stop();
  complain(null);
  if (content?.url) URL.revokeObjectURL(content.url);
  content = await open(new File([past.before], past.name, { type: past.before.type }));
  result = { blob: past.after, full: past.after, source: content, style: past.style, facts: past.facts, name: past.name, kept: true };
  compare.show(content.url, URL.createObjectURL(past.after));
  parts.forget();
  element('tools').hidden = false;
  tools();
  element('stage-title').scrollIntoView({ block: 'center' });
}

/** Gives up what is being painted. */
export function stop() {
  clearTimeout(rest);
  painting?.abort();
  painting = null;
  bar.busy(false);
}

/** Takes what was dropped, pasted or chosen: a picture for the stage, several for the queue. */
export function takes(files, folder = false) {
  const pictures = files.filter(mayBePicture);
  if (pictures.length === 1 && !folder) {
    take(pictures[0]);
  } else if (pictures.length) {
    queue.fill(pictures);
    element('queue').scrollIntoView({ block: 'nearest' });
    if (!content) take(pictures[0]);
  } else if (folder) {
    complain(text('emptyFolder'));
  }
  // A folder may hold anything. After what is taken, which clears the last complaint.
  const others = folder ? [] : files.filter((file) => !mayBePicture(file));
  if (others.length) complain(noPicture(others));
}

/** Listens to the stage; `onKept` hears of results that went into the history, `onStyle` of one whose style is wanted. */
export function start(onKept, onStyle) {
  [kept, asStyle] = [onKept, onStyle];
  compare.start();
  parts.start(paintSoon, complain);
  saving.start(tools);
  const pick = (button, input) => element(button).addEventListener('click', () => element(input).click());
  pick('choose', 'file-content');
  pick('again', 'file-content');
  pick('choose-folder', 'file-folder');
  for (const id of ['file-content', 'file-folder']) {
    element(id).addEventListener('change', (event) => {
      takes([...event.target.files], id === 'file-folder');
      event.target.value = '';
    });
  }
  element('example').addEventListener('click', async () => {
    take(new File([await (await ask('/assets/example.png')).blob()], 'eileen.png', { type: 'image/png' }));
  });
  element('download').addEventListener('click', download);
  element('save-style').addEventListener('click', saveStyle);
  // Browsers hand the clipboard to safe origins alone, which this computer's own is.
  element('copy').hidden = !navigator.clipboard?.write || !globalThis.ClipboardItem;
  element('copy').addEventListener('click', copy);
  element('repaint').addEventListener('click', () => handOn(take));
  element('as-style').addEventListener('click', () => handOn(asStyle));
  element('command').addEventListener('click', copyLine);
  element('keep').addEventListener('click', () => keep());
  element('stop').addEventListener('click', () => {
    stop();
    say(text('stopped'));
  });
}
