// Land, water and borders, and the globe that tells where in the world this is.
const pane = (name, z) => { const node = map.createPane(name); node.style.zIndex = z; return name; };
const PANES = {
  land: pane('land', 210), shade: pane('shade', 220), water: pane('water', 230), borders: pane('borders', 240),
  shapes: pane('shapes', 410), moves: pane('moves', 415), places: pane('places', 420), labels: pane('labels', 430),
};
const renderers = {};
const renderer = (name) => (renderers[name] = renderers[name] || L.svg({ pane: name, padding: 0.6 }));
const path = (make, geometry, paneName, className, options) =>
  make(geometry, { pane: paneName, renderer: renderer(paneName), className, interactive: false, smoothFactor: 0.6, ...options });

const drawBasemap = () => {
  const draw = (make, geometry, paneName, className, options) => {
    if (geometry.length) path(make, geometry, paneName, className, options).addTo(map);
  };
  if (story.tiles) {
    L.tileLayer(story.tiles, { referrerPolicy: 'strict-origin-when-cross-origin', maxZoom: 18 }).addTo(map);
  } else {
    const box = base.bounds;
    draw(L.polygon, drawnPolygons(base.world), 'land', 'land far', { stroke: false });
    draw(L.polyline, drawnLines(base.worldBorders), 'land', 'border far');
    draw(L.polygon, [frame(box)], 'land', 'sea', { stroke: false });
    draw(L.polygon, drawnPolygons(base.land), 'land', 'land', { stroke: false });
    draw(L.polygon, drawnPolygons(base.lakes), 'water', 'lake');
    draw(L.polyline, drawnLines(base.rivers), 'water', 'river');
    if (base.land) draw(L.polyline, outline(base.land, box), 'water', 'coast');
    draw(L.polyline, drawnLines(base.admin1), 'borders', 'border admin1');
  }
  for (const border of base.borders || []) draw(L.polyline, drawnLines(border.line), 'borders', 'border ' + border.status);
};
const frame = (box) => {
  const [west, south, east, north] = [unroll(box[0]), box[1], box[2], box[3]];
  const right = west + ((((east - box[0]) % 360) + 360) % 360 || 360);
  return [[south, west], [north, west], [north, right], [south, right]];
};
// On a whole-world basemap the frame is the world itself.
const storyBounds = () => {
  const west = bounds[0] + (unroll(bounds[0]) - bounds[0]);
  const east = west + (bounds[2] < bounds[0] ? bounds[2] + 360 - bounds[0] : bounds[2] - bounds[0]);
  return L.latLngBounds([bounds[1], west], [bounds[3], east]);
};

// An orthographic globe; what lies behind the horizon is pressed onto its edge.
const drawLocator = () => {
  const box = $('#locator');
  if (!base.world) { box.hidden = true; return; }
  const R = 46;
  const rad = Math.PI / 180;
  const lat0 = Math.max(-60, Math.min(60, (bounds[1] + bounds[3]) / 2)) * rad;
  const lon0 = middle * rad;
  const project = ([lon, lat]) => {
    const [p, l] = [lat * rad, lon * rad - lon0];
    const depth = Math.sin(lat0) * Math.sin(p) + Math.cos(lat0) * Math.cos(p) * Math.cos(l);
    let x = Math.cos(p) * Math.sin(l);
    let y = Math.cos(lat0) * Math.sin(p) - Math.sin(lat0) * Math.cos(p) * Math.cos(l);
    if (depth < 0) { const far = Math.hypot(x, y) || 1; x /= far; y /= far; }
    return [50 + R * x, 50 - R * y, depth];
  };
  let d = '';
  for (const [ring] of rings(base.world)) {
    const points = ring.map(project);
    if (points.every((point) => point[2] < 0)) continue;
    d += 'M' + points.map((point) => point[0].toFixed(1) + ' ' + point[1].toFixed(1)).join('L') + 'Z';
  }
  const target = svg('path', { class: 'here', d: '' });
  const dot = svg('circle', { class: 'here', r: 3.4 });
  box.append(svg('svg', { viewBox: '0 0 100 100', role: 'img', 'aria-label': t('Where in the world this is') },
    svg('circle', { class: 'globe', cx: 50, cy: 50, r: R }), svg('path', { class: 'globe-land', d }), target, dot));
  const follow = () => {
    const view = map.getBounds();
    const [w, s, e, n] = [view.getWest(), Math.max(-85, view.getSouth()), view.getEast(), Math.min(85, view.getNorth())];
    const side = (a, b) => Array.from({ length: 9 }, (_, i) => [a[0] + (b[0] - a[0]) * i / 8, a[1] + (b[1] - a[1]) * i / 8]);
    const edge = [...side([w, s], [e, s]), ...side([e, s], [e, n]), ...side([e, n], [w, n]), ...side([w, n], [w, s])].map(project);
    const centre = project([(w + e) / 2, (s + n) / 2]);
    const isSmall = Math.hypot(edge[0][0] - edge[16][0], edge[0][1] - edge[16][1]) < 9;
    const isWide = e - w > 150;
    target.setAttribute('d', isSmall || isWide ? '' : 'M' + edge.map((p) => p[0].toFixed(1) + ' ' + p[1].toFixed(1)).join('L') + 'Z');
    dot.setAttribute('cx', centre[0]);
    dot.setAttribute('cy', centre[1]);
    dot.setAttribute('visibility', isSmall && centre[2] > 0 ? 'visible' : 'hidden');
    box.hidden = isWide;
  };
  map.on('moveend', follow);
  follow();
};
