// The article as it was read, every mention marked where it stands.
const outermost = (marks) => {
  const kept = [];
  let end = 0;
  // Of names inside names the longest that is placed is marked, else the longest.
  for (const mark of marks) {
    if (mark[0] >= end) { kept.push(mark); end = mark[1]; }
    else if (kept.length && kept[kept.length - 1][2] < 0 && mark[2] >= 0 && mark[0] >= kept[kept.length - 1][0]) {
      kept[kept.length - 1] = mark;
      end = mark[1];
    }
  }
  return kept;
};
// A mention by its article and its offset: in the text, or after an "h" in code points of the headline.
const mentionKey = (a, { h, m }) => (h === undefined ? `${a}.${m[0]}` : `${a}.h${h}`);
const isQuietMark = ([, , , kind, role]) => kind !== 'l' || QUIET_ROLES.includes(role);
const markNode = (a, mark, text, key) => {
  const [, , index, kind, role, probability] = mark;
  if (index < 0) return el('span', { class: 'mark none', title: t('not placed'), 'data-mention': key }, text);
  const place = places[index];
  const quiet = isQuietMark(mark) ? ' quiet' : '';
  const says = role ? roleWords(role, probability) : MENTION_WORDS[kind] && t(MENTION_WORDS[kind]);
  return el('a', {
    class: 'mark' + quiet + (place.review ? ' doubt' : ''), href: '#place=' + encodeURIComponent(place.id), 'data-place': index, 'data-mention': key,
    title: [place.name, where(place), says].filter(Boolean).join(' · '),
    onclick: (event) => { event.preventDefault(); choose(index, { mention: key, from: 'article' }); },
    onmouseenter: () => light(index), onmouseleave: () => light(null), onfocus: () => light(index), onblur: () => light(null),
  }, text);
};
const headlineNodes = (a) => {
  const { title, titleMarks } = articles[a];
  const out = [];
  let at = 0;
  for (const mark of outermost(titleMarks)) {
    out.push(title.slice(at, mark[0]), markNode(a, mark, title.slice(mark[0], mark[1]), mentionKey(a, { h: [...title.slice(0, mark[0])].length })));
    at = mark[1];
  }
  return [...out, title.slice(at)];
};
const textNodes = (a) => {
  const { text } = articles[a];
  const marks = outermost(articles[a].marks);
  const out = [];
  let paragraph = [];
  let at = 0;
  const flush = () => { if (paragraph.some((node) => typeof node !== 'string' || node.trim())) out.push(el('p', { dir: 'auto' }, paragraph)); paragraph = []; };
  const plain = (from, to) => text.slice(from, to).split(/\n[ \t\r]*\n?|\u2029/).forEach((part, i) => { if (i) flush(); if (part) paragraph.push(part); });
  for (const mark of marks) { plain(at, mark[0]); paragraph.push(markNode(a, mark, text.slice(mark[0], mark[1]), mentionKey(a, { m: mark }))); at = mark[1]; }
  plain(at, text.length);
  flush();
  const heading = fold((articles[a].title || '').trim());
  const first = out.findIndex((node) => heading && fold(node.textContent.trim()) === heading);
  if (first >= 0) out[first].classList.add('repeated');
  return out;
};
const articleMeta = (article) => {
  const parts = [article.source && bdi(article.source), article.author && bdi(article.author), article.published && el('time', { datetime: article.published }, niceDate(article.published))].filter(Boolean);
  return el('p', { class: 'meta' }, parts.flatMap((part, i) => (i ? [' · ', part] : [part])));
};
// ISO in, words out; numbers in UTC to words in UTC, so that no time zone shifts the day.
// A browser that does not know the language writes the date as ISO does, rather than in another language.
const knowsDates = Intl.DateTimeFormat.supportedLocalesOf(story.ui).length > 0;
const dated = (parts) => new Intl.DateTimeFormat(story.ui === 'en' ? 'en-GB' : story.ui, { ...parts, timeZone: 'UTC', calendar: 'gregory' });
const dayWords = dated({ day: 'numeric', month: 'long', year: 'numeric' });
const monthWords = dated({ month: 'long', year: 'numeric' });
const niceDate = (iso) => {
  const [y, m, d] = iso.slice(0, 10).split('-').map(Number);
  const at = Date.UTC(y, m - 1, d || 1);
  return knowsDates && m && Number.isFinite(at) ? (d ? dayWords : monthWords).format(at) : iso.slice(0, 10);
};
const safeLink = (url, words) => (/^https?:\/\//i.test(url || '') ? el('a', { href: url, rel: 'noopener noreferrer', target: '_blank' }, words) : words);

const articleWords = (article) => {
  article.haystack = article.haystack || fold([articleName(article), article.source, article.published && niceDate(article.published)].filter(Boolean).join(' '));
  return article.haystack;
};
const articleRow = (a) => {
  const article = articles[a];
  const n = article.nPlaces ?? new Set([...article.titleMarks, ...article.marks].filter((mark) => mark[2] >= 0 && !isQuietMark(mark)).map((mark) => mark[2])).size;
  return el('li', {}, el('button', { type: 'button', class: 'row', onclick: () => change({ article: a }, 'article') },
    bdi(articleName(article), { class: 'row-name' }),
    el('span', { class: 'row-note' }, [article.source, article.published && niceDate(article.published), n ? t('%s places', n) : t('no places')].filter(Boolean).join(' · '))));
};
const drawArticle = () => {
  const view = $('#view-article');
  if (state.article === null) {
    const list = (found) => longList('articles', { class: 'rows' }, found, articleRow);
    const narrow = ({ target }) => {
      const wanted = fold(target.value.trim());
      view.lastElementChild.replaceWith(list([...articles.keys()].filter((a) => articleWords(articles[a]).includes(wanted))));
    };
    view.replaceChildren(articles.length > 8 ? el('input', { type: 'search', class: 'search', id: 'article-search', placeholder: t('Find an article'), 'aria-label': t('Find an article'), oninput: narrow }) : '', list([...articles.keys()]));
    return;
  }
  const article = articles[state.article];
  const isOnly = state.only === state.article;
  view.replaceChildren(...[
    articles.length > 1 && el('p', { class: 'actions' },
      button('‹ ' + t('All %s articles', articles.length), () => change({ article: null, only: null }, 'article', 'filter')),
      button(isOnly ? t('Show places of all articles') : t('Show only its places'), () => change({ only: isOnly ? null : state.article }, 'article', 'filter'), { 'aria-pressed': String(isOnly) })),
    article.titleMarks.length ? el('h2', { class: 'headline', dir: 'auto' }, headlineNodes(state.article)) : articles.length > 1 && el('h2', { dir: 'auto' }, articleName(article)),
    articles.length > 1 && articleMeta(article),
    article.readTo && el('p', { class: 'meta cut' }, t('Only the first %s characters of this article were read.', article.readTo.toLocaleString(story.ui))),
    article.isUnread && el('p', { class: 'meta cut' }, t('No model reads the language of this article (%s); only names of countries and great cities are shown.', languageName(article.language) || article.language)),
    el('div', { class: 'text', lang: article.language }, textNodes(state.article)),
    !article.text && article.page && el('p', {}, el('a', { href: article.page }, t('Read the article'))),
    article.url && el('p', { class: 'meta' }, safeLink(article.url, article.url)),
  ].filter(Boolean));
  lightMarks();
};
const lightMarks = () => $$('#view-article .mark').forEach((node) => {
  const index = node.dataset.place === undefined ? null : Number(node.dataset.place);
  node.classList.toggle('lit', index !== null && index === state.lit);
  node.classList.toggle('chosen', index !== null && index === state.place);
  if (node.dataset.mention === state.mention) node.setAttribute('aria-current', 'true'); else node.removeAttribute('aria-current');
});
const goToMention = (a, found) => {
  const key = mentionKey(a, found);
  change({ tab: 'article', article: a, mention: key }, 'tab', 'article');
  const node = $(`#view-article [data-mention="${key}"]`);
  if (node) { node.scrollIntoView({ block: 'center', behavior: isCalm ? 'auto' : 'smooth' }); node.focus({ preventScroll: true }); }
};
