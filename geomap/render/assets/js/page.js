// Putting it together: tabs, tools, keys, print, and the first look.
const TAB_NAMES = { article: articles.length > 1 ? t('Articles') : t('Article'), places: t('Places'), unplaced: t('Not placed'), about: t('About') };
const buildPanel = () => {
  $('#skip').textContent = t('Skip to the text');
  $('#panel').setAttribute('aria-label', t('Article and places'));
  $('#stage').setAttribute('aria-label', t('Map'));
  $('#legend').setAttribute('aria-label', t('Legend'));
  fill($('#head h1'), { dir: 'auto' }, [story.title]);
  if (articles.length === 1) $('#byline').replaceWith(fill(articleMeta(articles[0]), { id: 'byline' }, []));
  else $('#byline').textContent = t('%s articles', articles.length);
  if (focusWords()) $('#head').append(el('p', { id: 'focus', class: 'meta' }, t('Mostly about: %s', focusWords())));
  for (const tab of TABS) {
    $('#tabs').append(el('button', { type: 'button', role: 'tab', id: 'tab-' + tab, 'aria-controls': 'view-' + tab, onclick: () => { change({ tab }, 'tab'); if (isPhone() && sheet === 'peek') setSheet('half'); } }, TAB_NAMES[tab], ' ', el('span', { class: 'n' })));
    $('#views').append(el('div', { role: 'tabpanel', id: 'view-' + tab, 'aria-labelledby': 'tab-' + tab, tabindex: 0 }));
  }
  $('#tabs').setAttribute('aria-label', t('Panel'));
  $('#tabs').addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -9, End: 9 }[event.key];
    if (!step) return;
    event.preventDefault();
    const at = Math.abs(step) === 9 ? (step < 0 ? 0 : TABS.length - 1) : (TABS.indexOf(state.tab) + step + TABS.length) % TABS.length;
    change({ tab: TABS[at] }, 'tab');
    $('#tab-' + TABS[at]).focus();
  });
  $('#view-places').append(el('input', { type: 'search', id: 'search', placeholder: t('Find a place'), 'aria-label': t('Find a place'), value: state.q,
    oninput: (event) => change({ q: event.target.value.trim() }, 'filter') }), el('div', { id: 'places-rows' }));
  drawAbout();
};
const buildTools = () => {
  $('#tools').setAttribute('aria-label', t('Map tools'));
  $('#tools').append(
    iconButton('plus', t('Closer'), () => map.zoomIn(1)), iconButton('minus', t('Farther'), () => map.zoomOut(1)), iconButton('home', t('Whole story'), () => fitStory(true), { id: 'tool-home' }),
    iconButton('table', t('Table'), () => change({ table: !state.table }, 'table'), { id: 'tool-table', 'aria-pressed': 'false' }),
    iconButton('save', t('Take it along'), toggleDownloads, { id: 'tool-save', 'aria-expanded': 'false' }),
    iconButton('moon', t('Light or dark'), () => change({ theme: isDark() ? 'light' : 'dark' }, 'theme'), { id: 'tool-theme' }),
    iconButton('print', t('Print'), () => window.print(), { id: 'tool-print' }));
  $('#outside').addEventListener('click', goOutside);
  $('#foot').append(el('p', {}, [borderLine(), sourcesInShort(), story.tiles && story.tilesAttribution].filter(Boolean).join(' · ')), el('p', {}, disclaimer()));
};
const sourcesInShort = () => [...new Set((story.attributions || []).map((entry) => entry.title.split(/[:,(]/)[0].trim()))].join(', ');
const isDark = () => (state.theme ? state.theme === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches);
const drawTheme = () => { if (state.theme) document.documentElement.dataset.theme = state.theme; else delete document.documentElement.dataset.theme; };
const drawTabs = () => TABS.forEach((tab) => {
  $('#tab-' + tab).setAttribute('aria-selected', String(tab === state.tab));
  $('#tab-' + tab).tabIndex = tab === state.tab ? 0 : -1;
  $('#view-' + tab).hidden = tab !== state.tab;
});
const fitStory = (isMoving) => {
  const wide = storyBounds();
  const options = room({ maxZoom: 9, animate: isMoving && !isCalm });
  if (places.some((place) => place.reported)) map.fitBounds(wide, options);
  else map.fitBounds(places.length ? wide : [[-56, middle - 170], [78, middle + 170]], options);
};
const firstLook = () => {
  if (state.view) { const [zoom, lat, lon] = state.view.split('/').map(Number); map.setView([lat, unroll(lon)], zoom, { animate: false }); } else fitStory(false);
};

// Paper: the map, its legend, and every place by number with what is reported there.
const toPaper = () => {
  document.body.classList.add('printing');
  const listed = shownPlaces();
  numbers = new Map(listed.map((place, n) => [place.index, n + 1]));
  $('#paper').hidden = false;
  $('#print-head').replaceChildren(el('h1', { dir: 'auto' }, story.title), el('p', { class: 'meta' }, $('#byline').textContent));
  $('#paper').replaceChildren(...[el('ol', {}, listed.map((place) => el('li', {}, el('b', {}, nameAsReported(place)), [' – ', [t(KIND_WORDS[place.kind]), where(place), place.note && place.note.split(/[,;:]/)[0], ...shownRelations(place).map((relation) => relation.text), ...place.movements.map(movementWords)].filter(Boolean).join(', ')].join(''),
      place.evidence[0] ? el('q', {}, sentence(place.evidence[0])) : null))),
    unplaced.length ? el('p', {}, el('b', {}, t('Not placed') + ': '), [...new Set(unplaced.map((item) => item.text))].join(', ')) : null,
    el('p', { class: 'small' }, [...(story.attributions || []).map((entry) => entry.text), t('Made with %s', story.tool)].join(' · '))].filter(Boolean));
  map.invalidateSize({ animate: false, pan: false });
  fitStory(false);
  layoutLabels();
};
const fromPaper = () => {
  document.body.classList.remove('printing');
  numbers = null;
  $('#paper').hidden = true;
  map.invalidateSize({ animate: false, pan: false });
  firstLook();
  layoutLabels();
};

const wire = () => {
  on('filter', () => { drawShading(); drawShapes(); drawRelations(); drawMovements(); drawPlaces(); drawLists(); drawTime(); drawTable(); drawLegend(); lightShapes(); layoutLabels(); });
  on('shading', () => { drawShading(); drawLegend(); layoutLabels(); });
  on('light', () => { lightPlaces(); lightShapes(); lightMarksOf([...relativeMarks, ...moveMarks]); lightMarks(); });
  on('tab', drawTabs);
  on('article', () => { drawArticle(); drawLists(); });
  on('table', drawTable);
  on('theme', () => { drawTheme(); layoutLabels(); });
  on('choose', (from) => {
    if (from !== 'hash' && !$('#card').contains(document.activeElement)) comeFrom(document.activeElement);
    drawCard();
    lightMarks();
    if (state.place === null) return;
    const place = places[state.place];
    if (isPhone() && sheet !== 'full') setSheet('half');
    if (from === 'table') change({ table: false }, 'table');
    show(place);
    // Who came by keys reads on in the card; Escape leads back.
    if (byKeys && from !== 'hash') $('#card').focus({ preventScroll: true });
    if (from === 'article') {
      const mark = $('#view-article .mark[aria-current]');
      if (mark) mark.scrollIntoView({ block: 'nearest' });
    }
    if (from === 'map' && state.tab === 'article' && state.article !== null) {
      const mark = $(`#view-article .mark[data-place="${state.place}"]`);
      if (mark) mark.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' });
    }
  });
  map.on('zoomend', () => { drawMovements(); drawPlaces(); });
  map.on('moveend', () => {
    if (places.length > CLUSTER_ABOVE) drawPlaces();
    countOutside();
    layoutLabels();
    const centre = map.getCenter().wrap();
    if (isSettled) change({ view: `${map.getZoom()}/${centre.lat.toFixed(3)}/${centre.lng.toFixed(3)}` });
  });
  map.on('resize', layoutLabels);
  new ResizeObserver(() => map.invalidateSize({ animate: false, pan: false })).observe($('#mapbox'));
  addEventListener('hashchange', () => { readHash(); ['theme', 'tab', 'article', 'filter', 'table'].forEach((event) => emit(event)); emit('choose', 'hash'); if (state.view) firstLook(); });
  addEventListener('beforeprint', toPaper);
  addEventListener('afterprint', fromPaper);
  addEventListener('keydown', () => { byKeys = true; }, true);
  addEventListener('pointerdown', () => { byKeys = false; }, true);
  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return;
    if (picking) stopPicking(); else if (state.table) change({ table: false }, 'table'); else if (state.place !== null) { choose(null); focusBack(); }
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => emit('theme'));
};
let isSettled = false;
let byKeys = false;
const start = () => {
  readHash();
  state.tab = state.tab || 'article';
  document.body.classList.toggle('embed', state.embed);
  drawTheme();
  buildPanel();
  buildTools();
  setUpSheet();
  L.control.scale({ position: 'bottomleft', imperial: story.ui === 'en', maxWidth: 110 }).addTo(map);
  map.setMaxBounds([[-86, middle - 260], [86, middle + 260]]);
  map.setMinZoom(1);
  map.setMaxZoom(14);
  // A drawn ground is sharp at any scale; tiles only at their own.
  if (!story.tiles) map.options.zoomSnap = 0.25;
  drawTime();
  drawLegend();
  map.invalidateSize({ animate: false, pan: false });
  firstLook();
  drawBasemap();
  drawLocator();
  wire();
  ['tab', 'article', 'filter', 'table'].forEach((event) => emit(event));
  emit('choose', 'hash');
  isSettled = true;
  performance.mark('geomap-ready');
  document.documentElement.dataset.ready = '1';
};
start();
