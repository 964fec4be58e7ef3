// The studio: its tabs, what is common to them, and how it starts.

import { askJson, takeToken } from './api.js';
import * as card from './card.js';
import * as edit from './edit.js';
import * as generate from './generate.js';
import * as morph from './morph.js';
import * as parts from './parts.js';
import * as past from './past.js';
import { dropped, isStyle } from './pictures.js';
import * as queue from './queue.js';
import { complain, say, tell } from './said.js';
import * as stage from './stage.js';
import * as styles from './styles.js';
import * as tabs from './tabs.js';
import { modelName, modelTip, switchLanguage, text, translate } from './texts.js';

const element = (id) => document.getElementById(id);

/** Another tab is a module with what it shows and a line here. */
const TABS = [
  { id: 'paint', name: 'tabPaint', stage: 'stage', panel: 'panel', way: styles.way, takes: stage.takes },
  { id: 'morph', name: 'tabMorph', stage: 'morph-stage', panel: 'panel', takes: morph.takes },
  { id: 'edit', name: 'tabEdit', stage: 'stage', panel: 'edit-panel', way: edit.way, takes: stage.takes, opened: edit.opened },
  { id: 'generate', name: 'tabGenerate', stage: 'made-stage', panel: 'panel', takes: generate.takes, opened: generate.opened },
];

/** The model's card, name and version, which are shown again in the other language. */
let [cardOf, model, version] = ['', '', ''];
/** The models of the server, `{ name, address }`; each has a page of its own. */
let offered = [];

function describe() {
  element('model-name').textContent = model && text('modelIs', { model: modelName(model), version });
  card.show(element('card'), cardOf);
  element('models').replaceChildren(...offered.filter(({ name }) => name !== model).map(linkTo));
}

/** The page of another model, which opens beside this one, so that nothing here is lost. */
function linkTo({ name, address }) {
  const link = document.createElement('a');
  Object.assign(link, { href: address, target: '_blank', rel: 'opener', title: modelTip(name) });
  link.textContent = text('openModel', { model: modelName(name) });
  return link;
}

/** Shows a result of the history in the tab that it came from. */
function restore(result) {
  if (result.kind === 'morph') {
    tabs.show('morph');
    morph.restore(result);
  } else if (result.kind === 'generate') {
    tabs.show('generate');
    generate.restore(result);
  } else {
    if (!tabs.current().way) tabs.show('paint');
    stage.restore(result);
  }
}

function listen() {
  element('language').addEventListener('click', () => {
    switchLanguage();
    // What was said last is in the other language.
    say('');
    for (const part of [styles, edit, morph, generate, queue, parts]) part.draw();
    stage.tools();
    past.draw(restore);
    describe();
  });
  element('theme').addEventListener('click', switchTheme);
  element('about-open').addEventListener('click', () => element('about').showModal());

  // What went wrong is told until something else is done.
  const done = ({ type, target, dataTransfer, clipboardData }) => {
    const does = {
      click: () => target.closest?.('button, a, input, select'),
      drop: () => dataTransfer?.files.length,
      paste: () => clipboardData?.files.length,
    }[type];
    if (!does || does()) complain(null);
  };
  for (const type of ['click', 'input', 'change', 'drop', 'paste']) addEventListener(type, done, true);

  const inStyles = (event) => !styles.isOnly() && Boolean(event.target.closest?.('#panel'));
  let depth = 0;
  addEventListener('dragenter', () => { depth += 1; document.body.classList.add('dragging'); });
  addEventListener('dragleave', () => { depth -= 1; if (depth <= 0) document.body.classList.remove('dragging'); });
  addEventListener('dragover', (event) => event.preventDefault());
  addEventListener('drop', async (event) => {
    event.preventDefault();
    depth = 0;
    document.body.classList.remove('dragging');
    const toStyles = inStyles(event);
    const { files, folder } = await dropped(event.dataTransfer);
    if (files.length === 0) {
      if (folder) complain(text('emptyFolder'));
      return;
    }
    // A saved style is one wherever it is dropped.
    const asStyles = styles.isOnly() ? [] : files.filter((file) => toStyles || isStyle(file));
    const others = files.filter((file) => !asStyles.includes(file));
    if (asStyles.length) styles.addReferences(asStyles);
    if (others.length) tabs.current().takes(others, folder);
  });
  addEventListener('paste', (event) => {
    const files = [...(event.clipboardData?.files ?? [])];
    if (files.length) tabs.current().takes(files);
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
  takeToken(askAtTheDoor);
  const drawPast = () => past.draw(restore);
  stage.start(drawPast, (painting) => {
    tabs.show('paint');
    styles.addAlone(painting);
  });
  morph.start(drawPast);
  edit.start(stage.paintSoon);
  generate.start(drawPast, (painting) => {
    tabs.show('paint');
    stage.takes([painting]);
    element('tab-paint').focus();
  });
  tabs.start(TABS, (tab) => {
    complain(null);
    say('');
    if (tab.way) stage.tools();
    else tell([]);
    // The other tab's result stays on the stage until something is asked for here.
    if (tab.way?.any()) stage.paintSoon(0);
  });
  translate();
  queue.start(() => {
    const way = tabs.current().way ?? styles.way;
    if (way.any()) return way.parted ? parts.within(way.recipe(), false) : way.recipe();
    say(text(way.pick));
    return null;
  });
  listen();
  past.start(restore);
  try {
    const described = await askJson('/v1/models');
    stage.limit(described);
    morph.limit(described.limits);
    if (described.models[0].one_way) {
      tabs.only('paint');
      styles.only();
      past.draw(restore);
    } else {
      generate.limit(described, linkTo);
    }
    ({ name: model, card: cardOf } = described.models[0]);
    offered = described.offered;
    ({ version } = described);
    describe();
    await styles.start((wait) => {
      if (tabs.current().id === 'generate') generate.styled();
      stage.paintSoon(wait);
    }, complain);
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
