// Places that are points: a dot in a ring; many together are one counted circle until the reader comes closer.
const CLUSTER_ABOVE = 80;
const MANY = 250;
const pointLayers = L.layerGroup();
let pointMarks = new Map();
const clustered = () => {
  const shown = places.filter((place) => place.isPoint && isShown(place));
  if (shown.length <= CLUSTER_ABOVE) return shown.map((place) => [place]);
  const cells = new Map();
  const side = shown.length > MANY ? 58 : 46;
  const view = map.getBounds().pad(0.4);
  for (const place of shown) {
    if (!view.contains(place.latlng)) continue;
    const at = map.project(place.latlng);
    const key = place.index === state.place ? 'chosen' : Math.floor(at.x / side) + ':' + Math.floor(at.y / side);
    if (cells.has(key)) cells.get(key).push(place); else cells.set(key, [place]);
  }
  return [...cells.values()];
};
const circle = (latlng, radius, className, options) =>
  L.circleMarker(latlng, { pane: 'places', renderer: renderer('places'), radius, className, interactive: false, ...options });

const drawPoint = (place) => {
  const isNear = place.precision === 'near' && !place.beside;
  const kind = (isNear ? ' near' : '') + (place.isStrong ? '' : ' quiet') + (place.review ? ' doubt' : '');
  const ring = circle(place.latlng, 8.5, 'ring' + kind).addTo(pointLayers);
  const dot = circle(place.latlng, isNear ? 2.6 : place.isStrong ? 4.2 : 3.4, 'dot' + kind).addTo(pointLayers);
  const hit = listen(circle(place.latlng, 13, 'hit', { interactive: true, opacity: 0, fillOpacity: 0 }), place).addTo(pointLayers);
  operable(hit, place);
  // "Near" is a ring as wide as it may be, in kilometres; the small one stands for it where that would be smaller.
  const around = isNear ? [path(L.circle, place.latlng, 'shapes', 'around' + (place.reported ? '' : ' quiet'), { radius: place.uncertaintyKm * 1000 }).addTo(pointLayers)] : [];
  pointMarks.set(place.index, [ring, dot, hit, ...around]);
};
const drawCluster = (group) => {
  const inside = L.latLngBounds(group.map((place) => place.latlng));
  const mean = [0, 1].map((axis) => group.reduce((sum, place) => sum + place.latlng[axis], 0) / group.length);
  const size = Math.min(25, 9 + 2.3 * Math.log2(group.length));
  const open = () => {
    if (map.getBoundsZoom(inside) > map.getZoom() + 0.5) map.flyToBounds(inside.pad(0.2), flight({ maxZoom: 12 }));
    else { change({ tab: 'places' }, 'tab'); choose(group[0].index, { from: 'map' }); }
  };
  const mark = circle(mean, size, 'cluster', { interactive: true }).on('click', open).addTo(pointLayers);
  fill(mark.getElement(), { tabindex: 0, role: 'button', 'aria-label': t('%s places; open', group.length), 'data-cluster': group.length,
    onkeydown: (event) => { if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); open(); } } }, []);
  group.forEach((place) => pointMarks.set(place.index, [mark]));
  return { latlng: mean, size, text: String(group.length) };
};
let clusterCounts = [];
const drawPlaces = () => {
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.place : null;
  pointLayers.addTo(map).clearLayers();
  pointMarks = new Map();
  clusterCounts = [];
  for (const group of clustered()) {
    if (group.length === 1) drawPoint(group[0]); else clusterCounts.push(drawCluster(group));
  }
  if (focused) focusOn($(`#stage [data-place="${focused}"]`), { preventScroll: true });
  lightPlaces();
};
const lightPlaces = () => pointMarks.forEach((layers, index) => layers.forEach((layer) => {
  const node = layer.getElement();
  if (!node) return;
  if (node.classList.contains('cluster') && index !== state.lit && index !== state.place) return;
  node.classList.toggle('lit', index === state.lit);
  node.classList.toggle('chosen', index === state.place);
}));
const isCalm = matchMedia('(prefers-reduced-motion: reduce)').matches;
const flight = (options) => ({ duration: 0.6, animate: !isCalm, ...options });
const flyToAll = (spots, options) => { if (spots.length) map.flyToBounds(L.latLngBounds(spots), options); };

// What is reported of a place: where the words put it, or the place itself.
const extentOf = (place) => (place.beside ? place.relations.filter((relation) => !relation.quiet).flatMap((relation) => [relation.latlng, ...drawnPoints(relation.shape)])
  : place.isPoint ? [place.latlng] : drawnPoints(place.shape));
// Brings a place into view without moving a map that already shows it.
const show = (place) => {
  if (place.beside || place.movements.length) {
    const all = L.latLngBounds([...extentOf(place), place.latlng, ...place.movements.flatMap((movement) => drawnPoints(movement.path))]);
    if (!map.getBounds().contains(all)) map.flyToBounds(all, flight(room({ maxZoom: 11 })));
  } else if (place.shape && !place.isPoint) {
    const all = L.latLngBounds(drawnPoints(place.shape));
    const view = map.getBounds();
    if (place.precision === 'country' && view.intersects(all)) return;
    if (!view.contains(all) || map.getBoundsZoom(all) > map.getZoom() + 2) map.flyToBounds(all, flight(room({ maxZoom: 11 })));
  } else if (!map.getBounds().pad(-0.12).contains(place.latlng)) map.flyTo(place.latlng, Math.max(map.getZoom(), 7), flight());
  else if (pointMarks.has(place.index) && pointMarks.get(place.index)[0].getElement().classList.contains('cluster')) {
    map.flyTo(place.latlng, Math.max(map.getZoom() + 2, 9), flight());
  }
};
