// On a phone the panel is a sheet over the foot of the map, in three heights.
const isPhone = () => matchMedia('(max-width: 760px)').matches;
const HEIGHTS = ['peek', 'half', 'full'];
let sheet = 'half';
const setSheet = (height) => {
  sheet = height;
  document.body.dataset.sheet = height;
  $('#grip').setAttribute('aria-expanded', String(height !== 'peek'));
  $('#grip').setAttribute('aria-label', height === 'peek' ? t('Open the article') : t('Lower the article'));
};
const setUpSheet = () => {
  const grip = $('#grip');
  let start = null;
  let moved = false;
  grip.addEventListener('click', () => { if (!moved) setSheet(sheet === 'peek' ? 'half' : sheet === 'half' ? 'full' : 'peek'); moved = false; });
  grip.addEventListener('pointerdown', (event) => { start = { y: event.clientY, height: $('#panel').offsetHeight }; moved = false; grip.setPointerCapture(event.pointerId); });
  grip.addEventListener('pointermove', (event) => {
    if (!start || Math.abs(event.clientY - start.y) < 6) return;
    moved = true;
    $('#panel').style.height = Math.max(90, Math.min(innerHeight - 40, start.height + start.y - event.clientY)) + 'px';
  });
  grip.addEventListener('pointerup', () => {
    if (start && moved) {
      const share = $('#panel').offsetHeight / innerHeight;
      $('#panel').style.height = '';
      setSheet(share < 0.3 ? 'peek' : share < 0.7 ? 'half' : 'full');
    }
    start = null;
  });
  setSheet('half');
};
// The part of the map that nothing covers, so that a story is fitted into what can be seen.
const room = (options) => {
  const covered = isPhone() && !document.body.classList.contains('embed') && !document.body.classList.contains('printing') ? $('#panel').offsetHeight : 0;
  const legend = $('#legend');
  const beside = !isPhone() && map.getSize().x > 620 ? legend.offsetWidth + 24 : 28;
  const [left, right] = document.dir === 'rtl' ? [72, beside] : [beside, 72];
  return { paddingTopLeft: [left, 46], paddingBottomRight: [right, 34 + covered], ...options };
};
