// The table says all that the map shows, for those who do not see it.
const COLUMNS = [
  ['Place', (p) => nameAsReported(p)], ['Also', (p) => (p.name === nameAsReported(p) ? '' : p.name)], ['Kind', (p) => t(KIND_WORDS[p.kind])], ['Region', where],
  ['Layer', (p) => (p.review ? t('needs review') : p.reported ? t('reported') : t('only mentioned'))], ['Role', roleOf], ['Dates', (p) => p.days.join('\n')],
  ['Sentences', (p) => p.evidence.length], ['Sure', (p) => p.score.toFixed(2)], ['Latitude', (p) => p.lat.toFixed(4)], ['Longitude', (p) => p.lon.toFixed(4)],
  ['Precision', (p) => t(PRECISION_WORDS[p.precision]) + (p.note ? ` (${p.note})` : '') + shownRelations(p).map(({ text, note }) => `; ${text}${note ? ` (${note})` : ''}`).join('')],
  ...(places.some((p) => p.movements.length) ? [['Movements', (p) => p.movements.map((movement) => [movementWords(movement), movement.when && niceDate(movement.when.from), ...(movement.counts || [])].filter(Boolean).join(', ')).join('; ')]] : []),
  ['Evidence', (p) => (p.evidence[0] ? sentence(p.evidence[0]) : '')],
];
let sorting = { column: null, down: false };
const drawTable = () => {
  const box = $('#tablebox');
  box.hidden = !state.table;
  $('#tool-table').setAttribute('aria-pressed', String(state.table));
  if (!state.table) { box.replaceChildren(); return; }
  const rows = shownPlaces().map((place) => ({ place, cells: COLUMNS.map(([, read]) => read(place)) }));
  if (sorting.column !== null) {
    const c = sorting.column;
    rows.sort((a, b) => (typeof a.cells[c] === 'number' || /^-?\d+(\.\d+)?$/.test(a.cells[c]) ? Number(a.cells[c]) - Number(b.cells[c]) : String(a.cells[c]).localeCompare(String(b.cells[c]), story.ui)) * (sorting.down ? -1 : 1));
  }
  const head = ([name], c) => el('th', { scope: 'col', 'aria-sort': sorting.column === c ? (sorting.down ? 'descending' : 'ascending') : null },
    button(t(name), () => { sorting = { column: c, down: sorting.column === c && !sorting.down }; drawTable(); focusOn($$('#tablebox thead button')[c]); }));
  const cell = (value, c, place) => (c === 0 ? el('th', { scope: 'row' }, button(bdi(value), () => choose(place.index, { from: 'table' }), { class: 'link' })) : el('td', { class: COLUMNS[c][0].toLowerCase() }, bdi(String(value))));
  box.setAttribute('aria-label', t('Table'));
  box.replaceChildren(el('div', { class: 'table-head' }, el('h2', {}, t('All that the map shows')), iconButton('close', t('Back to the map'), () => { change({ table: false }, 'table'); $('#tool-table').focus(); })),
    el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': t('Table') }, el('table', {}, el('caption', {}, t('%s places; %s', rows.length, borderLine())),
      el('thead', {}, el('tr', {}, COLUMNS.map(head))), el('tbody', {}, rows.map(({ place, cells }) => el('tr', {}, cells.map((value, c) => cell(value, c, place))))))));
};
