// What can be taken along, as text: GeoJSON (RFC 7946), CSV with an HXL row, KML, SVG, a citation.
const mainEvidence = (place) => place.evidence[0] || null;
const properties = (place) => {
  const evidence = mainEvidence(place);
  const article = evidence ? articles[evidence.a] : {};
  const level = (name) => (place.regions.find((region) => region.level === name) || {}).name || null;
  return {
    id: place.id, name: nameAsReported(place), gazetteer_name: place.name, kind: place.kind, layer: place.reported ? 'reported' : 'mentioned', role: place.role || null, role_probability: place.roleP ?? null,
    needs_review: place.review, precision: place.precision, uncertainty_km: place.uncertaintyKm ?? null, score: place.score, reason: place.reason || null,
    country: level('country'), adm1: level('admin1'), adm2: level('admin2'), disputed_area: level('disputed'), geometry_note: place.note || null,
    date: place.days[0] || null, dates: place.days, n_sentences: place.evidence.length, evidence: evidence ? sentence(evidence) : null,
    source: article.source || null, url: article.url || null, geonameid: place.geonameid || null,
  };
};
// A country or a wider area has no point that could stand for it.
const isPinned = (place) => !['country', 'area'].includes(place.precision);
const geometryOf = (place) => shapeGeometry(place.shape) || (isPinned(place) ? { type: 'Point', coordinates: [place.lon, place.lat] } : null);
const shapeGeometry = (shape) => {
  const [polygons, paths] = [rings(shape), lines(shape).flatMap(cutLine)];
  if (polygons.length) return polygons.length === 1 ? { type: 'Polygon', coordinates: polygons[0].map(wound) } : { type: 'MultiPolygon', coordinates: polygons.map((polygon) => polygon.map(wound)) };
  if (paths.length) return paths.length === 1 ? { type: 'LineString', coordinates: paths[0] } : { type: 'MultiLineString', coordinates: paths };
  return null;
};
// RFC 7946: a line ends at the antimeridian and begins anew on its other side.
const cutLine = (line) => {
  const turn = (lon) => Math.floor((lon + 180) / 360);
  const parts = [[]];
  line.forEach((point, i) => {
    const before = line[i - 1];
    if (before && turn(before[0]) !== turn(point[0])) {
      const edge = 360 * Math.max(turn(before[0]), turn(point[0])) - 180;
      const lat = before[1] + (point[1] - before[1]) * (edge - before[0]) / (point[0] - before[0]);
      const side = edge > before[0] ? 180 : -180;
      parts[parts.length - 1].push([side, lat]);
      parts.push([[-side, lat]]);
    }
    parts[parts.length - 1].push([point[0] - 360 * turn(point[0]), point[1]]);
  });
  return parts.filter((part) => part.some(([lon, lat]) => lon !== part[0][0] || lat !== part[0][1]));
};
// Relative places and movements are features of their own, with the id of their place.
const statedOf = (place) => [
  ...place.relations.map((relation, n) => ({ id: `${place.id}/relative/${n + 1}`, geometry: shapeGeometry(relation.shape) || { type: 'Point', coordinates: [relation.lon, relation.lat] },
    properties: { id: `${place.id}/relative/${n + 1}`, place_id: place.id, name: relation.text, kind: 'relative', relation: relation.kind, layer: relation.quiet ? 'mentioned' : 'reported', uncertainty_km: relation.km, geometry_note: relation.note || null } })),
  ...place.movements.map((movement, n) => ({ id: `${place.id}/movement/${n + 1}`, geometry: shapeGeometry(movement.path),
    properties: { id: `${place.id}/movement/${n + 1}`, place_id: place.id, name: movement.stops.map((stop) => stop.name).join(' – '), kind: 'movement', layer: 'reported', probability: movement.p, stops: movement.stops.map((stop) => stop.id),
      date: movement.when ? movement.when.from : null, quantities: movement.counts || [], evidence: sentence(movement), source: articles[movement.a].source || null, url: articles[movement.a].url || null } })),
];
// RFC 7946: outer rings run counter-clockwise, inner ones clockwise.
const wound = (ring, n) => {
  let area = 0;
  for (let i = 1; i < ring.length; i += 1) area += (ring[i][0] - ring[i - 1][0]) * (ring[i][1] + ring[i - 1][1]);
  return (area < 0) === (n === 0) ? ring : [...ring].reverse();
};
const asGeoJSON = (chosen) => JSON.stringify({
  type: 'FeatureCollection', title: story.title, disclaimer: disclaimer(), boundary_view: story.view, boundaries_as_of: story.asOf || null,
  attribution: (story.attributions || []).map((entry) => entry.text), generator: story.tool,
  features: chosen.flatMap((place) => [{ id: place.id, geometry: geometryOf(place), properties: properties(place) }, ...statedOf(place)]).map((feature) => ({ type: 'Feature', ...feature })),
}, null, 1);
const CSV = [
  ['id', '#loc+code', (p) => p.id], ['name', '#loc+name', (p) => p.name], ['gazetteer_name', '#loc+name+alt', (p) => p.gazetteer_name], ['lat', '#geo+lat', (p, place) => (isPinned(place) ? place.lat : null)], ['lon', '#geo+lon', (p, place) => (isPinned(place) ? place.lon : null)],
  ['country', '#country+name', (p) => p.country], ['adm1', '#adm1+name', (p) => p.adm1], ['adm2', '#adm2+name', (p) => p.adm2], ['disputed_area', '#loc+disputed', (p) => p.disputed_area], ['kind', '#loc+type', (p) => p.kind],
  ['layer', '#meta+layer', (p) => p.layer], ['role', '#meta+mention+role', (p) => p.role], ['role_probability', '#indicator+role+confidence+num', (p) => p.role_probability], ['needs_review', '#meta+review', (p) => p.needs_review], ['precision', '#geo+precision', (p) => p.precision], ['uncertainty_km', '#geo+uncertainty+km', (p) => p.uncertainty_km],
  ['score', '#meta+score', (p) => p.score], ['date', '#date+reported', (p) => p.date], ['sentences', '#meta+sentences+num', (p) => p.n_sentences], ['evidence', '#meta+evidence', (p) => p.evidence], ['source', '#meta+source', (p) => p.source], ['url', '#meta+url', (p) => p.url],
];
const asCSV = (chosen) => [CSV.map((column) => column[0]), CSV.map((column) => column[1]), ...chosen.map((place) => { const p = properties(place); return CSV.map((column) => column[2](p, place)); })]
  .map((row, n) => row.map((value, column) => (n === 1 ? value : csvCell(value, CSV[column][0] === 'url'))).join(',')).join('\r\n') + '\r\n';
const xml = (text) => String(text ?? '').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '').replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
const kmlRing = (ring) => `<LinearRing><coordinates>${ring.map((point) => point.join(',')).join(' ')}</coordinates></LinearRing>`;
const kmlPolygon = ([outer, ...inner]) => `<Polygon><outerBoundaryIs>${kmlRing(outer)}</outerBoundaryIs>${inner.map((ring) => `<innerBoundaryIs>${kmlRing(ring)}</innerBoundaryIs>`).join('')}</Polygon>`;
const kmlLine = (line) => `<LineString><coordinates>${line.map((point) => point.join(',')).join(' ')}</coordinates></LineString>`;
const kmlGeometry = (geometry) => (geometry ? kmlShape(geometry) : '');
const kmlShape = ({ type, coordinates }) => ({
  Point: () => `<Point><coordinates>${coordinates.join(',')}</coordinates></Point>`, LineString: () => kmlLine(coordinates), Polygon: () => kmlPolygon(coordinates),
  MultiLineString: () => `<MultiGeometry>${coordinates.map(kmlLine).join('')}</MultiGeometry>`, MultiPolygon: () => `<MultiGeometry>${coordinates.map(kmlPolygon).join('')}</MultiGeometry>`,
})[type]();
const asKML = (chosen) => `<?xml version="1.0" encoding="UTF-8"?>\n<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>${xml(story.title)}</name><description>${xml(disclaimer())}</description>\n${chosen.flatMap((place) => [{ geometry: geometryOf(place), properties: properties(place) }, ...statedOf(place)]).map(({ geometry, properties: p }) => {
  const data = Object.entries(p).filter(([, value]) => value !== null && value !== '').map(([key, value]) => `<Data name="${key}"><value>${xml(Array.isArray(value) ? value.join(' ') : value)}</value></Data>`).join('');
  const when = p.date ? `<TimeStamp><when>${xml(p.date)}</when></TimeStamp>` : '';
  return `<Placemark><name>${xml(p.name)}</name><description>${xml(p.evidence)}</description>${when}<ExtendedData>${data}</ExtendedData>${kmlGeometry(geometry)}</Placemark>`;
}).join('\n')}\n</Document></kml>\n`;
const asCitation = () => [`“${story.title}”, map of the places reported in ${articles.slice(0, 5).map((article) => [articleName(article), article.source, article.published && article.published.slice(0, 10), article.url].filter(Boolean).join(', ')).join('; ')}${articles.length > 5 ? t(' and %s more', articles.length - 5) : ''}.`,
  `${t('Made with %s', story.tool)}. ${borderLine()}.`, ...(story.attributions || []).map((entry) => entry.text), disclaimer()].join('\n') + '\n';

// The map as it stands, drawn again with its styles written out, title, sources and disclaimer below.
const STYLED = ['fill', 'fill-opacity', 'stroke', 'stroke-width', 'stroke-opacity', 'stroke-dasharray', 'stroke-linecap', 'stroke-linejoin', 'paint-order', 'font', 'letter-spacing', 'opacity', 'text-anchor'];
const styledCopy = (node) => {
  const copy = node.cloneNode(false);
  copy.removeAttribute('class');
  ['tabindex', 'role', 'aria-label', 'data-place', 'style'].forEach((name) => copy.removeAttribute(name));
  const computed = getComputedStyle(node);
  if (node.matches('path, text, circle, rect')) STYLED.forEach((name) => { const value = computed.getPropertyValue(name); if (value && value !== 'none' || name === 'fill' || name === 'stroke') copy.setAttribute(name, value.replace(/url\("([^"]*)"\)/, (m, id) => `url(#${id.split('#').pop()})`)); });
  for (const child of node.childNodes) copy.append(child.nodeType === 1 ? styledCopy(child) : child.cloneNode());
  return copy;
};
const asSVG = () => {
  layoutLabels();
  const size = map.getSize();
  const frameBox = map.getContainer().getBoundingClientRect();
  const notes = [story.title, borderLine() + ' · ' + sourcesInShort(), disclaimer()];
  const colour = getComputedStyle(document.body);
  const paper = colour.getPropertyValue('--paper').trim();
  const root = svg('svg', { xmlns: 'http://www.w3.org/2000/svg', width: size.x, height: size.y + 64, viewBox: `0 0 ${size.x} ${size.y + 64}` },
    svg('title', {}, story.title), svg('rect', { width: size.x, height: size.y, fill: getComputedStyle(map.getContainer()).backgroundColor }));
  for (const layer of $$('.leaflet-pane svg', map.getContainer())) {
    const box = layer.getBoundingClientRect();
    if (!box.width) continue;
    const inner = styledCopy(layer);
    fill(inner, { x: box.left - frameBox.left, y: box.top - frameBox.top, width: box.width, height: box.height, overflow: 'visible' }, []);
    root.append(inner);
  }
  root.append(svg('rect', { y: size.y, width: size.x, height: 64, fill: paper }));
  notes.forEach((text, i) => root.append(svg('text', { x: 12, y: size.y + 20 + i * 16, 'font-family': 'sans-serif', 'font-size': i ? 9.5 : 13, 'font-weight': i ? 400 : 700, fill: colour.color }, text)));
  return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(root);
};
