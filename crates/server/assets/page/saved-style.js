// What a saved style says of itself. The file is safetensors: the length of a head in eight bytes, the head in JSON,
// and numbers, which are the server's to read.

/** The longest head that is read, in bytes: many times as long as one is. */
const MOST = 1 << 20;

/**
 * `{ note, strength, octaves, keepColours, thumbnail }` of a file: what it was made of and painted with, and the address of
 * a picture of it, perhaps; nothing of what is no saved style. Whether it can be used, the server says.
 */
export async function read(file) {
  try {
    const length = Number(new DataView(await file.slice(0, 8).arrayBuffer()).getBigUint64(0, true));
    if (length > MOST) return null;
    const { __metadata__: found } = JSON.parse(await file.slice(8, 8 + length).text());
    if (found?.kind !== 'utsushi-style') return null;
    return {
      note: found.note ?? '',
      strength: Number(found.strength ?? 1),
      octaves: found.octaves ?? 'auto',
      keepColours: found.keep_colours === 'true',
      thumbnail: /^data:image\/jpeg;base64,/.test(found.thumbnail) ? found.thumbnail : null,
    };
  } catch {
    return null;
  }
}
