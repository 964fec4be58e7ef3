// The server: requests with the token, patience when it is busy, jobs with progress.

/** What stands before all addresses where a proxy puts the page into a folder: nothing, or `/x`. */
const base = new URL('..', import.meta.url).pathname.slice(0, -1);

/** An address of the server as this page has to ask for it; the server's own links have it all. */
export const here = (path) => (base && path.startsWith(`${base}/`) ? path : base + path);

let token = null;
let askForToken = async () => null;

/** Takes the token out of the address, where `utsushi serve` puts it, and keeps it for the tab. */
export function takeToken(ask) {
  askForToken = ask;
  const found = new URLSearchParams(location.hash.slice(1)).get('token');
  if (found) {
    keep(found);
    history.replaceState(null, '', location.pathname);
  } else {
    try { token = sessionStorage.getItem('utsushi-token'); } catch { /* none kept */ }
  }
}

function keep(found) {
  token = found;
  try { sessionStorage.setItem('utsushi-token', found); } catch { /* kept for this page alone */ }
}

/** The name of the file that a message is about, of those that were sent; nothing if it is about none of them. */
function fileOf(message, body) {
  if (!(body instanceof FormData)) return undefined;
  const [, field, index] = /\b(content|reference|picture)(?: (\d+))?\b/.exec(message) ?? [];
  const file = field && body.getAll(field)[Number(index ?? 0)];
  // What is no file of somebody's own, such as a preview, is called a blob.
  return file instanceof File && file.name !== 'blob' ? file.name : undefined;
}

/** What is noted of a painting, `{ words, file }`: `file` is the name of the file that it is about, if it is about one of those that were sent. */
const noted = (notes, body) => notes.map((words) => {
  const file = /^(reference|picture) \d+: /.test(words) ? fileOf(words, body) : undefined;
  return { words, file };
});

/** An error that the server explains; `sent` is what it is about. */
export class Refusal extends Error {
  constructor(status, error, sent) {
    super(error.message);
    this.status = status;
    this.code = error.code;
    this.fix = error.fix;
    this.request = error.request;
    this.file = fileOf(error.message, sent);
  }
}

async function refusal(response, sent) {
  try {
    return new Refusal(response.status, (await response.json()).error, sent);
  } catch {
    return new Refusal(response.status, { code: 'unknown', message: `${response.status}`, fix: '' });
  }
}

const pause = (milliseconds, signal) => new Promise((resolve, reject) => {
  const timer = setTimeout(resolve, milliseconds);
  signal?.addEventListener('abort', () => { clearTimeout(timer); reject(signal.reason); }, { once: true });
});

/** A request; comes back when the server is not busy any more. */
export async function ask(path, options = {}) {
  for (let attempt = 0; ; attempt += 1) {
    const headers = new Headers(options.headers);
    if (token) headers.set('Authorization', `Bearer ${token}`);
    const response = await fetch(here(path), { ...options, headers });
    if (response.ok) return response;
    if (response.status === 401) {
      const given = await askForToken();
      if (given) { keep(given); continue; }
    }
    if (response.status === 429 && attempt < 20) {
      options.onBusy?.();
      await pause(1000 * Number(response.headers.get('Retry-After') ?? 2), options.signal);
      continue;
    }
    throw await refusal(response, options.body);
  }
}

export const askJson = async (path) => (await ask(path)).json();

/** The form of a picture and a recipe: `{ address, fields }`, what is asked for and where. */
function form(content, recipe) {
  const body = new FormData();
  body.append('content', content);
  for (const [name, value] of recipe.fields) body.append(name, value);
  return body;
}

/** Paints at once, for small pictures: the painting, and what there is to know of it. */
export async function paintNoted(content, recipe, signal, onBusy) {
  const body = form(content, recipe);
  const response = await ask(recipe.address, { method: 'POST', body, signal, onBusy });
  const notes = JSON.parse(response.headers.get('utsushi-notes') ?? '[]');
  return { blob: await response.blob(), notes: noted(notes, body) };
}

/** The painting alone. */
export const paint = async (...how) => (await paintNoted(...how)).blob;

/** Paints as a job: as `askJob`. */
export const paintJob = (content, recipe, signal, onStage, onBusy) =>
  askJob(recipe.address, form(content, recipe), signal, onStage, onBusy);

/**
 * Asks for something that takes long and tells `onStage` how far it is: what comes of it, and what there is to know of
 * it. Stopping cancels it.
 */
export async function askJob(address, body, signal, onStage, onBusy) {
  const headers = { Prefer: 'respond-async' };
  const started = await ask(address, { method: 'POST', headers, body, signal, onBusy });
  const job = await started.json();
  try {
    const last = await follow(job.events, signal, onStage);
    if (last?.stage === 'failed') throw new Refusal(last.status, last.error, body);
    return { blob: await (await ask(job.result, { signal })).blob(), notes: noted(last?.notes ?? [], body) };
  } finally {
    // Frees what the server holds for it.
    ask(job.status, { method: 'DELETE' }).catch(() => {});
  }
}

/** Reads server-sent events; an EventSource could not show the token. */
async function follow(path, signal, onStage) {
  const reader = (await ask(path, { signal })).body.pipeThrough(new TextDecoderStream()).getReader();
  let buffer = '';
  let last = null;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return last;
    buffer += value;
    const events = buffer.split('\n\n');
    buffer = events.pop();
    for (const event of events) {
      const data = event.split('\n').find((line) => line.startsWith('data: '));
      if (!data) continue;
      last = JSON.parse(data.slice(6));
      onStage?.(last);
    }
  }
}
