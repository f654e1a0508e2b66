// Hostile text made safe for a spreadsheet's cell, as by exports/written.py, which tells why; a test holds the two together.
const SIGNS = '=+\\-@%⁺₊﬩﹢＋⁼₌﹦＝﹣－﹫＠';
const PARTS = ',;|\\t-\\r\\x85\\u2028\\u2029';
const PASSED = '" \\xa0\\xad\\u061c\\u1680\\u180e\\u2000-\\u200f\\u202a-\\u202f\\u205f-\\u206f\\u3000\\ufeff';
const BEFORE_SIGN = new RegExp(`(?:^|(?<![${PARTS}${PASSED}])(?=[${PARTS}${PASSED}]))[${PARTS}${PASSED}]*'*(?=[${SIGNS}])`, 'gu');
const PART = new RegExp(`[${PARTS}]`, 'u');
const PART_BEFORE_SIGN = new RegExp(`(?<![,;])[,;]+(?='*[${SIGNS}])`, 'gu');
const clean = (text) => text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]/gu, '\ufffd');
const safeCell = (text) => clean(text).replace(BEFORE_SIGN, (before, at) => (at === 0 || PART.test(before) ? before + "'" : before));
const safeLinkCell = (text) => safeCell(text.replace(PART_BEFORE_SIGN, encodeURIComponent));
const csvCell = (value, isLink) => {
  const text = value === null || value === undefined ? '' : typeof value !== 'string' ? String(value) : isLink ? safeLinkCell(value) : safeCell(value);
  return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
};
