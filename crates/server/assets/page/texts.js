// All texts of the page, in both languages.

const TEXTS = {
  en: {
    skip: 'Skip to the styles',
    tagline: 'Repaint a picture in the style of another.',
    theme: 'Light or dark',
    stage: 'Picture',
    drop: 'Drop a painting here, or paste one',
    dropHint: 'A folder becomes a queue. Pictures stay in memory; nothing is written to disk.',
    choose: 'Choose a picture',
    chooseFolder: 'Choose a folder',
    example: 'Try the example',
    before: 'Before',
    after: 'After',
    slider: 'Before and after: how much of the original shows',
    download: 'Download',
    keep: 'Keep in history',
    another: 'Another picture',
    stop: 'Stop',
    styles: 'Style',
    stylesHint: 'Pick up to three, or bring paintings of your own.',
    surprise: 'Surprise me',
    addReference: 'Add a painting',
    yourPainting: 'your painting',
    madeUp: 'made up {seed}',
    mix: 'Mix',
    triangle: 'Blend of the chosen styles; arrow keys move it',
    coarse: 'Coarse',
    fine: 'Fine',
    coarseOf: 'Coarse stages of {name}: palette and shading',
    fineOf: 'Fine stages of {name}: line and texture',
    weightOf: 'Share of {name}',
    remove: 'Take {name} away',
    strength: 'Strength',
    queue: 'Queue',
    queueStart: 'Paint all',
    queueSave: 'Save all (zip)',
    queueClear: 'Close',
    queueProgress: 'Pictures painted',
    queueText: '{done} of {total} painted',
    queueFailed: '{done} of {total} painted, {failed} failed',
    waiting: 'waiting',
    painting: 'painting',
    done: 'done',
    failed: 'failed',
    save: 'Save {name}',
    history: 'History',
    historyClear: 'Forget all',
    historyItem: 'Result {index}, {style}',
    forget: 'Forget result {index}',
    about: 'About the model',
    api: 'API',
    close: 'Close',
    sitter: 'The face on the thumbnails is Lucy from Ren’Py, © 2004–2022 Tom Rothamel, MIT licence.',
    door: 'Access token',
    doorHint: 'This server wants the token that it printed when it started.',
    enter: 'Enter',
    facts: '{width} × {height} · {seconds} s',
    preview: 'preview {width} × {height} · {seconds} s; the download is painted in full size',
    busy: 'Painting …',
    busyTiles: 'Painting, {done} of {total} parts',
    queued: 'Waiting for a turn …',
    painted: 'Painted in {style}.',
    pickStyle: 'Now pick a style.',
    pickPicture: 'Now drop a picture, or try the example.',
    stopped: 'Stopped.',
    kept: 'Kept in history.',
    tooMany: 'Three styles are the most that can be mixed.',
    noPicture: 'This is no picture that can be read.',
    tooLarge: 'The file is larger than this server takes ({limit} MB).',
    offline: 'The server does not answer. Is it still running?',
    retry: 'The server is busy; trying again …',
  },
  zh: {
    skip: '跳到风格',
    tagline: '用另一幅画的风格重绘你的图画。',
    theme: '浅色或深色',
    stage: '图画',
    drop: '把图画拖到这里，或直接粘贴',
    dropHint: '拖入文件夹即成队列。图片只留在内存中，不写入磁盘。',
    choose: '选择图画',
    chooseFolder: '选择文件夹',
    example: '试试示例',
    before: '原图',
    after: '重绘',
    slider: '前后对比：显示多少原图',
    download: '下载',
    keep: '存入历史',
    another: '换一幅',
    stop: '停止',
    styles: '风格',
    stylesHint: '最多选三种，也可以加入你自己的参考画。',
    surprise: '随机风格',
    addReference: '添加参考画',
    yourPainting: '你的参考画',
    madeUp: '随机 {seed}',
    mix: '混合',
    triangle: '所选风格的混合比例，可用方向键移动',
    coarse: '粗略',
    fine: '精细',
    coarseOf: '{name} 的粗略层：色调与明暗',
    fineOf: '{name} 的精细层：线条与质感',
    weightOf: '{name} 的比例',
    remove: '移除 {name}',
    strength: '强度',
    queue: '队列',
    queueStart: '全部重绘',
    queueSave: '全部保存（zip）',
    queueClear: '关闭',
    queueProgress: '已完成的图画',
    queueText: '已完成 {done} / {total}',
    queueFailed: '已完成 {done} / {total}，失败 {failed}',
    waiting: '等待中',
    painting: '绘制中',
    done: '完成',
    failed: '失败',
    save: '保存 {name}',
    history: '历史',
    historyClear: '全部清除',
    historyItem: '结果 {index}，{style}',
    forget: '清除结果 {index}',
    about: '关于模型',
    api: '接口',
    close: '关闭',
    sitter: '缩略图中的人物是 Ren’Py 的 Lucy，© 2004–2022 Tom Rothamel，MIT 许可证。',
    door: '访问令牌',
    doorHint: '请输入服务器启动时显示的令牌。',
    enter: '进入',
    facts: '{width} × {height} · {seconds} 秒',
    preview: '预览 {width} × {height} · {seconds} 秒；下载时按原尺寸绘制',
    busy: '正在绘制……',
    busyTiles: '正在绘制，第 {done} / {total} 块',
    queued: '正在排队……',
    painted: '已用 {style} 重绘。',
    pickStyle: '现在选一种风格。',
    pickPicture: '现在放入一幅图画，或试试示例。',
    stopped: '已停止。',
    kept: '已存入历史。',
    tooMany: '最多混合三种风格。',
    noPicture: '无法读取这个文件。',
    tooLarge: '文件超过服务器的上限（{limit} MB）。',
    offline: '服务器没有回应。它还在运行吗？',
    retry: '服务器正忙，稍后重试……',
  },
};

let language = stored() ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

function stored() {
  try {
    const kept = localStorage.getItem('utsushi-language');
    return kept in TEXTS ? kept : null;
  } catch {
    return null;
  }
}

/** The text of a key, with {names} filled in. */
export function text(key, values = {}) {
  const found = TEXTS[language][key] ?? TEXTS.en[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Puts the language on the whole page. */
export function translate() {
  document.documentElement.lang = language;
  for (const element of document.querySelectorAll('[data-text]')) {
    element.textContent = text(element.dataset.text);
  }
  for (const element of document.querySelectorAll('[data-label]')) {
    element.setAttribute('aria-label', text(element.dataset.label));
  }
  const button = document.getElementById('language');
  button.textContent = language === 'zh' ? 'English' : '中文';
  button.lang = language === 'zh' ? 'en' : 'zh';
}

/** Changes to the other language. */
export function switchLanguage() {
  language = language === 'zh' ? 'en' : 'zh';
  try {
    localStorage.setItem('utsushi-language', language);
  } catch { /* Private windows keep nothing. */ }
  translate();
}
