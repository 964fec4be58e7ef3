// The same without the page: a line for a shell that paints the same pixels.

import { here } from './api.js';

const PLAIN = /^[\w@%+=:,./-]+$/;
const quoted = (word) => (PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`);

/** A file's name as a program takes it that knows options too. */
const path = (name) => (name.startsWith('-') ? `./${name}` : name);

/** A file's name as `curl -F` takes it, where some letters mean something else. */
const sent = (name) => (/[;,"\\]/.test(name) ? `@"${name.replace(/["\\]/g, '\\$&')}"` : `@${name}`);

const line = (words) => words.map((word) => quoted(String(word))).join(' ');

/** `utsushi transfer` of a picture, with options. */
export const transfer = (name, options, target) =>
  line(['utsushi', 'transfer', path(name), ...options, '-o', path(target)]);

/** `utsushi colour` of a drawing, with options. */
export const colour = (name, options, target) =>
  line(['utsushi', 'colour', path(name), ...options, '-o', path(target)]);

/** `utsushi generate` with options. */
export const generate = (options, target) => line(['utsushi', 'generate', ...options, '-o', path(target)]);

/** A request to this server, for what the program's own commands have no words for. */
export function request(name, { address, fields }, target) {
  const words = ['curl', '--fail', '-F', `content=${sent(name)}`];
  for (const [field, value] of fields) {
    if (value instanceof Blob) words.push('-F', `${field}=${sent(value.name ?? 'reference.png')}`);
    else words.push('--form-string', `${field}=${value}`);
  }
  return line([...words, '-o', path(target), `${location.origin}${here(address)}`]);
}
