// The mask brush: painted is where the style goes; all else stays as it is.

import { text } from './texts.js';

const element = (id) => document.getElementById(id);

/** The mask's long side: finer than any brush. */
const SIDE = 1024;

/** Half transparent and blue, so that the picture shows through. */
const COLOUR = 'rgb(70 90 230)';

let changed = () => {};
let used = false;
let on = false;
let last = null;
/** Where the ring stands that arrow keys move, as shares of width and height. */
let ring = { x: .5, y: .5 };

const canvas = () => element('brush-canvas');
const pencil = () => canvas().getContext('2d', { willReadFrequently: true });
/** The radius in pixels of the mask. */
const radius = () => Number(element('brush-size').value) / 200 * Math.min(canvas().width, canvas().height);

/** Begins anew for a picture of that size; one whose size is not known has no brush. */
export function reset({ width, height }) {
  const scale = SIDE / Math.max(width, height, 1);
  const known = width > 0 && height > 0;
  [canvas().width, canvas().height] = known ? [width, height].map((side) => Math.max(1, Math.round(side * scale))) : [1, 1];
  used = false;
  element('brush').disabled = !known;
  turn(false);
}

/** Whether a part is chosen. */
export const isUsed = () => used;

/** The recipe with what is to be kept: white where nothing was painted. */
export async function masked(recipe) {
  if (!used || !/\/v1\/(transfer|mix)$/.test(recipe.address)) return recipe;
  const mask = document.createElement('canvas');
  [mask.width, mask.height] = [canvas().width, canvas().height];
  const context = mask.getContext('2d');
  context.drawImage(canvas(), 0, 0);
  // The painted part becomes black, and what lies around it white.
  context.globalCompositeOperation = 'source-in';
  context.fillStyle = '#000';
  context.fillRect(0, 0, mask.width, mask.height);
  context.globalCompositeOperation = 'destination-over';
  context.fillStyle = '#fff';
  context.fillRect(0, 0, mask.width, mask.height);
  const blob = await new Promise((resolve) => mask.toBlob(resolve, 'image/png'));
  return { ...recipe, fields: [...recipe.fields, ['keep', new File([blob], 'keep.png', { type: 'image/png' })]] };
}

function turn(wanted) {
  on = wanted;
  element('brush').setAttribute('aria-pressed', String(on));
  element('brush-tools').hidden = !on;
  element('frame').classList.toggle('brushing', on);
  canvas().hidden = !on;
  if (on) drawRing();
}

/** Where a pointer is on the mask. */
function place(event) {
  const box = canvas().getBoundingClientRect();
  return { x: (event.clientX - box.left) / box.width, y: (event.clientY - box.top) / box.height };
}

/** Paints from one place to another, or a dot. */
function stroke(from, to) {
  const [context, { width, height }] = [pencil(), canvas()];
  context.globalCompositeOperation = element('brush-erase').checked ? 'destination-out' : 'source-over';
  [context.strokeStyle, context.lineCap, context.lineJoin] = [COLOUR, 'round', 'round'];
  context.lineWidth = 2 * radius();
  context.beginPath();
  context.moveTo(from.x * width, from.y * height);
  // A line without length is not drawn by every browser.
  context.lineTo(to.x * width + .01, to.y * height);
  context.stroke();
}

/** Looks at what is painted, and tells that it has changed. */
function done() {
  const { width, height } = canvas();
  const { data } = pencil().getImageData(0, 0, width, height);
  used = data.some((value, index) => index % 4 === 3 && value > 127);
  changed();
}

function drawRing() {
  const { style } = element('brush-ring');
  const box = canvas().getBoundingClientRect();
  const size = Number(element('brush-size').value) / 100 * Math.min(box.width, box.height);
  [style.left, style.top] = [`${ring.x * 100}%`, `${ring.y * 100}%`];
  [style.width, style.height] = [`${size}px`, `${size}px`];
}

/** Arrow keys move the ring, space paints with it. */
function onKey(event) {
  const step = event.shiftKey ? .1 : .02;
  const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
  if (event.key === ' ') {
    stroke(ring, ring);
    done();
  } else if (moves[event.key]) {
    const [x, y] = moves[event.key];
    const inside = (value) => Math.min(1, Math.max(0, value));
    ring = { x: inside(ring.x + x), y: inside(ring.y + y) };
    drawRing();
  } else {
    return;
  }
  event.preventDefault();
}

/** Listens to the brush; `onChange` hears that another part is chosen. */
export function start(onChange) {
  changed = onChange;
  element('brush').addEventListener('click', () => turn(!on));
  element('brush-size').addEventListener('input', drawRing);
  element('brush-clear').addEventListener('click', () => {
    pencil().clearRect(0, 0, canvas().width, canvas().height);
    done();
  });
  canvas().addEventListener('keydown', onKey);
  canvas().addEventListener('pointerdown', (event) => {
    canvas().setPointerCapture(event.pointerId);
    [last, ring] = [place(event), place(event)];
    stroke(last, last);
    drawRing();
    event.preventDefault();
  });
  canvas().addEventListener('pointermove', (event) => {
    ring = place(event);
    drawRing();
    if (!last) return;
    stroke(last, ring);
    last = ring;
  });
  for (const kind of ['pointerup', 'pointercancel']) {
    canvas().addEventListener(kind, () => {
      if (!last) return;
      last = null;
      done();
    });
  }
  canvas().setAttribute('aria-label', text('brushCanvas'));
}
