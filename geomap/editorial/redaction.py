"""Remove names from everything that is published: texts, titles, ids, URLs, file names, digests, alternate names. Pure.

A name is found in any case, with or without its marks ("Gyöngyös", "GYONGYOS", "gyo\u0308ngyo\u0308s"), with letters outside
ASCII in either transliteration ("Köln", "Koeln"), with invisible characters or hyphens inside, and with other
characters between its words. Case endings are not removed: "Gyöngyösön" is another word.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache, cached_property
from typing import Literal
from urllib.parse import unquote

from geomap.map_types import Basemap
from geomap.text.normalize import INVISIBLE, LETTER_FOLDS, fold_letters, is_ignorable
from geomap.text.spans import merged, replaced
from geomap.types import Article, ArticlePart, Correction, Evidence, Movement, Report, Resolution

WITHHELD = "[place withheld]"
"""Replaces a name that is too fine."""
BLACK = "█"
"""Replaces each character of a hidden name, so that offsets stay the same."""
SHORTEST = 4
"""Letters from which a name is matched in any case and inside words; with fewer, "our" would match "Ur"."""
LONG = 6
"""Letters from which a name of another article is matched inside the words of an id or a URL."""
_HEAD = 4
_SUFFIX = 8
"""Characters of the longest suffix of a file's name."""
_SLUG_LETTERS = 50
"""Characters from which a file name may end inside a name: ``files.slug`` cuts titles at 60."""

_FEW = 100
"""Below this number of names a text is searched once per name; from it on, once for all."""

_DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "AE", "Ö": "OE", "Ü": "UE", "Å": "AA", "Ø": "OE"})  # fmt: skip
_UNSPACED_RANGES = (
    "\u0e00-\u0eff\u0f00-\u0fff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
"""Letters of scripts without spaces between words: Thai, Lao, Tibetan, Burmese, Khmer, Japanese, Chinese."""
_INSIDE = re.compile(r"[-‐‑‒–_.'’‘ʻʼ·]{1,2}|[-‐]\s{1,4}")
"""Characters allowed inside a word of a name, such as a hyphen at the end of a line."""
_BETWEEN_WORDS = 10
"""Maximum number of characters between two words of a name."""
_ADDRESS = re.compile(r"\w/|www\.|[@#_]|%[0-9A-Fa-f]{2}|&#?\w{1,32};|\w\.\w")
"""A word of a text that is handled as a URL, a file name or a tag, in which a name may be between other letters."""


@cache
def _unspaced() -> re.Pattern[str]:
    """Return the pattern of a letter of these scripts, compiled when it is first needed: the ranges take milliseconds."""
    return re.compile(f"[{_UNSPACED_RANGES}]")


def is_unspaced(text: str) -> bool:
    """Return whether a letter of ``text`` is of a script without spaces between words."""
    return bool(_unspaced().search(text))


@cache
def _token() -> re.Pattern[str]:
    """Return the pattern of a run of letters of other scripts."""
    return re.compile(rf"[^\s{_UNSPACED_RANGES}]+")


class _FoldedText:
    """A text reduced to its folded letters, with the offset of each letter."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.letters = fold_letters(text)
        self.at = [n for n, char in enumerate(text) for _ in LETTER_FOLDS[ord(char)]]

    def gap(self, number: int) -> str:
        """Return the visible characters between letter ``number`` and the letter before it."""
        start = self.at[number - 1] + 1 if number else 0
        end = self.at[number] if number < len(self.at) else len(self.text)
        return "".join(c for c in self.text[start:end] if not is_ignorable(c)) if start < end else ""

    def is_boundary(self, number: int) -> bool:
        """Return whether a word may end before letter ``number``."""
        if number in (0, len(self.at)):
            return True
        if self.at[number - 1] == self.at[number]:  # both letters of one "ß"
            return False
        beside = self.text[self.at[number - 1]], self.text[self.at[number]]
        return any(map(_unspaced().match, beside)) or bool(self.gap(number))

    def span(self, first: int, end: int) -> tuple[int, int]:
        """Return the span of the letters from ``first`` to before ``end``, with the combining marks of the last."""
        stop = self.at[end - 1] + 1
        while stop < len(self.text) and is_ignorable(self.text[stop]):
            stop += 1
        return self.at[first], stop


@dataclass(frozen=True, slots=True, kw_only=True)
class _Key:
    """The letters of one spelling of a name."""

    letters: str
    breaks: frozenset[int]
    """Indexes of the letters at which a word of the name begins, without the first."""
    case: Literal["any", "name", "exact"]
    """``name``: not in lower case if the name has a capital; ``exact``: as written, or in upper case."""
    name: str
    is_within: bool
    """Whether it also matches between other letters in an id or a URL."""
    is_in_texts: bool = True


class Names:
    """Names that may not be shown."""

    def __init__(
        self,
        written: Iterable[str],
        others: Iterable[str] = (),
        *,
        elsewhere: Iterable[str] = (),
        kept: Iterable[str] = (),
        shortest: int = SHORTEST,
    ) -> None:
        """Take the names as in the articles, other names of the same places, and names of other articles.

        Some of ``others`` and ``elsewhere`` are also words ("Nice", "Most"), so they do not match in lower case, and those
        in ``kept``, the names that are shown, do not match at all. ``written`` match in any case from ``shortest`` letters
        on.
        """
        self.shortest = shortest
        stay = {fold_letters(name) for name in kept}
        self._by_head: dict[str, list[_Key]] = defaultdict(list)
        self._known: set[tuple[str, str]] = set()
        for name in written:
            self._add(name, case="any" if _weight(name) >= shortest else "exact", is_within=_weight(name) >= shortest)
        for group, within_from in ((others, SHORTEST), (elsewhere, LONG)):
            for name in group:
                if len(name) > 1 and fold_letters(name) not in stay:
                    weight = _weight(name)
                    self._add(name, case="name" if weight >= SHORTEST else "exact", is_within=weight >= within_from)

    def __bool__(self) -> bool:
        return bool(self._by_head)

    def _add(self, name: str, *, case: Literal["any", "name", "exact"], is_within: bool) -> None:
        """Add the spellings of a name: as written, "Koeln" for "Köln", and as in ``files.slug``."""
        for spelling in dict.fromkeys((name, unicodedata.normalize("NFC", name).translate(_DIGRAPHS))):
            read = _FoldedText(spelling)
            if read.letters and (read.letters, case) not in self._known:
                self._known.add((read.letters, case))
                breaks = frozenset(n for n in range(1, len(read.at)) if read.gap(n))
                self._put(_Key(letters=read.letters, breaks=breaks, case=case, name=spelling, is_within=is_within))
        left = fold_letters(unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode())
        if len(left) > 1 and 2 * len(left) > len(fold_letters(name)) and left != fold_letters(name):
            is_long = is_within and len(left) >= SHORTEST
            self._put(
                _Key(letters=left, breaks=frozenset(), case="any", name=name, is_within=is_long, is_in_texts=False)
            )

    def _put(self, key: _Key) -> None:
        self._by_head[key.letters[:_HEAD]].append(key)

    @cached_property
    def _n_keys(self) -> int:
        return sum(map(len, self._by_head.values()))

    @cached_property
    def _head_sizes(self) -> tuple[int, ...]:
        return tuple(sorted({len(head) for head in self._by_head}))

    def _at(self, text: str, start: int) -> Iterator[_Key]:
        """Yield the keys whose letters are at ``start`` in ``text``, which is folded letters."""
        for size in self._head_sizes:
            for key in self._by_head.get(text[start : start + size], ()):
                if text.startswith(key.letters, start):
                    yield key

    def spans(self, text: str, *, kept: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
        """Return the spans of the names in ``text`` as whole words: half-open, sorted, not overlapping.

        ``kept`` are names, as folded letters (see ``fold_letters``), that do not match.
        """
        found = self._addresses(text)
        if not self._may_stand_in(fold_letters(text)):
            return found
        read = _FoldedText(text)
        for first in range(len(read.at)):
            for key in self._at(read.letters, first):
                if key.is_in_texts and key.letters not in kept and _matches_at(key, read, first):
                    found.append(read.span(first, first + len(key.letters)))
        return merged(found)

    def possibly_in(self, article: Article) -> set[str]:
        """Return the names whose letters are in the text or metadata of an article: all that match, and possibly more."""
        keys = [article.title, article.text, article.id, article.source, article.author, article.url]
        keys += [key for p in article.republished for key in (p.id, p.source, p.url)]
        plain = [fold_letters(spelling) for key in keys if key for spelling in _spellings(key)]
        found = {key.name for text in plain for start in range(len(text)) for key in self._at(text, start)}
        return found | {key.name for key in self._cut_in(article.id)}

    def _may_stand_in(self, plain: str) -> bool:
        """Return whether the letters of a name are in ``plain``, which is folded letters; a fast test that most texts fail."""
        if self._n_keys < _FEW:
            return any(key.letters in plain for keys in self._by_head.values() for key in keys)
        return any(True for start in range(len(plain)) for _ in self._at(plain, start))

    def _addresses(self, text: str) -> list[tuple[int, int]]:
        return [m.span() for m in _token().finditer(text) if _ADDRESS.search(m[0]) and self.is_in(m[0])]

    def is_in(self, key: str | None) -> bool:
        """Return whether an id, a URL or a file name contains a name: "TEGH_attack.txt"."""
        if not key:
            return False
        for spelling in _spellings(key):
            if any(True for _ in self._cut_in(spelling)):
                return True
            if not self._may_stand_in(fold_letters(spelling)):
                continue
            read = _FoldedText(spelling)
            for first in range(len(read.at)):
                for match in self._at(read.letters, first):
                    end = first + len(match.letters)
                    if match.is_within or (read.is_boundary(first) and read.is_boundary(end)):
                        return True
        return False

    def _cut_in(self, key: str) -> Iterator[_Key]:
        """Yield the names of which a long file name contains the beginning at its end: "…-near-gyongy.html"."""
        if len(key) < _SLUG_LETTERS:
            return
        stem = key[-80:]
        while (cut := stem.rpartition("."))[1] and len(cut[2]) <= _SUFFIX and cut[2].replace("_", "").isalnum():
            stem = cut[0]
        plain = fold_letters(stem)
        for size in range(_HEAD, min(41, len(plain) + 1)):
            tail = plain[-size:]
            yield from (match for match in self._by_head.get(tail[:_HEAD], ()) if match.letters.startswith(tail))

    def out_of(
        self, text: str, *, put: Callable[[str], str] | str = WITHHELD, kept: frozenset[str] = frozenset()
    ) -> str:
        """Return ``text`` with each name replaced by ``put`` or the result of ``put(name)``; ``kept`` as for ``spans``."""
        return replaced(text, self.spans(text, kept=kept), put=put)

    def blacked(self, text: str) -> str:
        """Return ``text`` with the names blacked out, one block per character."""
        return self.out_of(text, put=blacked)

    def is_in_metadata(self, article: Article) -> bool:
        """Return whether the metadata of an article, without its title, contains a name."""
        own = (article.id, article.source, article.author, article.url, article.page)
        copies = (key for p in article.republished for key in (p.id, p.source, p.url))
        return any(map(self.is_in, (*own, *copies)))

    def out_of_correction(self, correction: Correction, *, put: Callable[[str], str] | str = WITHHELD) -> Correction:
        """Return a correction without the names in its author, reason and scope; its decision stays."""
        return replace(
            correction,
            author=correction.author and self.out_of(correction.author, put=put),
            reason=correction.reason and self.out_of(correction.reason, put=put),
            article=None if self.is_in(correction.article) else correction.article,
            source=None if self.is_in(correction.source) else correction.source,
        )

    def out_of_report(self, report: Report) -> Report:
        """Return a report without the names in its reason and note, and without alternate names, regions and runners-up so named.

        A movement that has a name in its sentence or on its way goes, and so does a relative place: its geometry would show where that is.
        """
        note = report.geometry_note
        return replace(
            report,
            reason=self.blacked(report.reason),
            regions=tuple(region for region in report.regions if not self.is_in(region.name)),
            names=tuple(name for name in report.names if not self.is_in(name.text)),
            runners_up=tuple(candidate for candidate in report.runners_up if not self.is_in(candidate.place.name)),
            geometry_note=note and self.blacked(note),
            evidence=tuple(map(self._out_of_evidence, report.evidence)),
            movements=tuple(movement for movement in report.movements if not self._is_on(movement)),
        )

    def _out_of_evidence(self, evidence: Evidence) -> Evidence:
        relation = evidence.relation
        is_named = relation is not None and any(map(self.spans, filter(None, (relation.text, relation.note))))
        return replace(evidence, relation=None) if is_named else evidence

    def _is_on(self, movement: Movement) -> bool:
        """Return whether a name is in the sentence of a movement or the name of one of its places, or was blacked out there."""
        said = (movement.text, *(stop.name for stop in movement.stops))
        return any(BLACK in text or self.spans(text) for text in said)

    def out_of_basemap(self, basemap: Basemap) -> Basemap:
        """Return a basemap without labels that contain a name."""
        return replace(basemap, labels=tuple(label for label in basemap.labels if not self.is_in(label.text)))


def redacted(article: Article, names: Names, *, text: str, title: str | None, instead: str) -> Article:
    """Return an article with the redacted ``text`` and ``title``, and without metadata that could reveal ``names``.

    URL, copies and digest are dropped: the URL may contain a name, and the digest could be matched by trying names. An id
    that contains a name becomes ``instead``.
    """
    return replace(
        article,
        id=instead if names.is_in(article.id) else article.id,
        text=text,
        title=title,
        source=None if names.is_in(article.source) else article.source,
        author=None if names.is_in(article.author) else article.author,
        url=None,
        sha256=None,
        republished=(),
        page=None,
    )


def mention_spans(resolutions: Iterable[Resolution], part: ArticlePart) -> list[tuple[int, int]]:
    """Return the spans of the mentions in the title, or in the text."""
    return [(r.mention.start, r.mention.end) for r in resolutions if r.mention.part == part]


def blacked(name: str) -> str:
    """Return the blocks that replace a hidden name, one per character."""
    return BLACK * len(name)


def _weight(name: str) -> int:
    """Return the number of letters of a name; a letter of a script without spaces counts twice."""
    return len(fold_letters(name)) + len(_unspaced().findall(name))


def _matches_at(key: _Key, read: _FoldedText, first: int) -> bool:
    """Return whether a key, whose letters are at ``first``, matches there as whole words and in an allowed case."""
    end = first + len(key.letters)
    if not (read.is_boundary(first) and read.is_boundary(end)):
        return False
    gaps = {n: gap for n in range(1, len(key.letters)) if (gap := read.gap(first + n))}
    is_spaced_out = len(key.letters) >= SHORTEST and len(gaps) == len(key.letters) - 1
    for n, gap in gaps.items():
        if n in key.breaks and len(gap) <= _BETWEEN_WORDS:
            continue
        if not _INSIDE.fullmatch(gap) and not (is_spaced_out and gap == " "):
            return False
    start, stop = read.span(first, end)
    written = read.text[start:stop]
    if key.case == "exact":
        seen = (c for c in written if unicodedata.category(c) != "Cf" and not INVISIBLE.match(c))
        plain = unicodedata.normalize("NFC", "".join(seen))
        return plain in (unicodedata.normalize("NFC", key.name), unicodedata.normalize("NFC", key.name.upper()))
    return key.case == "any" or not (key.name[:1].isupper() and written.islower())


def _spellings(key: str) -> Iterator[str]:
    """Yield an id or a URL as written, and decoded if that differs: %C3%B6, &ouml; and xn-- labels."""
    yield key
    meant = html.unescape(unquote(key))
    meant = re.sub(r"xn--[a-z0-9-]{1,63}", _unpunycoded, meant, flags=re.IGNORECASE)
    if meant != key:
        yield meant


def _unpunycoded(label: re.Match[str]) -> str:
    try:
        return label[0][4:].encode("ascii").decode("punycode")
    except UnicodeError:
        return label[0]
