// "Wrong place?" ends in a table for corrections.toml, which the next build obeys. Nothing is sent anywhere.
let picking = null;
const toml = (text) => '"' + String(text).replace(/[\\"]/g, '\\$&').replace(/\n/g, '\\n').replace(/\t/g, '\\t')
  .replace(/[\u0000-\u001f\u007f\u2028\u2029]/g, (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')) + '"';
const today = () => new Date().toISOString().slice(0, 10);
const openCorrection = (place) => {
  const old = $('#correction');
  if (old) { old.remove(); return; }
  const opener = $('#wrong');
  // The card may show another place by now, or none.
  if (!opener || state.place !== place.index) return;
  const first = place.evidence[0];
  const article = first ? articles[first.a] : {};
  const choice = { place: null, none: false, lon: null, lat: null };
  const field = (label, node) => el('label', { class: 'field' }, el('span', {}, label), node);
  const input = (id, attributes) => el('input', { id, oninput: () => write(), ...attributes });
  const scope = el('select', { id: 'fix-scope', onchange: () => write() },
    el('option', { value: 'article' }, t('in this article')), article.source ? el('option', { value: 'source' }, t('in this source: %s', article.source)) : null,
    el('option', { value: 'everywhere' }, t('everywhere')));
  const [lat, lon] = [input('fix-lat', { inputmode: 'decimal', size: 9 }), input('fix-lon', { inputmode: 'decimal', size: 9 })];
  const author = input('fix-author', { autocomplete: 'name' });
  const reason = input('fix-reason', {});
  const line = el('textarea', { id: 'fix-line', readonly: true, rows: 7, spellcheck: 'false', 'aria-label': t('Line for corrections.toml') });
  const number = (node, limit) => { const n = Number(node.value.replace(',', '.')); return node.value.trim() && Number.isFinite(n) && Math.abs(n) <= limit ? n : null; };
  const write = () => {
    const point = [number(lon, 180), number(lat, 90)];
    const what = choice.none ? ['none = true'] : choice.place ? [`place = ${toml(choice.place)}`]
      : point[0] !== null && point[1] !== null ? [`lon = ${point[0].toFixed(4)}`, `lat = ${point[1].toFixed(4)}`] : null;
    line.value = what ? ['[[correction]]', `name = ${toml(nameAsReported(place))}`, ...what,
      scope.value === 'article' ? `article = ${toml(article.id)}` : scope.value === 'source' ? `source = ${toml(article.source)}` : null,
      author.value ? `author = ${toml(author.value)}` : null, `date = ${today()}`, reason.value ? `reason = ${toml(reason.value)}` : null].filter(Boolean).join('\n') + '\n' : t('Choose what it should be.');
    copy.disabled = !what;
  };
  const copy = button(t('Copy'), async () => {
    try { await navigator.clipboard.writeText(line.value); } catch { line.select(); document.execCommand('copy'); }
    say(t('Copied.'));
  }, { id: 'fix-copy' });
  const option = (id, words, pick) => el('label', { class: 'option' }, el('input', { type: 'radio', name: 'fix', id, onchange: () => { Object.assign(choice, { place: null, none: false }); pick(); write(); } }), el('span', {}, words));
  const pointFields = el('div', { class: 'pair', hidden: true }, field(t('Latitude'), lat), field(t('Longitude'), lon),
    button(t('Click on the map'), () => pickPoint((at) => { lat.value = at.lat.toFixed(4); lon.value = at.wrap().lng.toFixed(4); write(); }), { id: 'fix-pick' }));
  const others = place.runnersUp || [];
  const form = el('div', { id: 'correction', role: 'group', 'aria-label': t('Wrong place?') },
    el('p', {}, t('What should “%s” be?', nameAsReported(place))),
    others.map((other, i) => option('fix-' + i, [bdi(other.name), ' ', el('small', {}, candidateNote(other))], () => { choice.place = other.id; pointFields.hidden = true; })),
    option('fix-none', t('No place at all'), () => { choice.none = true; pointFields.hidden = true; }),
    option('fix-point', t('Another point'), () => { pointFields.hidden = false; lat.focus(); }),
    pointFields, field(t('Where'), scope), el('div', { class: 'pair' }, field(t('Your name'), author), field(t('Reason'), reason)),
    el('p', { class: 'meta' }, t('Add this to corrections.toml; the next build obeys it.')), line, copy);
  opener.after(form);
  write();
  form.scrollIntoView({ block: 'start', behavior: isCalm ? 'auto' : 'smooth' });
};
const pickPoint = (done) => {
  stopPicking();
  picking = done;
  map.getContainer().classList.add('picking');
  hint(t('Click where it is; Escape ends it.'));
  if (isPhone()) setSheet('peek');
};
const stopPicking = () => { picking = null; map.getContainer().classList.remove('picking'); hint(''); };
const hint = (words) => { const node = $('#hint'); node.hidden = !words; node.textContent = words; };
map.on('click', (event) => {
  if (picking) { const done = picking; stopPicking(); done(event.latlng); if (isPhone()) setSheet('full'); return; }
  if (state.place !== null) choose(null);
});
