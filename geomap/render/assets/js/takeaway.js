// Downloads, made in the page and saved from it.
const slug = () => fold(story.title || 'map').replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-|-$/g, '').slice(0, 60) || 'map';
const save = (content, type, suffix) => {
  const url = URL.createObjectURL(new Blob([content], { type }));
  el('a', { href: url, download: slug() + '.' + suffix }).click();
  setTimeout(() => URL.revokeObjectURL(url), 10000);
  say(t('Saved as %s', slug() + '.' + suffix));
};
const savePNG = () => {
  const source = asSVG();
  const picture = new Image();
  picture.onload = () => {
    const canvas = el('canvas', { width: picture.width * 2, height: picture.height * 2 });
    const context = canvas.getContext('2d');
    context.scale(2, 2);
    context.drawImage(picture, 0, 0);
    canvas.toBlob((blob) => save(blob, 'image/png', 'png'), 'image/png');
  };
  picture.src = 'data:image/svg+xml;charset=utf-8,' + encodeURIComponent(source);
};
const FORMATS = [
  ['GeoJSON', (chosen) => save(asGeoJSON(chosen), 'application/geo+json', 'geojson')], ['CSV (HXL)', (chosen) => save('\ufeff' + asCSV(chosen), 'text/csv', 'csv')],
  ['KML', (chosen) => save(asKML(chosen), 'application/vnd.google-earth.kml+xml', 'kml')], ['SVG', () => save(asSVG(), 'image/svg+xml', 'svg')],
  ['PNG', () => savePNG()], [t('Citation'), () => save(asCitation(), 'text/plain', 'txt')],
];
const toggleDownloads = () => {
  const old = $('#downloads');
  $('#tool-save').setAttribute('aria-expanded', String(!old));
  if (old) { old.remove(); $('#tool-save').focus(); return; }
  const all = el('select', { id: 'save-which', 'aria-label': t('Which places') }, el('option', { value: 'shown' }, t('What is shown now (%s)', shownPlaces().length)), el('option', { value: 'all' }, t('All places (%s)', places.length)));
  $('#tools').after(el('div', { id: 'downloads', role: 'group', 'aria-label': t('Take it along'), onkeydown: (event) => { if (event.key === 'Escape') { event.stopPropagation(); toggleDownloads(); } } }, all,
    FORMATS.map(([name, run]) => button(name, () => run(all.value === 'all' ? places : shownPlaces())))));
  all.focus();
};
