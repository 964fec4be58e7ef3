// The history as a strip of small pictures.

import { forget, forgetAll, recall } from './memory.js';
import { has } from './tabs.js';
import { text, worded } from './texts.js';

const element = (id) => document.getElementById(id);
let addresses = [];

/** Shows what is kept; `restore` is told which result was picked. */
export async function draw(restore) {
  const all = await recall().catch(() => []);
  // Of another model perhaps, that did more than this one.
  const results = all.filter(({ kind }) => !kind || has(kind));
  addresses.forEach((address) => URL.revokeObjectURL(address));
  addresses = [];
  element('history').hidden = results.length === 0;
  element('history-list').replaceChildren(...results.reverse().map((result, place) => {
    const index = results.length - place;
    const item = document.createElement('li');
    const button = document.createElement('button');
    button.type = 'button';
    button.className = 'past';
    const style = worded(result.style);
    button.title = style;
    button.setAttribute('aria-label', text('historyItem', { index, style }));
    const image = document.createElement('img');
    image.alt = '';
    image.src = URL.createObjectURL(result.thumbnail ?? result.after);
    addresses.push(image.src);
    const label = document.createElement('span');
    label.className = 'caption';
    label.textContent = style;
    button.append(image, label);
    button.addEventListener('click', () => restore(result));
    const away = document.createElement('button');
    away.type = 'button';
    away.className = 'quiet icon away';
    away.textContent = '×';
    away.setAttribute('aria-label', text('forget', { index }));
    away.addEventListener('click', async () => { await forget(result.id); draw(restore); });
    item.append(button, away);
    return item;
  }));
}

/** Listens to the button that clears it. */
export function start(restore) {
  element('history-clear').addEventListener('click', async () => { await forgetAll(); draw(restore); });
  return draw(restore);
}
