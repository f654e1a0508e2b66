// Movements: a soft broken line from the first place to the last, with arrows; schematic, whatever the road was.
const moveLayers = L.layerGroup();
let moveMarks = [];
let arrowHeads = [];
const movementWords = ({ stops, p }) => {
  const names = stops.map((stop) => stop.name);
  const [first, between, last] = [names[0], names.slice(1, -1).join(', '), names[names.length - 1]];
  return inDoubt(between ? t('Movement from %s through %s to %s', first, between, last) : t('Movement from %s to %s', first, last), p);
};
// The tip stands before the last place, so that its dot does not cover it.
const ARROWS = [['arrow-end', 21], ['arrow-on-way', 7]];
const addArrows = (root) => root.prepend(svg('defs', {}, ARROWS.map(([id, refX]) =>
  svg('marker', { id, refX, refY: 6, markerWidth: 13, markerHeight: 12, markerUnits: 'userSpaceOnUse', orient: 'auto' }, svg('path', { d: 'M0 0L13 6L0 12L3 6Z', class: 'arrow' })))));
const halves = (line) => {
  const steps = line.slice(1).map((point, i) => Math.hypot(point[0] - line[i][0], point[1] - line[i][1]));
  let left = steps.reduce((a, b) => a + b, 0) / 2;
  const i = Math.max(0, steps.findIndex((step) => (left -= step) <= 0));
  const share = steps[i] ? 1 + left / steps[i] : 0;
  const mid = [0, 1].map((axis) => line[i][axis] + (line[i + 1][axis] - line[i][axis]) * share);
  return [[...line.slice(0, i + 1), mid], [mid, ...line.slice(i + 1)]];
};
const LONG_ENOUGH = 90;
const drawMovement = (place, movement) => {
  const add = (layer) => { moveMarks.push([place.index, layer]); return layer.addTo(moveLayers); };
  for (const line of drawnLines(movement.path)) {
    const [before, after] = halves(line);
    const ends = [line[0], line[line.length - 1]].map((point) => map.latLngToLayerPoint(point));
    const last = map.latLngToLayerPoint(line[line.length - 2]).subtract(ends[1]);
    arrowHeads.push(map.layerPointToLatLng(ends[1].add(last.multiplyBy(Math.min(1, 14 / (last.distanceTo([0, 0]) || 1))))));
    const parts = ends[0].distanceTo(ends[1]) > LONG_ENOUGH ? [[before, 'arrow-on-way'], [after, 'arrow-end']] : [[line, 'arrow-end']];
    for (const [part, arrow] of parts) add(path(L.polyline, part, 'moves', 'movement')).getElement().setAttribute('marker-end', `url(#${arrow})`);
    operable(listen(add(path(L.polyline, line, 'moves', 'movement-hit', { interactive: true, weight: 18, opacity: 0 })), place), place, movementWords(movement));
  }
};
const drawMovements = () => {
  moveLayers.addTo(map).clearLayers();
  moveMarks = [];
  arrowHeads = [];
  shownPlaces().forEach((place) => place.movements.forEach((movement) => drawMovement(place, movement)));
  const root = renderer('moves')._container;
  if (root && !$('defs', root)) addArrows(root);
  lightMarksOf(moveMarks);
};
