// Relative places: where the words put the news, as "12 km north of Goris", drawn by their precision beside the quiet place itself.
const relativeLayers = L.layerGroup();
let relativeMarks = [];
const shownRelations = (place) => place.relations.filter((relation) => !relation.quiet || state.mentioned || place.index === state.place);
const relationLabel = (place, relation) => [relation.text, t('relative to %s', nameAsReported(place)), relation.note, relation.quiet ? t('only mentioned') : t('reported')].filter(Boolean).join(', ');
const drawRelation = (place, relation) => {
  const quiet = relation.quiet ? ' quiet' : '';
  const add = (layer) => { relativeMarks.push([place.index, layer]); return layer.addTo(relativeLayers); };
  const [polygons, paths] = [drawnPolygons(relation.shape), drawnLines(relation.shape)];
  const isArea = !relation.point;
  let sign = null;
  if (polygons.length) sign = add(path(L.polygon, polygons, 'shapes', 'around relative' + quiet, { interactive: isArea }));
  if (paths.length) {
    add(path(L.polyline, paths, 'shapes', 'band' + quiet));
    add(path(L.polyline, paths, 'shapes', 'band-core' + quiet));
    sign = add(path(L.polyline, paths, 'shapes', 'band-hit relative', { interactive: isArea, weight: 22, opacity: 0 }));
  }
  if (relation.point || !sign) {
    add(circle(relation.latlng, 8.5, 'ring near' + quiet));
    add(circle(relation.latlng, 2.6, 'dot near' + quiet));
    sign = add(circle(relation.latlng, 13, 'hit relative', { interactive: true, opacity: 0, fillOpacity: 0 }));
  }
  operable(listen(sign, place), place, relationLabel(place, relation));
};
const drawRelations = () => {
  relativeLayers.addTo(map).clearLayers();
  relativeMarks = [];
  shownPlaces().forEach((place) => shownRelations(place).forEach((relation) => drawRelation(place, relation)));
  lightMarksOf(relativeMarks);
};
const lightMarksOf = (marks) => marks.forEach(([index, layer]) => {
  const node = layer.getElement();
  if (!node) return;
  node.classList.toggle('lit', index === state.lit);
  node.classList.toggle('chosen', index === state.place);
});
