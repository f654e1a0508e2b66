// The legend is the switch of the layers: what a sign means, and whether it is shown.
const sign = (inside, box) => svg('svg', { viewBox: box || '0 0 26 16', class: 'sign', 'aria-hidden': 'true' }, inside);
const signRow = (inside, words) => el('li', {}, sign(inside), el('span', {}, words));
const AREA = 'M2 4l9-3 13 3-2 9-11 2-9-4z';
// What lies outside the window is counted, what is only mentioned too: nobody should take the part that is seen for the whole.
const located = () => places.filter((place) => isKept(place) && !place.review && (place.beside || !place.isWide));
const isOutside = (place) => { const spots = L.latLngBounds(extentOf(place)); return spots.isValid() && !map.getBounds().intersects(spots); };
const countOutside = () => {
  const n = located().filter(isOutside).length;
  const node = $('#outside');
  node.hidden = !n;
  node.textContent = n === 1 ? t('1 more place outside this view') : t('%s more places outside this view', n);
};
const goOutside = () => {
  const mentioned = state.mentioned || located().some((place) => !place.reported && isOutside(place));
  change({ tab: 'places', mentioned }, 'tab', 'filter');
  if (isPhone() && sheet === 'peek') setSheet('half');
  if (byKeys) $('#tab-places').focus();
  flyToAll(located().flatMap(extentOf), flight(room()));
};
const drawLegend = () => {
  const used = (test) => places.some((place) => (place.reported || state.mentioned) && !place.review && test(place));
  const borders = new Set((base.borders || []).map((border) => border.status));
  const rows = [
    used((p) => p.isPoint && p.precision !== 'near' && p.isStrong) && signRow([svg('circle', { cx: 13, cy: 8, r: 7, class: 'ring' }), svg('circle', { cx: 13, cy: 8, r: 3.6, class: 'dot' })], t('Reported here')),
    used((p) => p.precision === 'near' && !p.beside) && signRow([svg('circle', { cx: 13, cy: 8, r: 7, class: 'ring near' }), svg('circle', { cx: 13, cy: 8, r: 2, class: 'dot near' })], t('Near this place')),
    used((p) => p.relations.some((relation) => !relation.quiet || state.mentioned)) && signRow([svg('path', { d: AREA, class: 'around relative' }), svg('circle', { cx: 13, cy: 8, r: 2, class: 'dot near' })], t('Stated relative to a place')),
    used((p) => p.movements.length) && signRow([svg('path', { d: 'M1 13Q10 4 18 6', class: 'movement' }), svg('path', { d: 'M15 1L25 7L15 11L17 6.5Z', class: 'arrow' })], t('Movement (schematic)')),
    used((p) => p.precision === 'line') && signRow([svg('path', { d: 'M2 12L24 4', class: 'band' }), svg('path', { d: 'M2 12L24 4', class: 'band-core' })], t('Corridor, schematic')),
    used((p) => p.precision === 'disputed') && signRow([svg('path', { d: AREA, class: 'area disputed' }), svg('path', { d: AREA, class: 'edge disputed' })], t('Disputed area')),
    used((p) => ['admin1', 'admin2', 'area'].includes(p.precision) && !p.isWide && p.shape && !isFramed(p)) && signRow([svg('path', { d: AREA, class: 'area plain' }), svg('path', { d: AREA, class: 'edge plain' })], t('Somewhere in this area')),
    used((p) => p.isWide && !isFramed(p)) && signRow([svg('path', { d: AREA, class: 'edge country' })], places.some((p) => p.isWide && p.precision !== 'country') ? t('Country or wider area') : t('Country reported on')),
    used((p) => p.shape && isFramed(p)) && signRow([svg('path', { d: AREA, class: 'edge frame quiet' })], t('Larger area')),
    clusterCounts.length && signRow([svg('circle', { cx: 13, cy: 8, r: 7.5, class: 'cluster' })], t('Several places')),
    borders.has('settled') && signRow([svg('path', { d: 'M1 8H25', class: 'border settled' })], t('Border')),
    borders.has('disputed') && signRow([svg('path', { d: 'M1 8H25', class: 'border disputed' })], t('Disputed border')),
    borders.has('undetermined') && signRow([svg('path', { d: 'M1 8H25', class: 'border undetermined' })], t('Undetermined border')),
  ].filter(Boolean);
  const levels = shadeLevels();
  const LEVELS = { country: t('by country'), admin1: t('by state or province'), admin2: t('by district'), density: t('by density') };
  const wasOpen = $('#legend details') ? $('#legend details').open : !isPhone();
  const focusId = document.activeElement && document.activeElement.id;
  $('#legend').replaceChildren(el('details', { open: wasOpen, ontoggle: () => layoutLabels() }, el('summary', {}, t('Legend')),
    el('ul', {}, rows),
    story.totals ? el('p', { id: 'strongest' }, t('Shown: the %s places that most articles report from, of %s places in %s articles. Shading and days count all of them.', ...[places.length, story.totals.places, story.totals.articles].map((n) => n.toLocaleString(story.ui)))) : null,
    places.some((p) => !p.reported) ? el('label', {}, el('input', { type: 'checkbox', id: 'mentioned', checked: state.mentioned,
      onchange: (event) => change({ mentioned: event.target.checked }, 'filter') }), sign([svg('circle', { cx: 13, cy: 8, r: 5, class: 'ring quiet' }), svg('circle', { cx: 13, cy: 8, r: 2.4, class: 'dot quiet' })]), t('Only mentioned')) : null,
    levels.length ? el('label', { class: 'shading' }, t('Shade'), ' ', el('select', { id: 'shading', onchange: (event) => change({ shading: event.target.value }, 'shading') },
      el('option', { value: 'off' }, t('off')), levels.map((level) => el('option', { value: level, selected: state.shading === level }, LEVELS[level])))) : null,
    shadeLegend.length ? el('div', { class: 'shades' }, el('span', {}, story.totals ? t('Articles') : t('Sentences')), shadeLegend.map(([step, words]) => el('span', { class: 'shade-key' }, svg('svg', { viewBox: '0 0 14 14', class: 'key', 'aria-hidden': 'true' }, svg('rect', { width: 14, height: 14, class: 'shade s' + step })), words)),
      el('p', {}, t('Disputed areas are counted apart from either side.'))) : null,
    el('p', { class: 'small' }, borderLine() + '. ' + disclaimer())));
  countOutside();
  if (focusId) focusOn($$('#legend [id]').find((node) => node.id === focusId));
};
