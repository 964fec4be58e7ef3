// Before and after, with a slider over both.

const element = (id) => document.getElementById(id);

let shown = { before: null, after: null };

/** Shows a picture, and over it the result if there is one. */
export function show(before, after) {
  const [old, frame] = [shown, element('frame')];
  shown = { before, after };
  element('empty').hidden = before !== null || after !== null;
  element('compare').hidden = before === null && after === null;
  element('before').src = before ?? after ?? '';
  element('after').src = after ?? '';
  element('after').hidden = after === null;
  frame.classList.toggle('single', before === null || after === null);
  if (before !== old.before) place(0);
  // Object addresses hold their pictures in memory until they are let go.
  if (old.after && old.after !== after) URL.revokeObjectURL(old.after);
}

/** Puts the dividing line; 0 shows the result alone, 1 the original alone. */
export function place(share) {
  element('slider').value = String(Math.round(share * 1000));
  move();
}

function move() {
  const share = Number(element('slider').value) / 1000;
  element('frame').style.setProperty('--share', String(share));
  element('frame').dataset.shows = share === 0 ? 'after' : share === 1 ? 'before' : 'both';
  element('slider').setAttribute('aria-valuetext', `${Math.round(share * 100)} %`);
}

/** Turns from the result to the original and back. */
function flip() {
  place(Number(element('slider').value) === 0 ? 1 : 0);
}

/** Listens to the slider. */
export function start() {
  element('slider').addEventListener('keydown', (event) => {
    if (event.key !== ' ' && event.key !== 'Enter') return;
    event.preventDefault();
    flip();
  });
  element('slider').addEventListener('input', move);
  move();
}
