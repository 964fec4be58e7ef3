// A zip without compression: pictures are compressed already.

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

function checksum(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) value = TABLE[(value ^ byte) & 255] ^ (value >>> 8);
  return (value ^ 0xffffffff) >>> 0;
}

function header(signature, numbers) {
  const view = new DataView(new ArrayBuffer(4 + numbers.reduce((sum, [size]) => sum + size, 0)));
  view.setUint32(0, signature, true);
  let at = 4;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(at, value, true);
    else view.setUint32(at, value, true);
    at += size;
  }
  return new Uint8Array(view.buffer);
}

/** Files of `{ name, blob }` in one; names that occur twice get a number. */
export async function zip(files) {
  const parts = [];
  const directory = [];
  const used = new Set();
  let offset = 0;
  for (const { name, blob } of files) {
    let unique = name;
    for (let number = 2; used.has(unique); number += 1) unique = name.replace(/(\.[^.]*)?$/, `-${number}$1`);
    used.add(unique);
    const label = new TextEncoder().encode(unique);
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const crc = checksum(bytes);
    // Bit 11: names are UTF-8. The date is the first that the format knows.
    const shared = [[2, 20], [2, 1 << 11], [2, 0], [2, 0], [2, 0x21], [4, crc], [4, bytes.length], [4, bytes.length], [2, label.length], [2, 0]];
    const local = header(0x04034b50, shared);
    parts.push(local, label, bytes);
    directory.push(header(0x02014b50, [[2, 20], ...shared, [2, 0], [2, 0], [2, 0], [4, 0], [4, offset]]), label);
    offset += local.length + label.length + bytes.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const count = files.length;
  const end = header(0x06054b50, [[2, 0], [2, 0], [2, count], [2, count], [4, size], [4, offset], [2, 0]]);
  return new Blob([...parts, ...directory, end], { type: 'application/zip' });
}
