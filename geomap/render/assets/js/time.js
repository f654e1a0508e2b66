// A histogram of days and two handles. Days are ISO strings and compare as such; undated places always stay.
const totalDays = new Map((story.totals || {}).days || []);
const allDays = story.totals ? [...totalDays.keys()].sort() : [...new Set(places.flatMap((place) => place.days))].sort();
const nextDay = (iso) => {
  const [y, m, d] = iso.split('-').map(Number);
  const last = [31, y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][m - 1];
  const pad = (n, width) => String(n).padStart(width, '0');
  return d < last ? `${pad(y, 4)}-${pad(m, 2)}-${pad(d + 1, 2)}` : m < 12 ? `${pad(y, 4)}-${pad(m + 1, 2)}-01` : `${pad(y + 1, 4)}-01-01`;
};
const MOST_BARS = 400;
const scaleDays = (() => {
  const out = [];
  for (let iso = allDays[0]; iso && iso <= allDays[allDays.length - 1] && out.length < MOST_BARS; iso = nextDay(iso)) out.push(iso);
  // A span of years is told by the days that occur, not by every day between.
  return out.length < MOST_BARS ? out : allDays;
})();
const drawTime = () => {
  const box = $('#time');
  if (scaleDays.length < 2) { box.hidden = true; return; }
  box.hidden = false;
  const last = scaleDays.length - 1;
  const at = (iso, otherwise) => { const n = iso ? scaleDays.findIndex((one) => one >= iso) : -1; return n < 0 ? otherwise : n; };
  const perDay = new Map(totalDays);
  if (!story.totals) for (const place of places) if (inArticles(place) && inSearch(place) && place.reported && !place.review) {
    for (const evidence of place.evidence) { const iso = evidenceDay(evidence); if (iso) perDay.set(iso, (perDay.get(iso) || 0) + 1); }
  }
  const most = Math.max(1, ...perDay.values());
  const [from, to] = [at(state.from, 0), at(state.to, last)];
  const width = 100 / scaleDays.length;
  const bars = svg('svg', { viewBox: '0 0 100 30', preserveAspectRatio: 'none', class: 'bars', 'aria-hidden': 'true' },
    scaleDays.map((iso, i) => { const h = 28 * (perDay.get(iso) || 0) / most; return svg('rect', { x: i * width + width * 0.1, y: 30 - h, width: width * 0.8, height: h, class: i < from || i > to ? 'out' : '' }); }));
  const words = $('#time-words') || el('output', { id: 'time-words' });
  const undated = story.totals ? 0 : places.filter((place) => !place.isDated).length;
  words.textContent = (from === 0 && to === last ? t('%s to %s', niceDate(scaleDays[0]), niceDate(scaleDays[last])) : from === to ? niceDate(scaleDays[from]) : t('%s to %s', niceDate(scaleDays[from]), niceDate(scaleDays[to])))
    + (undated ? t('; %s undated stay visible', undated) : '');
  if (story.totals) {
    // The few sentences that are kept of a place do not tell when it was reported from: there is nothing to filter by.
    box.setAttribute('aria-label', t('Articles by day'));
    box.replaceChildren(el('div', { class: 'track' }, bars), words);
    return;
  }
  if ($('#time input')) {
    $('.bars', box).replaceWith(bars);
    $('#time-from').value = from;
    $('#time-to').value = to;
    return;
  }
  const slide = (id, label, value, onto) => el('input', { type: 'range', id, min: 0, max: last, value, 'aria-label': label, 'aria-describedby': 'time-words', oninput: onto });
  const put = () => {
    let [a, b] = [Number($('#time-from').value), Number($('#time-to').value)];
    if (a > b) [a, b] = [b, a];
    change({ from: a === 0 && b === last ? null : scaleDays[a], to: a === 0 && b === last ? null : scaleDays[b] }, 'filter');
  };
  box.setAttribute('aria-label', t('Time'));
  box.append(el('div', { class: 'track' }, bars, slide('time-from', t('From'), from, put), slide('time-to', t('To'), to, put)), words);
};
