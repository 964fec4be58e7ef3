// The file that a result is saved in: its format, its quality, and whether layers stay layers.

const element = (id) => document.getElementById(id);

const ENDINGS = { jpeg: 'jpg', tiff: 'tif' };
const LOSSY = ['jpeg', 'avif'];
const LAYERED = ['psd', 'ora'];

/** Whether each layer of a picture can be repainted by itself into this format, in the way that a result was made. */
const splits = (format, { source, recipe }) =>
  LAYERED.includes(format) && /\.(psd|ora)$/i.test(source.file.name ?? '') && /\/(transfer|mix)$/.test(recipe.address)
  && !recipe.fields.some(([name]) => name === 'regions');

/** Shows what there is to choose for a result. One from the history cannot be painted again, and stays a PNG. */
export function offer(result) {
  const select = element('save-format');
  select.disabled = Boolean(result && !result.recipe);
  if (select.disabled) select.value = 'png';
  element('save-quality-of').hidden = !LOSSY.includes(select.value);
  element('save-layers-of').hidden = !result?.recipe || !splits(select.value, result);
}

/** What a format and a quality that are chosen in `place` ask of the server: nothing for a PNG, which paintings are by themselves. */
function asked(place) {
  const format = element(`${place}-format`).value;
  if (format === 'png') return [];
  const found = [['format', format]];
  if (LOSSY.includes(format)) {
    const quality = element(`${place}-quality`);
    if (!quality.checkValidity() || !quality.value) quality.value = quality.defaultValue;
    found.push(['quality', quality.value]);
  }
  return found;
}

/** What is asked of the server for a result's file besides its recipe. */
export function fields(result) {
  if (!result.recipe) return [];
  const found = asked('save');
  const [[, format] = []] = found;
  if (format && splits(format, result) && element('save-layers').checked) found.push(['layers', 'true']);
  return found;
}

/** What is asked of the server for the files of the queue. */
export const ofQueue = () => asked('queue');

/** Offers the same formats for the queue; `changed` hears of another format or quality. */
export function startQueue(changed) {
  const select = element('queue-format');
  select.append(...[...element('save-format').options].map((option) => option.cloneNode(true)));
  const tell = () => {
    element('queue-quality-of').hidden = !LOSSY.includes(select.value);
    changed();
  };
  for (const id of ['queue-format', 'queue-quality']) element(id).addEventListener('change', tell);
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
