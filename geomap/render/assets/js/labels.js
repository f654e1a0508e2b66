// Names on the map: what is reported first, no name over another or over a dot, none cut by the edge.
const labelRoot = svg('svg', { class: 'labels leaflet-zoom-hide', 'aria-hidden': 'true' });
map.getPane('labels').append(labelRoot);
const pen = document.createElement('canvas').getContext('2d');
const widths = new Map();
const SANS = 'system-ui, "Noto Sans", "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif';
const SERIF = 'Georgia, "Noto Serif", "Times New Roman", serif';
const FACES = {
  place: { font: `600 13px ${SANS}`, size: 13 },
  chosen: { font: `700 14px ${SANS}`, size: 14 },
  quiet: { font: `500 12px ${SANS}`, size: 12 },
  area: { font: `italic 600 13px ${SERIF}`, size: 13 },
  country: { font: `500 12.5px ${SANS}`, size: 12.5, spacing: 2.2, upper: true },
  disputed: { font: `italic 500 12px ${SERIF}`, size: 12 },
  admin1: { font: `400 10.5px ${SANS}`, size: 11, spacing: 0.4 },
  sea: { font: `italic 400 13px ${SERIF}`, size: 13, spacing: 1 },
  lake: { font: `italic 400 11px ${SERIF}`, size: 11 },
  river: { font: `italic 400 11px ${SERIF}`, size: 11 },
};
const measure = (text, face) => {
  const key = face.font + text;
  if (!widths.has(key)) { pen.font = face.font; widths.set(key, pen.measureText(text).width + (face.spacing || 0) * text.length); }
  return widths.get(key);
};
// What must be said wherever a shape is shown, in at most three short lines.
const noteLines = (place) => {
  if (!place.note) return [];
  const out = [''];
  for (const word of place.note.split(/[,;:]/)[0].split(' ')) {
    if (out[out.length - 1] && (out[out.length - 1] + word).length > 27) out.push('');
    out[out.length - 1] += (out[out.length - 1] ? ' ' : '') + word;
  }
  return out.length > 3 ? [...out.slice(0, 2), out[2] + ' …'] : out;
};
const AROUND = [[1, 0], [-1, 0], [0.75, -0.85], [0.75, 0.85], [-0.75, -0.85], [-0.75, 0.85], [0, -1], [0, 1]];

const layoutLabels = () => {
  const size = map.getSize();
  const origin = map.containerPointToLayerPoint([0, 0]);
  L.DomUtil.setPosition(labelRoot, origin);
  fill(labelRoot, { width: size.x, height: size.y, viewBox: `0 0 ${size.x} ${size.y}` }, []);
  labelRoot.replaceChildren();
  const taken = furniture();
  const isFree = (box) => box[0] > 2 && box[1] > 2 && box[2] < size.x - 2 && box[3] < size.y - 2
    && !taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1]);
  const write = (text, face, x, y, anchor, className) => labelRoot.append(
    svg('text', { x: x.toFixed(1), y: y.toFixed(1), 'text-anchor': anchor, class: 'label ' + className }, text));
  const points = places.filter((place) => place.isPoint && pointMarks.has(place.index) && pointMarks.get(place.index).length > 1)
    .map((place) => ({ place, at: map.latLngToContainerPoint(place.latlng) }))
    .concat(shownPlaces().flatMap((place) => shownRelations(place).map((relation) => ({ place, relation, at: map.latLngToContainerPoint(relation.latlng) }))))
    .filter(({ at }) => at.x > -20 && at.y > -20 && at.x < size.x + 20 && at.y < size.y + 20);
  points.forEach(({ at }) => taken.push([at.x - 6, at.y - 6, at.x + 6, at.y + 6]));
  arrowHeads.map((latlng) => map.latLngToContainerPoint(latlng)).forEach((at) => taken.push([at.x - 7, at.y - 7, at.x + 7, at.y + 7]));
  for (const cluster of clusterCounts) {
    const at = map.latLngToContainerPoint(cluster.latlng);
    taken.push([at.x - cluster.size, at.y - cluster.size, at.x + cluster.size, at.y + cluster.size]);
    write(cluster.text, FACES.place, at.x, at.y + 4, 'middle', 'count');
  }
  const weight = (place) => (place.index === state.place ? 1e6 : 0) + (place.isStrong ? 1e3 : 0) + place.evidence.length * 3 + place.score;
  // On paper a place whose name finds no room is told by its number alone.
  const textOfLabel = ({ place, relation }) => (relation ? [numberOf(place), inShort(relation.text)].filter(Boolean).join(' ') : labelText(place));
  // A place's event is told where its sentences put it: in the place, or relative to it.
  const happensAt = ({ place, relation }) => place.event && place.evidence.some(({ event, rel }) => event && event.kind === place.event.kind && (rel === undefined ? !relation : relation === place.relations[rel]));
  const isLoud = ({ place, relation }) => (relation ? !relation.quiet : place.isStrong);
  const beside = (one) => besideWith(one, textOfLabel(one)) || numbers && besideWith(one, numberOf(one.place), true);
  const besideWith = (one, text, isBare) => {
    const { place, relation, at } = one;
    const quiet = isLoud(one) ? '' : ' quiet';
    const picture = !quiet && !isBare && happensAt(one) ? eventIcon(place.event, 'event-on-map') : null;
    const lead = picture ? 17 : 0;
    const face = FACES[place.index === state.place ? 'chosen' : quiet ? 'quiet' : 'place'];
    const [w, h] = [measure(text, face) + lead, face.size];
    for (const [dx, dy, gap = 11] of isBare || relation ? [...AROUND, ...AROUND.map((spot) => [...spot, 22])] : AROUND) {
      const x = at.x + dx * gap;
      const y = at.y + dy * (gap + h * 0.4) + h * 0.35;
      const left = dx > 0 ? x : dx < 0 ? x - w : x - w / 2;
      const box = [left - 2, y - h, left + w + 2, y + h * 0.28];
      if (!isFree(box)) continue;
      taken.push(box);
      if (picture) labelRoot.append(fill(picture, { x: (left - 1).toFixed(1), y: (y - h + 0.5).toFixed(1), width: 15, height: 15 }, []));
      write(text, face, left + lead, y, 'start', 'on-place' + quiet + (place.index === state.place ? ' chosen' : ''));
      return true;
    }
    return false;
  };
  points.sort((a, b) => isLoud(b) - isLoud(a) || weight(b.place) - weight(a.place)).forEach(beside);
  const over = (text, face, spots, className, notes = []) => {
    const shownText = face.upper ? text.toLocaleUpperCase(story.ui) : text;
    const w = Math.max(measure(shownText, face), ...notes.map((note) => measure(note, FACES.river)));
    for (const at of spots) {
      const { y } = at;
      const box = [at.x - w / 2 - 3, y - face.size, at.x + w / 2 + 3, y + face.size * 0.35 + notes.length * 13];
      if (!isFree(box)) continue;
      taken.push(box);
      write(shownText, face, at.x, y, 'middle', className);
      notes.forEach((note, i) => write(note, FACES.river, at.x, y + 13 * (i + 1), 'middle', 'note'));
      return true;
    }
    return false;
  };
  const upAndDown = (latlng) => { const at = map.latLngToContainerPoint(latlng); return [0, -18, 18, -36, 36].map((dy) => L.point(at.x, at.y + dy)); };
  // Spots inside an area, the nearest to its label point first.
  const within = (place) => {
    const parts = drawnPolygons(place.shape).map((polygon) => polygon[0].map((point) => map.latLngToContainerPoint(point)));
    const home = map.latLngToContainerPoint(place.latlng);
    if (!parts.length) return upAndDown(place.latlng);
    const isInside = ({ x, y }) => parts.some((ring) => ring.reduce((odd, b, i) => {
      const a = ring[i ? i - 1 : ring.length - 1];
      return (a.y > y) !== (b.y > y) && x < (b.x - a.x) * (y - a.y) / (b.y - a.y) + a.x ? !odd : odd;
    }, false));
    const box = L.bounds(parts.flat());
    const [from, to] = [L.point(Math.max(0, box.min.x), Math.max(0, box.min.y)), L.point(Math.min(size.x, box.max.x), Math.min(size.y, box.max.y))];
    const spots = [home];
    for (let i = 1; i < 16; i += 1) for (let j = 1; j < 16; j += 1) spots.push(L.point(from.x + (to.x - from.x) * i / 16, from.y + (to.y - from.y) * j / 16));
    return spots.filter(isInside).sort((a, b) => a.distanceTo(home) - b.distanceTo(home));
  };
  // A line is named beside its middle, not across it.
  const along = (place) => alongWith(place, labelText(place), noteLines(place)) || numbers && alongWith(place, numberOf(place), []);
  const alongWith = (place, text, notes) => {
    const path = drawnLines(place.shape).sort((a, b) => b.length - a.length)[0].map((point) => map.latLngToContainerPoint(point));
    const steps = path.slice(1).map((point, i) => point.distanceTo(path[i]));
    let left = steps.reduce((a, b) => a + b, 0) / 2;
    const i = steps.findIndex((step) => (left -= step) <= 0);
    if (i < 0) return false;
    const at = path[i + 1].add(path[i].subtract(path[i + 1]).multiplyBy(steps[i] ? -left / steps[i] : 0));
    const face = FACES.area;
    const w = Math.max(measure(text, face), ...notes.map((note) => measure(note, FACES.river)));
    for (const [dx, dy] of [[1, 0], [-1, 0], [1, 26], [-1, -26], [-1, 26], [1, -26], [1, 52], [-1, -52]]) {
      const x = at.x + dx * 14;
      const y = at.y + dy;
      const box = [dx > 0 ? x - 2 : x - w - 2, y - 13, dx > 0 ? x + w + 2 : x + 2, y + 5 + notes.length * 13];
      if (!isFree(box)) continue;
      taken.push(box);
      write(text, face, x, y, dx > 0 ? 'start' : 'end', 'on-area on-line' + (place.isStrong ? '' : ' quiet'));
      notes.forEach((note, i) => write(note, FACES.river, x, y + 13 * (i + 1), dx > 0 ? 'start' : 'end', 'note'));
      return true;
    }
    return false;
  };
  const written = new Set(points.flatMap(({ place }) => [fold(nameAsReported(place)), fold(place.name)]));
  for (const place of places.filter((one) => shapeLayers.has(one.index) && !one.isPoint).sort((a, b) => weight(b) - weight(a))) {
    if (place.precision === 'country') continue;
    [nameAsReported(place), place.name].forEach((name) => written.add(fold(name)));
    if (!drawnPolygons(place.shape).length && drawnLines(place.shape).length) { along(place); continue; }
    const style = 'on-area ' + (place.precision === 'disputed' ? 'of-disputed' : 'of-plain') + (place.isStrong ? '' : ' quiet');
    const spots = within(place);
    over(labelText(place), FACES.area, spots, style, noteLines(place)) || over(labelText(place), FACES.area, spots, style) || numbers && over(numberOf(place), FACES.area, spots, style);
  }
  if (story.tiles) return;
  for (const [text, kind, lon, lat, rank] of [...(base.labels || [])].sort((a, b) => a[4] - b[4])) {
    // "Syunik" says nothing beside "Syunik province", nor "Ohio" beside "Ohio River".
    const isSaid = written.has(fold(text)) || (kind === 'admin1' || kind === 'river') && [...written].some((name) => name.startsWith(fold(text) + ' '));
    if (rank > labelDepth(kind) || isSaid) continue;
    written.add(fold(text));
    const country = numbers && kind === 'country' && places.find((place) => numbers.has(place.index) && place.precision === 'country' && [place.name, nameAsReported(place)].some((name) => fold(name) === fold(text)));
    over(country ? numberOf(country) + ' ' + text : text, FACES[kind] || FACES.lake, upAndDown([lat, unroll(lon)]), 'on-base ' + kind);
  }
};
// How deep into the basemap's names the present scale goes.
const labelDepth = (kind) => {
  const zoom = map.getZoom();
  return { country: zoom < 4 ? zoom + 1.5 : zoom < 7 ? 8 : 99, disputed: zoom < 4 ? 0 : 99, admin1: zoom * 1.6 - 3, sea: zoom * 1.2 }[kind] ?? zoom * 1.4 - 4;
};
let numbers = null;
const numberOf = (place) => (numbers && numbers.has(place.index) ? String(numbers.get(place.index)) : '');
const inShort = (text) => (text.length > 40 ? text.slice(0, 39) + '…' : text).replace(/\s+/g, ' ');
const labelText = (place) => [numberOf(place), nameAsReported(place)].filter(Boolean).join(' ');
// Boxes of what lies on the map: names keep clear of them.
const furniture = () => {
  const frameBox = map.getContainer().getBoundingClientRect();
  return $$('#tools, #legend, #locator, #outside, .leaflet-control-scale').filter((node) => node.offsetParent !== null).map((node) => {
    const box = node.getBoundingClientRect();
    return [box.left - frameBox.left - 4, box.top - frameBox.top - 4, box.right - frameBox.left + 4, box.bottom - frameBox.top + 4];
  });
};
