// A part of the picture that is drawn with a brush, or read from a file.

import { save } from './pictures.js';
import { noPicture } from './said.js';
import { text } from './texts.js';

const element = (id) => document.getElementById(id);

/** The long side of the mask that is drawn; the server brings it to the size of the picture. */
const SIDE = 1024;

/** What is sent: white in the part, transparent elsewhere. */
let mask = null;
/** The same as a file, once something is drawn. */
let file = null;
let last = null;
let changed = () => {};

/** The file of what is drawn; nothing if nothing is. */
export const drawn = () => file;

/** Forgets what was drawn: there is another picture. */
export function forget() {
  [mask, file] = [null, null];
  element('mask').width = 1;
  show(false);
  tools();
}

function tools() {
  for (const id of ['mask-clear', 'mask-save']) element(id).disabled = !file;
}

/** Whether the brush is out. */
export function show(on) {
  element('mask').hidden = !on;
  if (on) ready();
}

/** A mask in the picture's proportions. */
function ready() {
  const shown = [element('before'), element('after')].find(({ naturalWidth }) => naturalWidth > 0);
  if (mask || !shown) return;
  const scale = Math.min(1, SIDE / Math.max(shown.naturalWidth, shown.naturalHeight));
  mask = document.createElement('canvas');
  const veil = element('mask');
  for (const canvas of [mask, veil]) {
    canvas.width = Math.max(1, Math.round(shown.naturalWidth * scale));
    canvas.height = Math.max(1, Math.round(shown.naturalHeight * scale));
  }
}

/** Where a pointer is in the mask, and how many of its pixels are one of the screen. */
function place(event) {
  const box = element('mask').getBoundingClientRect();
  // The picture fills the box as far as its proportions let it.
  const scale = Math.min(box.width / mask.width, box.height / mask.height);
  const left = box.left + (box.width - mask.width * scale) / 2;
  const top = box.top + (box.height - mask.height * scale) / 2;
  return { x: (event.clientX - left) / scale, y: (event.clientY - top) / scale, scale: 1 / scale };
}

/** Draws on from the last place, in the mask and in what is seen of it. */
function draw(event) {
  const next = place(event);
  const colour = getComputedStyle(document.documentElement).accentColor;
  for (const [canvas, ink] of [[mask, '#fff'], [element('mask'), colour]]) {
    const context = canvas.getContext('2d');
    context.globalCompositeOperation = element('mask-erase').checked ? 'destination-out' : 'source-over';
    [context.strokeStyle, context.lineCap, context.lineJoin] = [ink, 'round', 'round'];
    context.lineWidth = Number(element('mask-size').value) * next.scale;
    context.beginPath();
    context.moveTo(last?.x ?? next.x, last?.y ?? next.y);
    context.lineTo(next.x, next.y);
    context.stroke();
  }
  last = next;
}

/** Whether anything of the part can be seen. */
const isSeen = (pixels) => pixels.some((value, index) => index % 4 === 3 && value > 8);

/** Makes the file that is sent. */
async function finish() {
  const pixels = mask.getContext('2d').getImageData(0, 0, mask.width, mask.height).data;
  const blob = isSeen(pixels) ? await new Promise((resolve) => mask.toBlob(resolve, 'image/png')) : null;
  file = blob && new File([blob], 'mask.png', { type: 'image/png' });
  tools();
  changed();
}

function clear() {
  for (const canvas of [mask, element('mask')]) {
    canvas?.getContext('2d').clearRect(0, 0, canvas.width, canvas.height);
  }
  file = null;
  tools();
  changed();
}

/** Takes a mask that was made elsewhere: what is bright and can be seen is the part. */
async function read(given) {
  const bitmap = await createImageBitmap(given).catch(() => null);
  if (!bitmap) throw new Error(noPicture([given]));
  ready();
  if (!mask) return;
  // As tolerant as the server is.
  const apart = Math.abs(Math.log(bitmap.width / bitmap.height * mask.height / mask.width));
  if (apart > Math.max(0.02, 1 / Math.min(bitmap.width, bitmap.height, mask.width, mask.height))) {
    throw new Error(text('maskShape', { mask: `${bitmap.width} × ${bitmap.height}`, picture: `${mask.width} × ${mask.height}` }));
  }
  const taken = new OffscreenCanvas(mask.width, mask.height).getContext('2d');
  taken.drawImage(bitmap, 0, 0, mask.width, mask.height);
  bitmap.close();
  const data = taken.getImageData(0, 0, mask.width, mask.height);
  for (let at = 0; at < data.data.length; at += 4) {
    const [red, green, blue, alpha] = data.data.subarray(at, at + 4);
    const bright = 0.299 * red + 0.587 * green + 0.114 * blue;
    data.data.set([255, 255, 255, Math.round(bright * alpha / 255)], at);
  }
  if (!isSeen(data.data)) throw new Error(text('maskEmpty'));
  mask.getContext('2d').putImageData(data, 0, 0);
  const veil = element('mask').getContext('2d');
  veil.globalCompositeOperation = 'copy';
  veil.drawImage(mask, 0, 0);
  veil.globalCompositeOperation = 'source-in';
  veil.fillStyle = getComputedStyle(document.documentElement).accentColor;
  veil.fillRect(0, 0, mask.width, mask.height);
  await finish();
}

/** Listens to the brush; `onChange` hears of every stroke, `onError` of a file that is no mask. */
export function start(onChange, onError) {
  changed = onChange;
  const canvas = element('mask');
  canvas.addEventListener('pointerdown', (event) => {
    if (event.button !== 0 || !mask) return;
    event.preventDefault();
    try { canvas.setPointerCapture(event.pointerId); } catch { /* a pointer that is gone already */ }
    last = null;
    draw(event);
  });
  canvas.addEventListener('pointermove', (event) => { if (last) draw(event); });
  for (const end of ['pointerup', 'pointercancel']) {
    canvas.addEventListener(end, () => {
      if (!last) return;
      last = null;
      finish();
    });
  }
  element('mask-clear').addEventListener('click', clear);
  element('mask-save').addEventListener('click', () => save(file, file.name));
  element('mask-load').addEventListener('click', () => element('file-mask').click());
  element('file-mask').addEventListener('change', (event) => {
    const [given] = event.target.files;
    event.target.value = '';
    if (given) read(given).catch(onError);
  });
}
