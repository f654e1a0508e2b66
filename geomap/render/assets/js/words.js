// What the page says. English is the key; the data block brings the translations.
const t = (words, ...values) => {
  let at = 0;
  return String(own(story.words, words) || (words ?? '')).replace(/%s/g, () => values[at++]);
};
const KIND_WORDS = {
  continent: 'continent', macroregion: 'region', country: 'country', disputed: 'disputed area', admin1: 'state or province',
  admin2: 'district', admin3: 'municipality', settlement: 'town or village', suburb: 'part of a town', site: 'site',
  line: 'road or corridor', island: 'island', water: 'water', physical: 'landscape',
};
const PRECISION_WORDS = {
  site: 'exact site', settlement: 'within the town', near: 'near the town', line: 'along the line', admin2: 'somewhere in the district',
  admin1: 'somewhere in the province', disputed: 'somewhere in the area', area: 'somewhere in the area', country: 'somewhere in the country',
};
const LEVEL_WORDS = { country: 'country', admin1: 'state or province', admin2: 'district', disputed: 'disputed area' };
const ROLE_WORDS = {
  scene: 'reported there', route: 'on a route', 'route from': 'on a route: from', 'route via': 'on a route: through', 'route to': 'on a route: to',
  background: 'background', reference: 'says where another place is', container: 'says in what larger area',
};
const CLAIM_WORDS = {
  killed: 'Killed', injured: 'Injured', missing: 'Missing', arrested: 'Arrested', displaced: 'Displaced', evacuated: 'Evacuated',
  'homes destroyed': 'Homes destroyed', day: 'Day of the event',
};
const QUIET_ROLES = ['background', 'reference', 'container'];
const inDoubt = (words, probability) => (probability < 0.7 ? t('probably: %s', words) : words);
const roleWords = (role, probability) => inDoubt(t(ROLE_WORDS[role]), probability);
const MENTION_WORDS = { l: 'reported there', a: 'named for a government or organisation', d: 'adjective or people' };
const countryName = (code) => {
  const { local } = (story.regions || []).find((region) => region.level === 'country' && region.iso === code) || {};
  if (local) return local;
  try { return new Intl.DisplayNames([story.ui], { type: 'region' }).of(code); } catch { return code; }
};
const languageName = (code) => {
  if (code.startsWith('und')) return '';
  // A code that the browser has no word for says nothing to a reader.
  try { const name = new Intl.DisplayNames([story.ui], { type: 'language' }).of(code); return name === code ? '' : name; } catch { return ''; }
};
const confidence = (score) => (score >= 0.9 ? t('sure') : score >= 0.7 ? t('likely') : score >= 0.5 ? t('fairly likely') : t('doubtful'));
