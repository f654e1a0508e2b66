// Places that are not points: a band for a corridor, hatching for a disputed area, an outline for a country.
const shapeLayers = new Map();
const HATCHES = [['hatch-disputed', 7, 45], ['hatch-area', 6, -45]];
const addHatches = (root) => {
  const defs = svg('defs', {}, HATCHES.map(([id, size, angle]) =>
    svg('pattern', { id, width: size, height: size, patternUnits: 'userSpaceOnUse', patternTransform: `rotate(${angle})` },
      svg('rect', { width: size, height: size, class: id + '-ground' }), svg('path', { d: `M0 0V${size}`, class: id }))));
  root.prepend(defs);
};
const symbolLabel = (place) => {
  const words = [nameAsReported(place), t(KIND_WORDS[place.kind]), where(place)];
  if (place.note) words.push(place.note);
  words.push(place.reported ? t('reported') : t('only mentioned'));
  if (place.role && place.role !== 'scene') words.push(roleOf(place));
  return words.filter(Boolean).join(', ');
};
const operable = (layer, place, label = symbolLabel(place)) => {
  const node = layer.getElement();
  if (!node) return;
  fill(node, { tabindex: 0, role: 'button', 'aria-label': label, 'data-place': place.index }, []);
  node.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' || event.key === ' ') { event.preventDefault(); choose(place.index, { from: 'map' }); }
  });
  node.addEventListener('focus', () => light(place.index));
  node.addEventListener('blur', () => light(null));
};
const listen = (layer, place) => layer
  .on('click', (event) => { if (picking) return; L.DomEvent.stopPropagation(event); choose(place.index, { from: 'map' }); })
  .on('mouseover', () => light(place.index))
  .on('mouseout', () => light(null));

// A larger area that only says where something lies, or that has a part in which it does, is no more than its outline.
const isFramed = (place) => place.beside || !place.reported && place.role === 'container';
const shapeOf = (place) => {
  const group = L.layerGroup();
  const quiet = place.isStrong ? '' : ' quiet';
  const isFrame = isFramed(place);
  const polygons = drawnPolygons(place.shape);
  const paths = drawnLines(place.shape);
  const add = (make, geometry, className, options) => path(make, geometry, 'shapes', className + quiet, options).addTo(group);
  if (paths.length) {
    add(L.polyline, paths, 'band');
    add(L.polyline, paths, 'band-core');
    listen(add(L.polyline, paths, 'band-hit', { interactive: true, weight: 22, opacity: 0 }), place);
  }
  if (polygons.length) {
    const kind = isFrame ? 'frame' : place.isWide ? 'country' : place.precision === 'disputed' ? 'disputed' : 'plain';
    const ground = add(L.polygon, polygons, 'area ' + kind, { stroke: false, interactive: kind !== 'country' && !isFrame });
    if (ground.options.interactive) listen(ground, place);
    const edge = add(L.polyline, outline(place.shape, place.isWide ? base.bounds : null), 'edge ' + kind, { interactive: isFrame });
    if (isFrame) listen(edge, place);
  }
  return group;
};
const drawShapes = () => {
  for (const place of places) {
    const has = shapeLayers.has(place.index);
    const wanted = place.shape && isShown(place);
    if (wanted && !has) {
      const group = shapeOf(place).addTo(map);
      shapeLayers.set(place.index, group);
      group.eachLayer((layer) => { if (layer.options.interactive) operable(layer, place); });
    } else if (!wanted && has) {
      shapeLayers.get(place.index).remove();
      shapeLayers.delete(place.index);
    }
  }
  const root = renderer('shapes')._container;
  if (root && !$('defs', root)) addHatches(root);
};
const lightShapes = () => shapeLayers.forEach((group, index) => group.eachLayer((layer) => {
  const node = layer.getElement();
  if (!node) return;
  node.classList.toggle('lit', index === state.lit);
  node.classList.toggle('chosen', index === state.place);
}));
