// Building the page: elements are made, never parsed, and every text is a text node.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
const fill = (node, attributes, children) => {
  for (const [name, value] of Object.entries(attributes || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};
const el = (tag, attributes, ...children) => fill(document.createElement(tag), attributes, children);
const svg = (tag, attributes, ...children) =>
  fill(document.createElementNS('http://www.w3.org/2000/svg', tag), attributes, children);
const button = (label, onclick, attributes) => el('button', { type: 'button', onclick, ...attributes }, label);
// What a record has of its own: a key may be any word, "constructor" too.
const own = (record, key) => (record && Object.hasOwn(record, key) ? record[key] : undefined);
// A handler may run after what it was made for has been drawn anew, or taken away.
const focusOn = (node, options) => { if (node) node.focus(options); };
const bdi = (text, attributes) => el('bdi', attributes, text);
const say = (text) => { $('#said').textContent = text; };
const icon = (path, attributes) => svg('svg', { viewBox: '0 0 24 24', class: 'icon', 'aria-hidden': 'true', ...attributes },
  svg('path', { d: path }));
const ICONS = {
  plus: 'M12 5v14M5 12h14', minus: 'M5 12h14', home: 'M4 11l8-7 8 7M6 10v10h12V10',
  table: 'M4 5h16v14H4zM4 10h16M4 14.5h16M10 5v14', save: 'M12 4v11M7 11l5 5 5-5M5 20h14',
  moon: 'M19 14.5A8 8 0 0 1 9.5 5a8 8 0 1 0 9.5 9.5z', print: 'M7 9V4h10v5M7 17H4V9h16v8h-3M7 14h10v6H7z',
  close: 'M6 6l12 12M18 6L6 18', layers: 'M12 4l9 5-9 5-9-5zM3 14l9 5 9-5',
};
const iconButton = (name, label, onclick, attributes) =>
  el('button', { type: 'button', class: 'tool', 'aria-label': label, title: label, onclick, ...attributes }, icon(ICONS[name]));
// A list whose rows are made as they come into view: ten thousand at once would keep the reader waiting for seconds.
// One drawn again under the same name begins as long as it had grown, so that no row moves.
const AT_ONCE = 100;
const grown = new Map();
const longList = (name, attributes, items, row) => {
  const list = el('ul', attributes);
  let n = 0;
  const grow = (to) => {
    list.append(...items.slice(n, to).map(row));
    n = to;
    grown.set(name, n);
    if (n < items.length) whenSeen.observe(list.lastElementChild);
  };
  const whenSeen = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    whenSeen.disconnect();
    grow(n + AT_ONCE);
  }, { rootMargin: '600px' });
  grow(grown.get(name) || AT_ONCE);
  return list;
};
