"""Black out the names and places that an editor hides in an article; offsets stay the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from geomap.editorial.redaction import BLACK, Names, blacked, mention_spans, redacted
from geomap.text.spans import merged, replaced
from geomap.types import PARTS, Correction, GeoparsedArticle, Place, Resolution

_WIDE = ("continent", "macroregion", "country", "admin1", "disputed")
"""Kinds with names in so many languages that one of them may be equal to a hidden name by chance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """An article without its hidden names, and which were found."""

    read: GeoparsedArticle
    met: frozenset[str] = frozenset()
    """The names of the corrections that were applied."""
    places: frozenset[str] = frozenset()
    """Ids of the places that are hidden."""
    everywhere: frozenset[str] = frozenset()
    """Those of them that are hidden by a correction for every article."""


def hidden_names(corrections: Iterable[Correction]) -> Names:
    """Return the names that ``corrections`` hide in any article."""
    return Names((correction.name for correction in corrections if correction.is_hidden), shortest=1)


def hide(
    read: GeoparsedArticle,
    corrections: Sequence[Correction],
    *,
    names: Callable[[Place], Iterable[str]],
    elsewhere: Iterable[str],
) -> Hidden:
    """Return ``read`` with hidden names and places blacked out, one block per character; offsets stay the same.

    A place is hidden if it is mentioned by a hidden name or has one. A place of the kinds ``_WIDE`` is hidden only if it is
    mentioned so or its main name contains one, because one of the many names of Scotland is "Alba".
    """
    if not corrections:
        return Hidden(read=read)
    matchers = {correction.name: Names([correction.name], shortest=1) for correction in corrections}
    secret = Names(matchers, shortest=1)
    places = {r.place.id: r.place for r in read.resolutions if r.place and _is_named(r, secret, names)}
    hidden: list[Resolution] = []
    shown: list[Resolution] = []
    for r in read.resolutions:
        is_hidden = _is_name(r.mention.text, secret) or (r.place is not None and r.place.id in places)
        (hidden if is_hidden else shown).append(r)
    written = {name for r in hidden for name in (r.mention.text, r.mention.antecedent) if name}
    written |= {place.name for place in places.values()}
    others = {name for place in places.values() for name in names(place)} | {*elsewhere}
    every = Names({*matchers, *written}, others, kept=_names_of(shown), shortest=1)
    article = read.article
    parts = {part: _blacked_part(article.part(part), mention_spans(hidden, part), every) for part in PARTS}
    if not hidden and all(parts[part] == article.part(part) for part in PARTS) and not every.is_in_metadata(article):
        return Hidden(read=read)
    content = f"{article.title or ''}\n{article.text}"
    title = None if article.title is None else parts["title"]
    return Hidden(
        read=replace(
            read,
            article=redacted(article, every, text=parts["text"], title=title, instead=BLACK * 5),
            resolutions=tuple(
                _without_hidden(r, parts[r.mention.part], places, every)
                for r in shown
                if parts[r.mention.part][r.mention.start : r.mention.end].strip(BLACK)
            ),
        ),
        met=frozenset(
            name
            for name, matcher in matchers.items()
            if matcher.spans(content)
            or matcher.is_in_metadata(article)
            or any(_is_named(r, matcher, names) for r in hidden)
        ),
        places=frozenset(places),
        everywhere=frozenset(
            r.place.id
            for r in hidden
            if r.place and _is_named(r, hidden_names(c for c in corrections if c.scope == "everywhere"), names)
        ),
    )


def _blacked_part(text: str, spans: list[tuple[int, int]], names: Names) -> str:
    """Return a text or a title with ``spans`` and every name of ``names`` blacked out."""
    return replaced(text, merged(spans, names.spans(text)), put=blacked)


def _is_name(text: str, secret: Names) -> bool:
    """Return whether all of ``text`` is a name of ``secret``."""
    return secret.spans(text) == [(0, len(text))]


def _is_named(resolution: Resolution, secret: Names, names: Callable[[Place], Iterable[str]]) -> bool:
    """Return whether a mention or its place has a name of ``secret``."""
    mention, place = resolution.mention, resolution.place
    if _is_name(mention.text, secret) or (mention.antecedent and _is_name(mention.antecedent, secret)):
        return True
    if place is None:
        return False
    return bool(secret.spans(place.name)) or (
        place.kind not in _WIDE and any(_is_name(name, secret) for name in names(place))
    )


def _names_of(shown: Iterable[Resolution]) -> set[str]:
    return {name for r in shown if r.place for name in (r.mention.text, r.place.name)}


def _without_hidden(resolution: Resolution, text: str, hidden: Mapping[str, Place], secret: Names) -> Resolution:
    """Return a resolution with its mention as in ``text``, without hidden names in its reason, runners-up and relative place."""
    mention = resolution.mention
    others = tuple(c for c in resolution.runners_up if c.place.id not in hidden and not secret.is_in(c.place.name))
    relation = resolution.relation
    if relation and (text[relation.start : relation.end] != relation.text or secret.is_in(relation.note)):
        relation = None
    return replace(
        resolution,
        mention=replace(
            mention,
            text=text[mention.start : mention.end],
            antecedent=None if secret.is_in(mention.antecedent) else mention.antecedent,
        ),
        reason=secret.blacked(resolution.reason),
        runners_up=others,
        relation=relation,
    )
