// What is kept in the browser: results, with what they were made of. The page of each model keeps its own, since their
// terms differ.

const MOST = 60;

/** The first page has the name that it had when it was the only one. */
const NAME = location.pathname === '/' ? 'utsushi' : `utsushi ${location.pathname}`;

const promise = (request) => new Promise((resolve, reject) => {
  request.onsuccess = () => resolve(request.result);
  request.onerror = () => reject(request.error);
});

let opened;
function base() {
  opened ??= (() => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore('results', { keyPath: 'id', autoIncrement: true });
    };
    return promise(request);
  })();
  return opened;
}

async function store(mode) {
  return (await base()).transaction('results', mode).objectStore('results');
}

/** Keeps a result and forgets the oldest beyond sixty. */
export async function remember(result) {
  const id = await promise((await store('readwrite')).add(result));
  const keys = await promise((await store('readonly')).getAllKeys());
  for (const key of keys.slice(0, Math.max(0, keys.length - MOST))) await forget(key);
  return id;
}

export const recall = async () => promise((await store('readonly')).getAll());
export const forget = async (id) => promise((await store('readwrite')).delete(id));
export const forgetAll = async () => promise((await store('readwrite')).clear());
