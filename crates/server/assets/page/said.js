// What the page says: one line of news, and one of complaints.

import { Refusal } from './api.js';
import { explained, noteText, text } from './texts.js';

const element = (id) => document.getElementById(id);

/** What is said of files that are no pictures by their kind: what the server would say. */
export function noPicture(files) {
  const [names, more] = [files.slice(0, 3).map(({ name }) => name), files.length > 3 ? ' …' : ''];
  return explained({ code: 'not_a_picture', file: names.join(', ') + more });
}

/** Says how things stand. */
export function say(words) {
  element('status').textContent = words;
}

/** What went wrong, in words. */
export function because(error) {
  if (error instanceof Refusal) return explained(error);
  return error instanceof TypeError ? text('offline') : error.message ?? error;
}

/** Says what went wrong, where it is seen; `null` takes the last complaint away. What was given up went not wrong. */
export function complain(error) {
  if (error?.name === 'AbortError') return;
  const place = element('error');
  place.hidden = !error;
  if (!error) return;
  // What was under way is not any more.
  say('');
  place.textContent = because(error);
  place.scrollIntoView({ block: 'nearest' });
}

/** Says what there is to know of a painting. */
export function tell(notes) {
  const place = element('notes');
  place.hidden = notes.length === 0;
  place.replaceChildren(...notes.map((note) => {
    const item = document.createElement('li');
    item.textContent = noteText(note);
    return item;
  }));
}

/** A bar over a place where work is shown; `names` are the ids of its parts. */
export function meter(names) {
  const progress = (share) => {
    element(names.fill).style.width = `${share * 100}%`;
    element(names.bar).classList.toggle('unsure', share === 0);
  };
  const busy = (on) => {
    element(names.place).classList.toggle('busy', on);
    element(names.place).setAttribute('aria-busy', String(on));
    element(names.bar).hidden = !on;
    element(names.stop).hidden = !on;
    if (!on) progress(0);
  };
  /** Shows a stage of a job; `parts` is the text for several parts. */
  const onStage = (parts) => (stage) => {
    if (stage.stage === 'waiting') say(text('queued'));
    if (stage.stage !== 'painting') return;
    say(stage.total > 1 ? text(parts, stage) : text('busy'));
    progress(stage.total > 1 ? stage.done / stage.total : 0);
  };
  return { busy, onStage };
}
