// The data block, read: geometry unfolded, places and mentions joined to each other.
const story = JSON.parse($('#geomap-data').textContent);
const articles = story.articles || [];
const places = story.places || [];
const unplaced = story.unplaced || [];
const base = story.base || {};
const bounds = story.bounds;
const middle = bounds[0] + (bounds[2] < bounds[0] ? bounds[2] + 360 - bounds[0] : bounds[2] - bounds[0]) / 2;
// Longitudes run from half the world west of the story to half the world east of it, so that Fiji is one place.
const unroll = (lon) => (lon < middle - 180 ? lon + 360 : lon >= middle + 180 ? lon - 360 : lon);
const LETTERS = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'].map((letter, n) => [letter, n]));
const unfold = (text, q) => {
  const numbers = [];
  for (let i = 0, n = 0, shift = 0; i < text.length; i += 1) {
    const bits = LETTERS.get(text[i]);
    n += (bits & 31) * 2 ** shift;
    shift += 5;
    if (bits < 32) { numbers.push(n % 2 ? -(n + 1) / 2 : n / 2); n = 0; shift = 0; }
  }
  const out = [];
  for (let i = 0, x = 0, y = 0; i < numbers.length; i += 2) out.push([(x += numbers[i]) / q, (y += numbers[i + 1]) / q]);
  return out;
};
// lon, lat as written in the data; the one that exports use
const rings = (shape) => ((shape && shape.polygons) || []).map((polygon) => polygon.map((ring) => unfold(ring, shape.q)));
const lines = (shape) => ((shape && shape.lines) || []).map((line) => unfold(line, shape.q));
// lat, lon as Leaflet wants it, a whole part on one side of the seam
const drawn = (line) => {
  let sum = 0;
  for (const point of line) sum += point[0];
  const shift = unroll(sum / line.length) - sum / line.length;
  return line.map(([lon, lat]) => [lat, lon + shift]);
};
const drawnPolygons = (shape) => rings(shape).map((polygon) => polygon.map(drawn));
const drawnLines = (shape) => lines(shape).map(drawn);
const drawnPoints = (shape) => [...drawnPolygons(shape).flat(2), ...drawnLines(shape).flat()];
// The outline of polygons without the cuts made at the antimeridian and at the edge of the basemap.
const outline = (shape, box) => {
  const onCut = (a, b) => [0, 1].some((axis) => a[axis] === b[axis]
    && (axis === 0 && Math.abs(Math.abs(a[0]) - 180) < 1e-9
      || box && [box[axis], box[axis + 2]].some((edge) => Math.abs(edge - a[axis]) < 1.5 / shape.q)));
  const out = [];
  for (const polygon of rings(shape)) for (const ring of polygon) {
    let run = [ring[0]];
    for (let i = 1; i < ring.length; i += 1) {
      if (onCut(ring[i - 1], ring[i])) { if (run.length > 1) out.push(drawn(run)); run = [ring[i]]; } else run.push(ring[i]);
    }
    if (run.length > 1) out.push(drawn(run));
  }
  return out;
};

const POINTS = ['site', 'settlement', 'near'];
const day = (iso) => (iso ? iso.slice(0, 10) : '');
const textOf = (evidence) => evidence.t || articles[evidence.a].text || '';
const sentence = (evidence) => textOf(evidence).slice(...evidence.s).replace(/\s+/g, ' ').trim();
// The day a sentence speaks of; where it names none, only a month or a year, or one of over a year ago, the day it was published.
const ordinal = (iso) => Number(iso.slice(0, 4)) * 372 + Number(iso.slice(5, 7)) * 31 + Number(iso.slice(8, 10));
const isOfDays = (when) => when && ordinal(when.to) - ordinal(when.from) <= 14;
const isHistory = (when, published) => published && ordinal(published) - ordinal(when.to) > 372;
const evidenceDay = (evidence) => {
  const { published } = articles[evidence.a];
  evidence.day ??= day(isOfDays(evidence.when) && !isHistory(evidence.when, published) ? evidence.when.from : published);
  return evidence.day;
};
const articleName = (article) => article.title || article.source || article.id;
const nameAsReported = (place) => place.as || place.name;
const articleAt = new Map(articles.map((article, index) => [article.id, index]));
places.forEach((place, index) => {
  place.index = index;
  if (place.id.startsWith('gn:')) place.geonameid = Number(place.id.slice(3));
  place.evidence = place.evidence || [];
  place.evidence.forEach((evidence) => { evidence.a = articleAt.get(evidence.a); });
  place.regions = place.in.map((n) => story.regions[n]);
  place.isPoint = POINTS.includes(place.precision) || !place.shape && place.precision !== 'country';
  // What is as wide as a country is outlined as one: hatching a continent would hide what lies in it.
  place.isWide = place.precision === 'country' || place.precision === 'area' && place.uncertaintyKm >= 300;
  place.latlng = [place.lat, unroll(place.lon)];
  place.days = [...new Set(place.evidence.map(evidenceDay).filter(Boolean))].sort();
  place.isDated = place.evidence.some(evidenceDay);
  // Where all is reported relative to the place, the sign of what is reported is there, and the place's own is quiet.
  place.isStrong = place.reported && !place.beside;
  place.relations = (place.relations || []).map((relation) => ({ ...relation, latlng: [relation.lat, unroll(relation.lon)] }));
  place.movements = place.movements || [];
  place.movements.forEach((movement) => { movement.a = articleAt.get(movement.a); });
});
articles.forEach((article) => { article.text = article.text || ''; article.marks = article.marks || []; article.titleMarks = article.titleMarks || []; });
const changeOf = new Map((story.changes || []).filter((change) => change.kind !== 'removed').map((change) => [change.place, change]));
const placeById = new Map(places.map((place) => [place.id, place]));
const regionChain = (place) => place.regions.filter((region) => region.level !== 'disputed' && region.id !== place.id).reverse();
const disputedAround = (place) => place.regions.filter((region) => region.level === 'disputed' && region !== ownRegion(place));
const ownRegion = (place) => place.regions.find((region) => region.id === place.id || place.kind === 'disputed' && region.level === 'disputed' && region.name === place.name);
const claimants = (place) => ((ownRegion(place) || {}).claimedBy || []).map(countryName);
// A disputed area is told by who claims it, not by one of the sides.
const where = (place) => (place.kind === 'disputed' && claimants(place).length ? t('claimed by %s', claimants(place).join(', ')) : whereabouts(place));
// A road is told by its countries: the districts it runs through are on its card.
const whereabouts = (place) => [...new Set([...disputedAround(place), ...regionChain(place).filter((region) => place.kind !== 'line' || region.level === 'country')]
  .map(regionName))].filter((name) => name !== nameAsReported(place) && name !== place.name).join(', ');
// What its mentions do in the news: its role, and of what is no place of the news the kind of mention.
const roleOf = (place) => (place.role ? roleWords(place.role, place.roleP)
  : t(MENTION_WORDS[['l', 'a', 'd'].find((kind) => place.evidence.some((evidence) => evidence.k === kind))] || ''));
// In the page's language where the data has that; of a country the browser may know it.
const regionName = (region) => region.local || (region.level === 'country' && region.iso && story.ui !== 'en' ? countryName(region.iso) : region.name);
// The name of the boundaries is beside it once, on the card.
const otherName = (region) => (region.name === regionName(region) ? null : el('span', { class: 'also' }, ' ', bdi(region.name)));
const focusWords = () => {
  if (!story.focus) return '';
  const place = placeById.get(story.focus.place);
  const region = story.regions[story.focus.region];
  const chain = regionChain(place);
  const from = chain.findIndex((one) => one.id === region.id);
  return [...new Set([...disputedAround(place), ...(ownRegion(place) && place.kind === 'disputed' ? [ownRegion(place)] : []),
    ...(from < 0 ? [region] : chain.slice(from))].map(regionName))].join(', ');
};
