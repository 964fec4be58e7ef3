// What can be done: one tab each. A tab says which stage and which panel it shows, takes the files
// that are dropped, and knows how to paint what stands on the stage.

import { text } from './texts.js';

const element = (id) => document.getElementById(id);

/** `{ id, name, stage, panel, way?, takes, opened? }` */
let tabs = [];
let shown = null;
let changed = () => {};

/** The tab that is shown. */
export const current = () => shown;

/** Whether there is a tab of that name. */
export const has = (id) => tabs.some((tab) => tab.id === id);

/** Leaves one tab; nobody needs a row of buttons for it. */
export function only(id) {
  show(id);
  tabs = [shown];
  element('tabs').hidden = true;
}

/** Shows a tab by its name. */
export function show(id) {
  shown = tabs.find((tab) => tab.id === id) ?? tabs[0];
  for (const tab of tabs) {
    const button = element(`tab-${tab.id}`);
    button.setAttribute('aria-selected', String(tab === shown));
    button.tabIndex = tab === shown ? 0 : -1;
    for (const place of [tab.stage, tab.panel]) {
      element(place).hidden = place !== shown.stage && place !== shown.panel;
    }
  }
  element('work').setAttribute('aria-labelledby', `tab-${shown.id}`);
  document.body.dataset.tab = shown.id;
  shown.opened?.();
  changed(shown);
}

/** Draws a button for each tab; arrow keys go from one to the next. */
export function start(all, onChange) {
  tabs = all;
  element('tabs').replaceChildren(...tabs.map((tab, index) => {
    const button = document.createElement('button');
    button.type = 'button';
    button.id = `tab-${tab.id}`;
    button.className = 'tab';
    button.setAttribute('role', 'tab');
    button.setAttribute('aria-controls', 'work');
    button.dataset.text = tab.name;
    button.textContent = text(tab.name);
    button.addEventListener('click', () => show(tab.id));
    button.addEventListener('keydown', (event) => {
      const steps = { ArrowLeft: -1, ArrowRight: 1 };
      const ends = { Home: 0, End: tabs.length - 1 };
      const next = event.key in ends ? ends[event.key] : index + (steps[event.key] ?? NaN);
      if (Number.isNaN(next)) return;
      event.preventDefault();
      const target = tabs[(next + tabs.length) % tabs.length];
      show(target.id);
      element(`tab-${target.id}`).focus();
    });
    return button;
  }));
  show(tabs[0].id);
  changed = onChange;
}
