// A queue for folders: one picture after the other, with progress.

import { paintJob } from './api.js';
import { paintedName, save } from './pictures.js';
import { because } from './said.js';
import * as saving from './saving.js';
import { noteText, text } from './texts.js';
import { zip } from './zip.js';

const element = (id) => document.getElementById(id);

/**
 * `{ file, state: 'waiting' | 'painting' | 'done' | 'failed', share, blob?, notes?, fields?, error? }`; `fields` is the kind of
 * file that `blob` is, `notes` what there is to know of it, `error` what went wrong.
 */
let items = [];
let running = null;
let recipeOf = () => null;

/** Shows files that wait to be painted. */
export function fill(files) {
  running?.abort();
  items = files.map((file) => ({ file, state: 'waiting', share: 0 }));
  element('queue').hidden = items.length === 0;
  draw();
}

/** Listens to the queue's buttons; `recipe` hands out how to paint, or nothing. */
export function start(recipe) {
  recipeOf = recipe;
  element('queue-start').addEventListener('click', () => (running ? running.abort() : run()));
  element('queue-clear').addEventListener('click', () => fill([]));
  element('queue-save').addEventListener('click', async () => {
    const done = items.filter(({ state }) => state === 'done');
    save(await zip(done.map((item) => ({ name: nameOf(item), blob: item.blob }))), 'painted.zip');
  });
  saving.startQueue(another);
}

const nameOf = ({ file, fields }) => paintedName(file.name, saving.ending(fields));

/** What is painted already and is a file of another kind waits again; it is kept until then. */
function another() {
  if (running) running.abort();
  const wanted = JSON.stringify(saving.ofQueue());
  for (const item of items) {
    if (item.blob) item.state = JSON.stringify(item.fields) === wanted ? 'done' : 'waiting';
  }
  draw();
}

async function run() {
  const way = recipeOf();
  if (!way) return;
  const fields = saving.ofQueue();
  const recipe = { ...way, fields: [...way.fields, ...fields] };
  const mine = new AbortController();
  running = mine;
  const list = items;
  for (const item of list) {
    if (item.state === 'failed' || item.state === 'painting') item.state = 'waiting';
  }
  draw();
  // Two at a time: one is decoded and sent while the other is painted.
  const next = async () => {
    for (;;) {
      const item = list.find(({ state }) => state === 'waiting');
      if (!item || mine.signal.aborted) return;
      item.state = 'painting';
      draw();
      try {
        const { blob, notes } = await paintJob(item.file, recipe, mine.signal, (stage) => {
          if (stage.stage === 'painting') { item.share = stage.done / stage.total; draw(); }
        });
        Object.assign(item, { blob, notes, fields, state: 'done' });
      } catch (error) {
        item.state = mine.signal.aborted ? 'waiting' : 'failed';
        item.error = error;
        // The row begins with its name.
        if (error.file === item.file.name) error.file = undefined;
      }
      item.share = 0;
      if (items === list) draw();
    }
  };
  await Promise.all([next(), next()]);
  if (running === mine) running = null;
  if (items === list) draw();
}

/** Draws the list. */
export function draw() {
  const done = items.filter(({ state }) => state === 'done').length;
  const failed = items.filter(({ state }) => state === 'failed').length;
  const shares = items.reduce((sum, { state, share }) => sum + (state === 'done' || state === 'failed' ? 1 : share), 0);
  element('queue-progress').value = items.length ? shares / items.length : 0;
  element('queue-text').textContent = text(failed ? 'queueFailed' : 'queueText', { done, failed, total: items.length });
  element('queue-start').textContent = text(running ? 'stop' : 'queueStart');
  element('queue-save').disabled = done === 0;
  element('queue-list').replaceChildren(...items.map((item) => {
    const row = document.createElement('li');
    row.dataset.state = item.state;
    const name = document.createElement('span');
    name.className = 'name';
    name.textContent = item.file.webkitRelativePath || item.file.name;
    const state = document.createElement('span');
    state.className = 'state';
    state.textContent = text(item.state);
    row.append(name, state);
    const below = (words) => {
      const note = document.createElement('span');
      note.className = 'note';
      [note.textContent, note.title] = [words, words];
      name.append(note);
    };
    if (item.state === 'failed') below(because(item.error));
    if (item.state === 'done') {
      item.notes.map(noteText).forEach(below);
      const button = document.createElement('button');
      button.type = 'button';
      button.className = 'quiet';
      button.textContent = '↓';
      button.setAttribute('aria-label', text('save', { name: nameOf(item) }));
      button.addEventListener('click', () => save(item.blob, nameOf(item)));
      row.append(button);
    }
    return row;
  }));
}
