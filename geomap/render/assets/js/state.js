// What the reader has chosen, kept in the address after the #, so that a link shows the same; also from disk.
const state = {
  place: null, mention: null, tab: null, article: articles.length === 1 ? 0 : null, q: '', event: null, only: null,
  from: null, to: null, mentioned: (story.layers || []).includes('mentioned'),
  shading: (story.layers || []).includes('shading') ? 'country' : 'off', view: null, table: false,
  embed: Boolean(story.embed), theme: null, lit: null,
};
const watchers = {};
const on = (event, watcher) => (watchers[event] = watchers[event] || []).push(watcher);
const emit = (event, ...values) => (watchers[event] || []).forEach((watcher) => watcher(...values));

const fold = (text) => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
const inTime = (place) => !place.isDated || !state.from && !state.to
  || place.days.some((iso) => (!state.from || iso >= state.from) && (!state.to || iso <= state.to));
const inArticles = (place) => state.only === null || place.evidence.some((evidence) => evidence.a === state.only);
const inSearch = (place) => {
  if (!state.q) return true;
  place.haystack = place.haystack || fold([nameAsReported(place), place.name, where(place), ...place.regions.map((region) => region.name), ...(place.names || []).map((n) => n.text)].join(' '));
  return place.haystack.includes(fold(state.q));
};
const inEvents = (place) => state.event === null || place.evidence.some((evidence) => evidence.event && evidence.event.kind === state.event);
const isKept = (place) => inTime(place) && inArticles(place) && inSearch(place) && inEvents(place);
const isShown = (place) => isKept(place) && (place.reported && !place.review || place.index === state.place
  || !place.reported && !place.review && state.mentioned);
const shownPlaces = () => places.filter(isShown);

const writeHash = () => {
  const parts = new URLSearchParams();
  const put = (key, value) => { if (value !== null && value !== undefined && value !== '' && value !== false) parts.set(key, value); };
  put('place', state.place === null ? null : places[state.place].id);
  put('mention', state.mention);
  put('tab', state.tab);
  if (articles.length > 1) { put('article', state.article); put('only', state.only); }
  put('q', state.q);
  put('event', state.event);
  put('from', state.from);
  put('to', state.to);
  put('mentioned', state.mentioned ? 1 : null);
  put('shading', state.shading === 'off' ? null : state.shading);
  put('table', state.table ? 1 : null);
  put('theme', state.theme);
  put('at', state.view);
  if (state.embed) put('embed', 1);
  const hash = '#' + parts.toString().replace(/%3A/g, ':').replace(/%2C/g, ',').replace(/%2F/g, '/');
  if (hash !== location.hash) try { history.replaceState(null, '', hash); } catch { /* a sandboxed frame has no history */ }
};
const readHash = () => {
  const parts = new URLSearchParams(location.hash.slice(1).replace(/^embed$/, 'embed=1'));
  const number = (key, below) => { const n = Number(parts.get(key)); return parts.has(key) && Number.isInteger(n) && n >= 0 && n < below ? n : null; };
  const date = (key) => (/^\d{4}-\d\d-\d\d$/.test(parts.get(key) || '') ? parts.get(key) : null);
  const place = placeById.get(parts.get('place'));
  state.place = place ? place.index : null;
  state.mention = /^\d+\.h?\d+$/.test(parts.get('mention') || '') ? parts.get('mention') : null;
  if (TABS.includes(parts.get('tab'))) state.tab = parts.get('tab');
  if (parts.has('article')) state.article = number('article', articles.length) ?? state.article;
  state.only = number('only', articles.length);
  state.q = (parts.get('q') || '').slice(0, 200);
  state.event = /^[\w-]{1,60}$/.test(parts.get('event') || '') ? parts.get('event') : null;
  state.from = date('from');
  state.to = date('to');
  if (parts.has('mentioned')) state.mentioned = parts.get('mentioned') === '1';
  if (['country', 'admin1', 'admin2', 'density', 'off'].includes(parts.get('shading'))) state.shading = parts.get('shading');
  state.table = parts.get('table') === '1';
  if (['light', 'dark'].includes(parts.get('theme'))) state.theme = parts.get('theme');
  if (parts.get('embed')) state.embed = true;
  const [zoom, lat, lon, ...more] = (parts.get('at') || 'none').split('/').map(Number);
  const isView = zoom >= 0 && zoom <= 22 && Math.abs(lat) <= 90 && Math.abs(lon) <= 180 && !more.length;
  state.view = isView ? parts.get('at') : null;
};
const TABS = ['article', 'places', 'unplaced', 'about'];
let hashTimer = 0;
const change = (changes, ...events) => {
  Object.assign(state, changes);
  events.forEach((event) => emit(event));
  clearTimeout(hashTimer);
  hashTimer = setTimeout(writeHash, 60);
};
const choose = (index, { mention = null, from = 'panel' } = {}) => {
  Object.assign(state, { place: index, mention });
  emit('choose', from);
  change({}, 'filter');
  if (index !== null) say(t('%s, %s', nameAsReported(places[index]), where(places[index])));
};
const light = (index) => { if (state.lit !== index) { state.lit = index; emit('light'); } };
