// The file that a result is saved in: its format, its quality, and whether layers stay layers.

const element = (id) => document.getElementById(id);

const ENDINGS = { jpeg: 'jpg', tiff: 'tif' };
const LOSSY = ['jpeg', 'avif'];
const LAYERED = ['psd', 'ora'];

/** Whether each layer of a picture can be repainted by itself into this format, in the way that a result was made. */
const splits = (format, { source, recipe }) =>
  LAYERED.includes(format) && /\.(psd|ora)$/i.test(source.file.name ?? '') && /\/(transfer|mix)$/.test(recipe.address)
  && !recipe.fields.some(([name]) => name === 'mask' || name === 'keep');

/** Shows what there is to choose for a result. One from the history cannot be painted again, and stays a PNG. */
export function offer(result) {
  const select = element('save-format');
  select.disabled = Boolean(result && !result.recipe);
  if (select.disabled) select.value = 'png';
  element('save-quality-of').hidden = !LOSSY.includes(select.value);
  element('save-layers-of').hidden = !result?.recipe || !splits(select.value, result);
}

/** What is asked of the server for a result's file besides its recipe: nothing for a PNG, which the result is already. */
export function fields(result) {
  const format = element('save-format').value;
  if (format === 'png' || !result.recipe) return [];
  const found = [['format', format]];
  if (LOSSY.includes(format)) {
    const quality = element('save-quality');
    if (!quality.checkValidity() || !quality.value) quality.value = quality.defaultValue;
    found.push(['quality', quality.value]);
  }
  if (splits(format, result) && element('save-layers').checked) found.push(['layers', 'true']);
  return found;
}

/** The ending of its name. */
export function ending(fields) {
  const format = fields.find(([name]) => name === 'format')?.[1] ?? 'png';
  return ENDINGS[format] ?? format;
}

/** Listens; `changed` hears of another format. */
export function start(changed) {
  element('save-format').addEventListener('change', changed);
}
