"""An article without the names and places that an editor hides: blacked out, so that no offset moves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from geomap.editorial.redaction import BLACK, Names, blacked, redacted
from geomap.text.spans import merged, replaced
from geomap.types import Correction, GeoparsedArticle, Place, Resolution

_WIDE = ("continent", "macroregion", "country", "admin1", "disputed")
"""Kinds with names in so many languages that one of them may well be a hidden name's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hidden:
    """An article without its hidden names."""

    read: GeoparsedArticle
    met: frozenset[str] = frozenset()
    """The names of the corrections that hid something."""
    places: frozenset[str] = frozenset()
    """Ids of the places that are hidden."""
    everywhere: frozenset[str] = frozenset()
    """Those of them that a correction for every article hides."""


def hidden_names(corrections: Iterable[Correction]) -> Names:
    """Return the names that ``corrections`` hide in any article."""
    return Names((one.name for one in corrections if one.is_hidden), shortest=1)


def hide(
    read: GeoparsedArticle,
    corrections: Sequence[Correction],
    *,
    names: Callable[[Place], Iterable[str]],
    elsewhere: Iterable[str],
) -> Hidden:
    """Return ``read`` with what is hidden blacked out, character for character, so that no offset moves.

    A place is hidden by a mention of it under a hidden name, and by a name of its own: a wide one only where that is its
    first name, for of Scotland's many names one is "Alba".
    """
    if not corrections:
        return Hidden(read=read)
    said = {one.name: Names([one.name], shortest=1) for one in corrections}
    secret = Names(said, shortest=1)
    places = {r.place.id: r.place for r in read.resolutions if r.place and _is_said(r, secret, names)}
    hidden: list[Resolution] = []
    shown: list[Resolution] = []
    for r in read.resolutions:
        is_hidden = _is_name(r.mention.text, secret) or (r.place is not None and r.place.id in places)
        (hidden if is_hidden else shown).append(r)
    written = {name for r in hidden for name in (r.mention.text, r.mention.antecedent) if name}
    written |= {place.name for place in places.values()}
    others = {name for place in places.values() for name in names(place)} | {*elsewhere}
    every = Names({*said, *written}, others, kept=_names_of(shown), shortest=1)
    article = read.article
    spans = merged([(r.mention.start, r.mention.end) for r in hidden], every.spans(article.text))
    title = article.title and every.blacked(article.title)
    if not (spans or hidden or every.is_in_metadata(article)) and title == article.title:
        return Hidden(read=read)
    about = f"{article.title or ''}\n{article.text}"
    text = replaced(article.text, spans, put=blacked)
    return Hidden(
        read=replace(
            read,
            article=redacted(article, every, text=text, title=title, instead=BLACK * 5),
            resolutions=tuple(
                _silent(r, text, places, every) for r in shown if text[r.mention.start : r.mention.end].strip(BLACK)
            ),
        ),
        met=frozenset(
            name
            for name, one in said.items()
            if one.spans(about) or one.is_in_metadata(article) or any(_is_said(r, one, names) for r in hidden)
        ),
        places=frozenset(places),
        everywhere=frozenset(
            r.place.id
            for r in hidden
            if r.place and _is_said(r, hidden_names(c for c in corrections if c.scope == "everywhere"), names)
        ),
    )


def _is_name(text: str, secret: Names) -> bool:
    """Tell whether ``text`` is a name of ``secret`` from end to end."""
    return secret.spans(text) == [(0, len(text))]


def _is_said(resolution: Resolution, secret: Names, names: Callable[[Place], Iterable[str]]) -> bool:
    """Tell whether a mention or its place bears a name of ``secret``."""
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


def _silent(resolution: Resolution, text: str, hidden: Mapping[str, Place], secret: Names) -> Resolution:
    """Return a resolution as it stands in ``text``, whose reason and other candidates say nothing of what is hidden."""
    mention = resolution.mention
    others = tuple(c for c in resolution.runners_up if c.place.id not in hidden and not secret.is_in(c.place.name))
    return replace(
        resolution,
        mention=replace(
            mention,
            text=text[mention.start : mention.end],
            antecedent=None if secret.is_in(mention.antecedent) else mention.antecedent,
        ),
        reason=secret.blacked(resolution.reason),
        runners_up=others,
    )
