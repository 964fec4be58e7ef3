// The model's card, which is Markdown: headings, paragraphs, lists, tables and blocks of settings.

import { cardText, text } from './texts.js';

/** The headings below which a card says how the model came to be, not what it is and on which terms. */
const FURTHER = /^## (Settings|Started from|Content prior|Mean of several states)$/;

const NUMBER = /^[\d.,–−-]+$/;

/** A word that may break anywhere where there is little room. */
const LONG = /\S{13}/;

function made(kind, words, ...children) {
  const element = document.createElement(kind);
  if (words) inline(element, cardText(words));
  element.append(...children);
  return element;
}

/** Puts text into an element, with `code` and **strong** words. Nothing in it is ever taken for HTML. */
function inline(element, words) {
  for (const part of words.split(/(`[^`]+`|\*\*[^*]+\*\*)/)) {
    const mark = { '`': 'code', '*': 'strong' }[part[0]];
    if (mark && part.length > 2) {
      const inner = document.createElement(mark);
      inner.textContent = part.replace(/^(`|\*\*)|(`|\*\*)$/g, '');
      element.append(inner);
    } else {
      element.append(part);
    }
  }
}

const cells = (line) => line.trim().replace(/^\||\|$/g, '').split('|').map((cell) => cell.trim());

function table(lines) {
  const [head, , ...rows] = lines.map(cells);
  const cell = (kind, words) => {
    const one = made(kind, words);
    if (NUMBER.test(words)) one.className = 'number';
    if (LONG.test(words)) one.className = 'long';
    return one;
  };
  const row = (kind, words) => made('tr', '', ...words.map((one) => cell(kind, one)));
  return made('table', '', made('thead', '', row('th', head)), made('tbody', '', ...rows.map((one) => row('td', one))));
}

/** A block of lines that belong together. */
function block(lines) {
  const heading = /^(#+) (.*)$/.exec(lines[0]);
  if (heading) return made(heading[1].length > 1 ? 'h4' : 'h3', heading[2]);
  if (lines.length > 1 && lines[0].startsWith('|') && /^[|:\s-]+$/.test(lines[1])) return table(lines);
  if (lines.every((line) => /^([-*] |\s)/.test(line))) {
    const items = lines.join('\n').split(/\n?^[-*] /m).filter(Boolean);
    return made('ul', '', ...items.map((item) => made('li', item.replaceAll(/\n\s*/g, ' '))));
  }
  return made('p', lines.join(' '));
}

/** Shows a card in an element: what the model is at once, the rest of it when it is asked for. */
export function show(element, card) {
  const lines = card.split('\n');
  const place = lines.findIndex((line) => FURTHER.test(line));
  const [head, rest] = place < 0 ? [lines, []] : [lines.slice(0, place), lines.slice(place)];
  const shown = blocksOf(head);
  if (rest.length) {
    const details = document.createElement('details');
    details.open = element.querySelector('details')?.open ?? false;
    const summary = document.createElement('summary');
    summary.textContent = text('cardFurther');
    details.append(summary, ...blocksOf(rest));
    shown.push(details);
  }
  element.replaceChildren(...shown);
}

/** The elements of lines of Markdown. */
function blocksOf(all) {
  const blocks = [];
  let lines = [];
  let settings = null;
  const finish = () => {
    if (lines.length) blocks.push(block(lines));
    lines = [];
  };
  for (const line of all) {
    if (line.startsWith('```')) {
      finish();
      if (settings) {
        const pre = document.createElement('pre');
        pre.textContent = settings.join('\n');
        blocks.push(pre);
      }
      settings = settings ? null : [];
    } else if (settings) {
      settings.push(line);
    } else if (!line.trim()) {
      finish();
    } else {
      if (line.startsWith('#')) finish();
      lines.push(line);
      if (line.startsWith('#')) finish();
    }
  }
  finish();
  if (settings) blocks.push(made('p', settings.join(' ')));
  return blocks;
}
