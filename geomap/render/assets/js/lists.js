// The lists beside the article: what is on the map, what needs a look, what has no place.
const badge = (words, className) => el('span', { class: 'badge ' + (className || '') }, words);
const swatch = (place) => {
  const kind = place.precision === 'near' ? 'near' : isFramed(place) && place.shape ? 'frame' : place.isPoint ? 'point' : place.isWide ? 'country' : place.precision;
  const inside = {
    point: [svg('circle', { cx: 11, cy: 9, r: 7, class: 'ring' }), svg('circle', { cx: 11, cy: 9, r: 3.6, class: 'dot' })],
    near: [svg('circle', { cx: 11, cy: 9, r: 7.5, class: 'ring near' }), svg('circle', { cx: 11, cy: 9, r: 2, class: 'dot near' })],
    line: [svg('path', { d: 'M2 14L20 4', class: 'band' }), svg('path', { d: 'M2 14L20 4', class: 'band-core' })],
    country: [svg('path', { d: 'M3 5l7-3 9 4-2 8-8 2-6-4z', class: 'edge country' })],
    frame: [svg('path', { d: 'M3 5l7-3 9 4-2 8-8 2-6-4z', class: 'edge frame quiet' })],
    disputed: [svg('path', { d: 'M3 5l7-3 9 4-2 8-8 2-6-4z', class: 'area disputed' }), svg('path', { d: 'M3 5l7-3 9 4-2 8-8 2-6-4z', class: 'edge disputed' })],
  }[kind] || [svg('path', { d: 'M3 5l7-3 9 4-2 8-8 2-6-4z', class: 'area plain' }), svg('path', { d: 'M3 5l7-3 9 4-2 8-8 2-6-4z', class: 'edge plain' })];
  return svg('svg', { viewBox: '0 0 22 18', class: 'swatch' + (place.reported ? '' : ' quiet'), 'aria-hidden': 'true' }, inside);
};
const placeRow = (place) => el('li', {}, el('button', {
  type: 'button', class: 'row with-swatch', 'data-place': place.index, 'aria-current': place.index === state.place ? 'true' : null,
  onclick: () => choose(place.index, { from: 'list' }),
  onmouseenter: () => light(place.index), onmouseleave: () => light(null), onfocus: () => light(place.index), onblur: () => light(null),
}, swatch(place), el('span', { class: 'row-body' },
  el('span', { class: 'row-name' }, bdi(nameAsReported(place)), place.note ? [' ', badge(place.note.split(/[,;:.]/)[0])] : null,
    place.correction ? [' ', badge(t('corrected'))] : null, changeOf.has(place.id) ? [' ', badge(t(changeOf.get(place.id).kind), 'new')] : null),
  el('span', { class: 'row-note' }, place.event ? eventIcon(place.event) : null, [place.event && t(place.event.label), place.role && place.role !== 'scene' && roleOf(place), t(KIND_WORDS[place.kind]), where(place), ...shownRelations(place).map((relation) => relation.text)].filter(Boolean).join(' · '))),
el('span', { class: 'row-count', title: t('mentions') }, String(place.evidence.length))));
const section = (heading, note, items, row) => (items.length ? el('section', {}, el('h2', {}, heading), note && el('p', { class: 'meta' }, note), longList(heading, { class: 'rows' }, items, row)) : null);

const drawLists = () => {
  const kept = places.filter(isKept);
  const reported = kept.filter((place) => place.reported && !place.review);
  const mentioned = kept.filter((place) => !place.reported && !place.review);
  const hidden = places.length - kept.length;
  const search = $('#search');
  const kinds = [...new Map(places.flatMap((place) => place.evidence.map((evidence) => evidence.event)).filter(Boolean).map((event) => [event.kind, event])).values()].sort((a, b) => t(a.label).localeCompare(t(b.label), story.ui));
  const rows = [
    kinds.length > 1 ? eventFilter(kinds) : null,
    section(t('Reported here'), null, reported, placeRow),
    section(t('Only mentioned'), state.mentioned ? null : t('Governments, datelines, adjectives, background, larger areas: not drawn until switched on in the legend.'), mentioned, placeRow),
    hidden ? el('p', { class: 'meta' }, t('%s places hidden by the filters.', hidden), ' ', button(t('Show all'), () => { search.value = ''; change({ q: '', event: null, only: null, from: null, to: null }, 'filter', 'article'); }, { class: 'link' })) : null,
    places.length ? null : el('p', { class: 'empty' }, t('No place was found in what was read.')),
  ].filter(Boolean);
  $('#places-rows').replaceChildren(...rows);
  const review = kept.filter((place) => place.review);
  $('#view-unplaced').replaceChildren(...[
    section(t('Needs review'), t('Less sure than %s: not drawn until someone has looked.', story.minConfidence || 0), review, placeRow),
    section(t('Not placed'), t('Names that were read and given no place, with the reason.'), groupUnplaced(), unplacedRow),
    review.length || unplaced.length ? null : el('p', { class: 'empty' }, t('Every name that was found has its place.')),
  ].filter(Boolean));
  const counts = { places: reported.length, unplaced: review.length + unplaced.length };
  for (const [tab, n] of Object.entries(counts)) { const node = $(`#tab-${tab} .n`); if (node) node.textContent = n || ''; }
};
const eventFilter = (kinds) => el('div', { class: 'chips', role: 'group', 'aria-label': t('Kind of event') }, kinds.map((event) =>
  el('button', { type: 'button', class: 'chip', 'data-event': event.kind, 'aria-pressed': String(state.event === event.kind), onclick: () => {
    change({ event: state.event === event.kind ? null : event.kind }, 'filter');
    focusOn($$('.chip').find((node) => node.dataset.event === event.kind));
  } }, eventIcon(event), t(event.label))));
const groupUnplaced = () => {
  const groups = new Map();
  for (const item of unplaced) {
    const key = item.text + '\u0000' + item.reason;
    if (groups.has(key)) groups.get(key).push(item); else groups.set(key, [item]);
  }
  return [...groups.values()];
};
const unplacedRow = (items) => el('li', {}, el('button', { type: 'button', class: 'row', onclick: () => goToMention(items[0].a, items[0]) },
  el('span', { class: 'row-body' }, el('span', { class: 'row-name' }, bdi(items[0].text), items.length > 1 ? ` ×${items.length}` : null),
    el('span', { class: 'row-note' }, [articles.length > 1 ? articleName(articles[items[0].a]) : null, items[0].reason].filter(Boolean).join(': ')))));

const drawAbout = () => {
  const term = (name, value) => (value ? [el('dt', {}, name), el('dd', {}, value)] : []);
  $('#view-about').replaceChildren(
    el('h2', {}, t('How to read this map')),
    el('p', {}, t('The map shows what the articles report, not what is established. A program read them; each place carries the sentences it rests on and how sure the match is.')),
    el('p', { class: 'disclaimer' }, disclaimer()),
    story.maxPrecision ? el('p', {}, t('To protect people, places are shown no finer than: %s.', t(PRECISION_WORDS[story.maxPrecision]))) : '',
    ...removedSince(),
    el('h2', {}, t('Data')),
    el('ul', { class: 'plain' }, (story.attributions || []).map((entry) => el('li', {}, el('strong', {}, safeLink(entry.url, entry.title)), ' ',
      [entry.version, entry.licence].filter(Boolean).join(' · '), el('br'), entry.text))),
    el('p', { class: 'meta' }, [t('Made with %s', story.tool), 'Folium, Leaflet 1.9.4 (BSD-2-Clause)'].join(' · ')),
    el('h2', {}, t('Articles')),
    longList('sources', { class: 'plain' }, articles, (article) => el('li', {}, el('strong', { dir: 'auto' }, safeLink(article.url, articleName(article))),
      el('dl', {}, term(t('Source'), article.source), term(t('Published'), article.published), term(t('Also in'), (article.republished || []).map((one) => one.source || one.url).join(', ')), term(t('Retrieved'), article.retrieved), term('SHA-256', article.sha256 && el('code', {}, article.sha256))))),
  );
};
const removedSince = () => {
  const of = (kind) => (story.changes || []).filter((change) => change.kind === kind).map((change) => change.name);
  const parts = [['new', t('New')], ['moved', t('Moved')], ['removed', t('Removed')]].filter(([kind]) => of(kind).length);
  return parts.length ? [el('h2', {}, t('Since the last build')), el('dl', {}, parts.map(([kind, words]) => [el('dt', {}, words), el('dd', {}, of(kind).join(', '))]))] : [];
};
const disclaimer = () => t('The boundaries and names shown and the designations used on this map do not imply official endorsement or acceptance by %s.', story.publisher || t('the publisher'));
const VIEW_WORDS = { neutral: 'neutral: disputed areas drawn as disputed', 'de-facto': 'de facto: lines of control as they are held' };
const borderLine = () => t('Borders: %s', t(VIEW_WORDS[story.view] || story.view || 'neutral')) + (story.asOf ? t(', as of %s', niceDate(story.asOf)) : '');
