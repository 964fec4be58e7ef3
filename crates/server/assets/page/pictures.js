// Files of pictures in the browser.

/** Pictures of no more pixels than this are painted in full at once. */
const PREVIEW_PIXELS = 1024 * 1024;
/** The long side of a preview of larger ones. */
const PREVIEW_SIDE = 768;

/** A picture to be painted: its file, its size, and a small stand-in if it is large, halved about so many times. */
export async function open(file) {
  const bitmap = await createImageBitmap(file).catch(() => null);
  // The server reads formats that browsers do not.
  if (!bitmap) return { file, preview: file, url: null, width: 0, height: 0, large: false, halvings: 0 };
  const { width, height } = bitmap;
  const large = width * height > PREVIEW_PIXELS;
  const preview = large ? await shrunk(bitmap, PREVIEW_SIDE) : file;
  bitmap.close();
  const halvings = large ? Math.max(0, Math.round(Math.log2(Math.max(width, height) / PREVIEW_SIDE))) : 0;
  return { file, preview, url: URL.createObjectURL(file), width, height, large, halvings };
}

/** The picture with its long side brought to `side`. */
async function shrunk(bitmap, side) {
  const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  const context = canvas.getContext('2d');
  context.imageSmoothingQuality = 'high';
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
}

/** A small copy for lists. */
export async function thumbnail(blob, side = 192) {
  const bitmap = await createImageBitmap(blob).catch(() => null);
  if (!bitmap) return null;
  const small = await shrunk(bitmap, side);
  bitmap.close();
  return small;
}

/** The frame that a small picture stands in; it is empty as long as there is no `address`. */
export function thumb(address, alt = '') {
  const holder = document.createElement('span');
  holder.className = 'thumb';
  if (address) {
    const image = document.createElement('img');
    image.src = address;
    image.alt = alt;
    holder.append(image);
  }
  return holder;
}

/** Whether a file may be a picture, by its name or kind. */
export const mayBePicture = (file) =>
  file.type.startsWith('image/') || /\.(png|jpe?g|webp|gif|bmp|tiff?|avif|jxl|psd|ora|hei[cf])$/i.test(file.name);

/** Whether a file is a saved style, by its name. */
export const isStyle = (file) => /\.style$/i.test(file.name);

/** Whether a file may have a style to paint in: a picture, or a saved style. */
export const mayHaveStyle = (file) => mayBePicture(file) || isStyle(file);

/** All files that were dropped; where there is a folder among them, which `folder` says, the pictures alone. */
export async function dropped(transfer) {
  const entries = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!entries.some((entry) => entry.isDirectory)) {
    return { files: [...transfer.files], folder: false };
  }
  const files = [];
  for (const entry of entries) await walk(entry, files);
  files.sort((a, b) => a.name.localeCompare(b.name));
  return { files: files.filter(mayBePicture), folder: true };
}

async function walk(entry, files) {
  if (entry.isFile) {
    files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    return;
  }
  const reader = entry.createReader();
  for (;;) {
    // A reader hands out some entries at a time.
    const batch = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (batch.length === 0) return;
    for (const inner of batch) await walk(inner, files);
  }
}

/** Saves a blob under a name. */
export function save(blob, name) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** `me.jpg` → `me-painted.png`. */
export const paintedName = (name, ending = 'png') => `${name.replace(/\.[^.]*$/, '') || 'picture'}-painted.${ending}`;
