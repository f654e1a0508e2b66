// Regions shaded by the number of reports in them, or a grid by their density. What lies in a disputed area counts for that area alone.
const shadeLayer = L.layerGroup();
const shapes = (story.shapes || []).filter((entry) => entry.shape);
const cells = (story.totals || {}).cells || [];
const shadeLevels = () => ['country', 'admin1', 'admin2'].filter((level) => shapes.some((entry) => entry.region.level === level)).concat(cells.length ? ['density'] : []);
const countedRegion = (place, level) => place.regions.find((region) => region.level === 'disputed')
  || place.regions.find((region) => region.level === level);
const countReports = (level) => {
  if (level === 'density') return new Map(cells.map((cell, n) => [n, cell[2]]));
  if (story.totals) return new Map(shapes.filter(({ region }) => [level, 'disputed'].includes(region.level)).map(({ region }) => [region.id, own(story.totals.regions, region.id) || 0]));
  const counts = new Map();
  for (const place of places) {
    if (!place.reported || place.review || !isKept(place) || place.precision === 'country') continue;
    const region = countedRegion(place, level);
    if (region) counts.set(region.id, (counts.get(region.id) || 0) + place.evidence.length);
  }
  return counts;
};
const shadeSteps = (most) => (most <= 4 ? [1, 2, 3, 4].slice(0, most)
  : [1, 2, 3, 4].map((n) => Math.ceil(most ** (n / 4))).filter((n, i, all) => i === 0 || n > all[i - 1]));
let shadeLegend = [];
const drawShading = () => {
  shadeLayer.clearLayers();
  shadeLegend = [];
  if (state.shading === 'off') return;
  shadeLayer.addTo(map);
  const counts = countReports(state.shading);
  const steps = shadeSteps(Math.max(1, ...counts.values()));
  const stepOf = (n) => Math.max(1, Math.ceil(4 * (steps.findIndex((limit) => n <= limit) + 1) / steps.length));
  shadeLegend = steps.map((limit, i) => [Math.max(1, Math.ceil(4 * (i + 1) / steps.length)), i ? (steps[i - 1] + 1 === limit ? String(limit) : (steps[i - 1] + 1) + '–' + limit) : limit > 1 ? '1–' + limit : '1']);
  const size = (story.totals || {}).cell;
  if (state.shading === 'density') cells.forEach(([w, s, n]) => {
    const ring = drawn([[w, s], [w + size, s], [w + size, s + size], [w, s + size]]);
    path(L.polygon, [[ring]], 'shade', 'shade s' + stepOf(n), { stroke: false }).addTo(shadeLayer);
  });
  else for (const level of [state.shading, 'disputed']) {
    for (const { region, shape } of shapes) {
      if (region.level !== level || level === state.shading && !counts.has(region.id)) continue;
      const n = counts.get(region.id);
      const ground = n ? 'shade s' + stepOf(n) : 'shade none';
      path(L.polygon, drawnPolygons(shape), 'shade', ground + (level === 'disputed' ? ' of-disputed' : ''), { stroke: false }).addTo(shadeLayer);
    }
  }
};
