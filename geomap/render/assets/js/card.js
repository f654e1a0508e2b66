// One place: what is said of it, how sure that is, and what else it might be.
const drawCard = () => {
  if (picking) stopPicking();
  const box = $('#card');
  box.hidden = state.place === null;
  if (state.place === null) { box.replaceChildren(); return; }
  const place = places[state.place];
  const title = nameAsReported(place);
  box.setAttribute('aria-label', title);
  box.replaceChildren(...[
    iconButton('close', t('Close'), () => { choose(null); focusBack(); }, { id: 'card-close' }),
    el('h2', {}, swatch(place), ' ', bdi(title), place.name !== title ? el('span', { class: 'also' }, ' ', bdi(place.name)) : null),
    el('p', { class: 'chain' }, t(KIND_WORDS[place.kind]), (place.kind === 'disputed' ? [] : regionChain(place)).map((region) => [' · ', bdi(regionName(region)), otherName(region)])),
    ...disputedAround(place).map((region) => el('p', { class: 'inside-disputed' }, t('inside the disputed area %s', regionName(region)), otherName(region),
      region.claimedBy ? t(', claimed by %s', region.claimedBy.map(countryName).join(', ')) : '',
      region.asOf ? t(', as of %s', region.asOf) : '', region.note ? el('span', { class: 'aside' }, region.note) : null)),
    ownNotes(place),
    namesLine(place),
    correctionLine(place),
    confidenceLine(place),
    claimsNote(place),
    movementList(place),
    evidenceList(place),
    runnersUp(place),
    factsLine(place),
    button(t('Wrong place?'), () => openCorrection(place), { class: 'wrong', id: 'wrong' }),
  ].filter(Boolean));
  box.scrollTop = 0;
};
const ownNotes = (place) => {
  const notes = [];
  if (place.note) notes.push(el('p', { class: 'warning' }, place.note));
  if (!place.reported) notes.push(el('p', { class: 'warning' }, t('Only mentioned: nothing is reported to happen here.')));
  if (place.beside && place.isPoint) notes.push(el('p', { class: 'warning' }, t('Nothing is reported in the place itself, only relative to it: %s', place.relations.filter((relation) => !relation.quiet).map((relation) => relation.text).join('; '))));
  if (place.precision === 'country' && !place.beside) notes.push(el('p', { class: 'warning' }, t('A whole country: outlined, never pinned.')));
  const own = ownRegion(place);
  if (place.kind === 'disputed') notes.push(el('p', { class: 'warning' }, [claimants(place).length ? t('Disputed; claimed by %s', claimants(place).join(', ')) : t('Disputed'), own && own.asOf && t('as of %s', own.asOf), own && own.note].filter(Boolean).join(' · ')));
  return notes.length ? el('div', {}, notes) : null;
};
const correctionLine = ({ correction, id }) => {
  const changed = changeOf.get(id);
  return correction || changed ? el('p', { class: 'warning' }, [
    correction && [t('Corrected by an editor'), correction.author, correction.date, correction.reason].filter(Boolean).join(' · '),
    changed && (changed.kind === 'new' ? t('New since the last build') : t('Moved since the last build') + (changed.was ? t(', was %s', changed.was) : '')),
  ].filter(Boolean).join('; ')) : null;
};
// The language most likely spoken there, by Unicode's likely subtags.
const localLanguage = (country) => { try { return new Intl.Locale('und-' + country).maximize().language; } catch { return null; } };
const namesLine = (place) => {
  const local = localLanguage(place.country);
  const shown = (place.names || []).filter((name) => name.text !== nameAsReported(place) && name.text !== place.name)
    .sort((a, b) => (b.language === local) - (a.language === local));
  return shown.length ? el('p', { class: 'names' }, t('Also: '), shown.flatMap((name, i) => [i ? ', ' : '',
    bdi(name.text, { lang: name.language }), name.language || name.note ? el('small', {}, ' ', [name.language && languageName(name.language), name.note].filter(Boolean).join(', ')) : ''])) : null;
};
const confidenceLine = (place) => el('div', { class: 'confidence' },
  el('meter', { min: 0, max: 1, low: 0.5, high: 0.7, optimum: 1, value: place.score, 'aria-label': t('How sure') }),
  el('p', {}, el('strong', {}, t(confidence(place.score)), ` ${place.score.toFixed(2)}`), ' – ', bdi(place.reason)));
// Counts and days of one event that cannot all be right, each with its source; none is preferred.
const claimsNote = (place) => (place.claims ? el('div', { class: 'warning claims' }, el('h3', {}, t('Accounts differ')),
  place.claims.map(({ sort, of }) => el('div', {}, t(CLAIM_WORDS[sort]), el('ul', {}, of.map((claim) => el('li', {},
    claim.day ? niceDate(claim.day) + ' ' : '', bdi(`“${claim.text}”`), ' · ', claimSource(place.evidence[claim.e]))))))) : null);
const claimSource = (evidence) => {
  const article = articles[evidence.a];
  const words = [bdi(article.source || articleName(article)), article.published ? ' · ' + niceDate(article.published) : ''];
  if (article.text || evidence.h !== undefined) return el('button', { type: 'button', class: 'link', title: t('Show in text'), onclick: () => goToMention(evidence.a, evidence) }, words);
  return article.page ? el('a', { href: article.page }, words) : words;
};
const SHOWN_AT_FIRST = 4;
const evidenceList = (place) => {
  const items = place.evidence.map((evidence) => evidenceItem(evidence, place));
  const list = el('ul', { class: 'evidence' }, items.slice(0, SHOWN_AT_FIRST));
  const rest = items.slice(SHOWN_AT_FIRST);
  return el('div', {}, el('h3', {}, t('Reported in')), list,
    rest.length ? button(t('%s more sentences', rest.length), (event) => { list.append(...rest); event.target.remove(); }, { class: 'link' }) : null);
};
const evidenceItem = (evidence, place) => {
  const article = articles[evidence.a];
  const part = (from, to) => textOf(evidence).slice(from, to).replace(/\s+/g, ' ');
  const quiet = evidence.k === 'l' && !QUIET_ROLES.includes(evidence.role) ? '' : ' quiet';
  return el('li', {},
    el('blockquote', { dir: 'auto' }, part(evidence.s[0], evidence.m[0]).trimStart(), el('b', { class: 'named' + quiet }, part(...evidence.m)), part(evidence.m[1], evidence.s[1]).trimEnd()),
    ...annotations(evidence, place),
    el('p', { class: 'meta' }, article.text || evidence.h !== undefined ? button(t('Show in text'), () => goToMention(evidence.a, evidence), { class: 'link' }) : article.page ? el('a', { href: article.page }, t('Read the article')) : '',
      ' · ', sourceLine(article), evidence.k === 'l' ? '' : ' · ' + t(MENTION_WORDS[evidence.k])));
};
const sourceLine = (article) => [bdi(article.source || articleName(article)), article.published ? ' · ' + niceDate(article.published) : ''];
const movementList = (place) => (place.movements.length ? el('div', {}, el('h3', {}, t('Movements')), el('ul', { class: 'evidence movements' }, place.movements.map((movement) => el('li', {},
  el('p', { class: 'movement-words' }, bdi(movementWords(movement))), el('blockquote', { dir: 'auto' }, sentence(movement)), ...annotations(movement, place), el('p', { class: 'meta' }, sourceLine(articles[movement.a])))))) : null);
const relationTag = ({ text, note, km }) => el('span', { class: 'tag' }, bdi(text), el('small', {}, ' ', [note, `± ${km} km`].filter(Boolean).join(' · ')));
const annotations = ({ when, counts, event, role, p, rel }, place) => {
  const tags = [
    role && (role !== 'scene' || p < 0.7) && el('span', { class: 'tag role' }, roleWords(role, p)),
    rel !== undefined && relationTag(place.relations[rel]),
    event && el('span', { class: 'tag event', title: t('by the words “%s”', event.cue) }, eventIcon(event), t(event.label)),
    when && el('span', { class: 'tag', title: when.doubt }, when.from === when.to ? niceDate(when.from) : t('%s to %s', niceDate(when.from), niceDate(when.to)), el('small', {}, ` “${when.text}”`), when.doubt ? el('small', { class: 'doubted' }, ' ' + when.doubt) : null),
    ...(counts || []).map((count) => el('span', { class: 'tag' }, bdi(count))),
  ].filter(Boolean);
  return tags.length ? [el('p', { class: 'tags' }, tags)] : [];
};
const eventIcon = (event, className) => (own(story.icons, event.icon)
  ? svg('svg', { viewBox: '0 0 24 24', class: 'event-icon ' + (className || ''), 'aria-hidden': 'true' }, svg('path', { d: story.icons[event.icon] })) : null);
const runnersUp = (place) => {
  const others = place.runnersUp || [];
  return others.length ? el('details', {}, el('summary', {}, t('Other candidates (%s)', others.length)),
    el('ul', { class: 'plain' }, others.map((other) => el('li', {}, bdi(other.name), el('span', { class: 'meta' }, ' ' + candidateNote(other)))))) : null;
};
const candidateNote = (other) => [t(KIND_WORDS[other.kind]), other.country && countryName(other.country),
  other.population ? t('population %s', other.population.toLocaleString(story.ui)) : null, `${other.lat.toFixed(2)}, ${other.lon.toFixed(2)}`].filter(Boolean).join(' · ');
const factsLine = (place) => el('p', { class: 'facts' },
  place.isPoint ? `${place.lat.toFixed(4)}, ${place.lon.toFixed(4)} · ` : '',
  t(PRECISION_WORDS[place.precision]), place.uncertaintyKm ? ` (± ${place.uncertaintyKm} km)` : '', ' · ',
  place.geonameid ? el('a', { href: 'https://www.geonames.org/' + place.geonameid, rel: 'noopener noreferrer', target: '_blank' }, 'GeoNames ' + place.geonameid) : place.id);
let cameFrom = null;
// Lists and symbols are drawn anew when a place is chosen: what had the focus is found again by its place.
const comeFrom = (node) => {
  const part = ['#view-article', '#view-places', '#view-unplaced', '#stage'].find((selector) => $(selector).contains(node));
  cameFrom = { node, again: part && node.dataset.place !== undefined ? `${part} [data-place="${node.dataset.place}"]` : null };
};
const focusBack = () => {
  focusOn(cameFrom && (document.contains(cameFrom.node) ? cameFrom.node : cameFrom.again && $(cameFrom.again)), { preventScroll: true });
};
