"""Names that the text itself says are no places: persons, diseases, organizations and unexplained abbreviations. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from geomap.resolution.parameters import (
    ABBREVIATION_WINDOW,
    LOCATIVE_WINDOW,
    MAX_EXPLAINED_CANDIDATES,
    MAX_UNEXPLAINED,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from geomap.types import Candidate, Mention

_NAME = r"[A-Z][\w’'-]{1,30}+(?<=[a-z])"
"""Bounded and possessive, so that no run of letters is tried in two ways."""
_ROLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sgt|Capt|Col|Gen|Lt|Cpl|Pvt|Rep|Sen|Gov|Prof|Rev|Sir|Dame|Lord|Lady)\.?|Mayor|Judge|Justice|Officer|Detective|"
    r"Inspector|Constable|Sheriff|Coach|Pastor|Bishop|Imam|Professor|President|Senator|Councill?or|Minister|"
    r"(?:[Aa]|[Hh]is|[Hh]er|[Tt]heir|[Tt]he)\s+(?:\w+\s+)?(?:son|daughter|brother|sister|wife|husband|widow|mother|father|uncle|aunt|cousin|"
    r"nephew|niece|grandson|granddaughter|girlfriend|boyfriend|fianc[ée]e?)"
)
_PERSON_NOUN = (
    r"(?:[Rr]esident|[Tt]eenager|[Pp]ublican|[Pp]ensioner|[Rr]ider|[Dd]river|[Mm]anager|[Cc]aptain|[Ss]triker|[Gg]oalkeeper|[Mm]idfielder|"
    r"[Dd]efender|[Ww]inger|[Bb]atsman|[Bb]owler|[Qq]uarterback|[Ss]tudent|[Pp]upil|[Tt]eacher|[Ff]armer|[Ff]isherman|[Ll]eader|[Ss]ecretary|"
    r"[Cc]hair(?:man|woman|person)?|[Ss]pokes(?:man|woman|person)|[Aa]ctivist|[Ll]awyer|[Aa]ttorney|[Ss]olicitor|[Bb]arrister|[Pp]rosecutor|"
    r"[Aa]ct(?:or|ress)|[Ss]inger|[Aa]uthor|[Ww]riter|[Rr]eporter|[Jj]ournalist|[Pp]hotographer|[Oo]wner|[Ff]ounder|[Dd]irector|[Pp]rincipal|"
    r"[Ss]uperintendent|[Tt]rader|[Nn]urse|[Dd]octor|[Pp]ilot|[Ee]ngineer|[Ww]orker|[Ss]urvivor|[Vv]ictim|[Ww]itness|[Nn]eighbou?r|[Dd]rover|"
    r"[Cc]andidate|[Ii]ncumbent|[Cc]hampion|[Ww]inner|[Dd]efendant|[Ss]uspect|[Bb]orn|MP|MLA|MEP|TD|[Aa]lderman|[Cc]hief|[Gg]randdad|[Gg]randmother)"
)
"""What a person is, before the name: only with a full name, so that "resident London" says nothing."""
_RELATIONS = "son|daughter|brother|sister|wife|husband|baby|toddler"
_SAYS = r"(?:said|says|told|added|asked|recalled|explained|replied|wrote|tweeted|testified|admitted|pleaded)"
_PERSON = (
    re.compile(rf"\b\d{{1,2}}-year-old,?\s+(?P<first>{_NAME})\s+(?P<last>{_NAME})\b"),
    re.compile(rf"\b\w+-year-old,?\s+(?P<first>{_NAME})\s+(?P<last>{_NAME})\b"),
    re.compile(rf"\b(?P<first>{_NAME})\s+(?P<last>{_NAME}),\s+\d{{1,3}}(?=[,.;]|\s+(?:of|from|and|who|was|is)\b)"),
    re.compile(rf"\b(?P<first>{_NAME})\s+(?:van|von|bin|ibn)\s+(?P<last>{_NAME})\b"),
    re.compile(rf"\b{_NAME}\s+[\"“‘'](?P<first>{_NAME})[\"”’']\s+(?P<last>{_NAME})\b"),
    re.compile(rf"(?<![\w] )\b(?P<first>{_NAME})(?P<last>),\s+\d{{1,2}}(?=,\s+[a-z])"),
    re.compile(rf"\b(?:{_ROLE}),?\s+(?P<first>{_NAME})\s+(?P<last>{_NAME})\b"),
    re.compile(
        rf"\b(?:{_RELATIONS}|girl|boy|woman|man|dog|cat|horse|mare|colt|filly|gelding|stallion|pony),?\s+(?:named|called)\s+(?P<first>{_NAME})\b(?P<last>)"
    ),
    re.compile(rf"\b(?:{_RELATIONS}),\s+(?P<first>{_NAME})(?P<last>)(?=[,.;]|\s+and\b)"),
)
"""A name beside an age, a role or a relation."""
_DESCRIBED = (
    re.compile(rf"\b{_PERSON_NOUN},?\s+(?:[A-Z]\.\s+)?(?P<first>{_NAME})\s+(?P<last>{_NAME})\b(?!\s+[A-Z])"),
    re.compile(rf"\b{_PERSON_NOUN},?\s+[A-Z]\.\s+{_NAME}\s+(?P<first>{_NAME})(?P<last>)\b(?!\s+[A-Z])"),
)
"""A full name beside what a person is."""
_SPEAKER = (
    re.compile(rf"\b(?P<first>{_NAME})\s+(?P<last>{_NAME})\s+{_SAYS}\b"),
    re.compile(rf"\b{_SAYS}\s+(?P<first>{_NAME})\s+(?P<last>{_NAME})(?=[.,])"),
)
"""A full name beside a verb of speaking: states and their offices speak too."""
_GIVEN_NAMES = frozenset(
    {"Jordan", "Georgia", "Chad", "Israel", "Kenya", "India", "Virginia", "Carolina", "Dakota", "Montana", "Victoria"}
)
"""Countries and states that are given names: so where the text says what the person is."""
_GENERIC_WORDS = frozenset(
    "County City State Province Region District Island Islands Lake River Mountain Valley Beach University College Hospital Street Avenue "
    "Road Park School Council Police Court Airport Station Church News Times Post".split()
)
"""Last words of names that are no persons'."""
_LOCATIVE = re.compile(
    r"\b(?:in|at|near|from|to|into|of|across|outside|inside|around|through|throughout|over|toward|towards|between|north|south|east|west|"
    r"northern|southern|eastern|western|central|downtown|upstate|rural|visit|visited|left|leave|reach|reached)\s+(?:the\s+)?$",
    re.IGNORECASE,
)
_ANIMAL = re.compile(
    rf"\b(?:dog|cat|horse|mare|colt|filly|gelding|stallion|pony|racehorse|greyhound),?\s+(?:named|called)\s+(?P<name>{_NAME}(?:\s+{_NAME}){{0,3}})"
)
_CAR_BEFORE = re.compile(
    r"\b(?:Alfa Romeo|Audi|Buick|Cadillac|Chevrolet|Chevy|Chrysler|Dodge|Fiat|Ford|GMC|Honda|Hyundai|Jeep|Kia|Lexus|Maserati|Mazda|"
    r"Nissan|Opel|Pontiac|Porsche|Ram|Renault|Seat|SEAT|Suzuki|Toyota|Vauxhall|Volkswagen|VW)\s$"
)
_CARS = frozenset(
    "Acadia Alhambra Arona Ascona Aspen Ateca Avalon Capri Cayenne Colorado Cordoba Cortina Dakota Denali Durango Granada Ibiza Laguna "
    "Leon Malaga Malibu Marbella Modena Montego Murano Navara Rio Ronda Sebring Sedona Seville Siena Sierra Sorento Tacoma Tahoe Tarraco "
    "Telluride Toledo Tucson Tundra Verona Yukon".split()
) | {"Santa Fe", "Park Avenue", "Monte Carlo"}
"""Models of cars that are called after places: cars where the maker stands before them."""
_BRANDS = tuple(
    (
        "Buffalo Wild Wings, Poland Spring, Boston Market, Boston Pizza, Boston Scientific, Boston Dynamics, Kentucky Fried, Kentucky "
        "Derby, Texas Roadhouse, Texas Instruments, Paris Bakery, Paris Baguette, Paris Saint-Germain, Melbourne Cup, Melbourne "
        "Demons, Melbourne Storm, Melbourne Victory, Bonny Light, Brent crude, Philadelphia cream cheese, London Fog, Florida Georgia "
        "Line, Virginia Slims, Virginia Woolf, Panama Papers, Panama hat, Pandora Papers, Stockholm syndrome, Lincoln Navigator, "
        "Lincoln Town Car, Nashville hot chicken, Orlando Pirates, Orlando Magic, Durban July, Lisbon Lions, Phoenix Suns, Kansas City "
        "Chiefs, Minnesota Vikings, Minnesota Twins, Chicago Bulls, Chicago Bears, Chicago Cubs, Manila folder, Bordeaux wine"
    ).split(", ")
)
"""Brands, teams, cups and figures of speech that begin with a place's name."""
_CALENDAR = frozenset(
    "January February March April May June July August September October November December "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday Christmas Easter Ramadan".split()
)
_ARTICLE_BEFORE = re.compile(
    r"\b(?:the|a|an|this|that|every|at|after|during|for|hear|heard|evening|morning)\s+$", re.IGNORECASE
)
_CONTAINED = re.compile(r",\s+[A-Z]")
_DISEASE_AFTER = re.compile(r"\s+(?:virus(?:es)?|disease|fever|syndrome|ha?emorrhagic|variant|strain)\b")
_OUTBREAK_AFTER = re.compile(
    r"\s+(?:outbreak|epidemic|vaccines?|patients?|cases?|infections?|survivors?|victims?|treatment|deaths?)\b"
)
_DISEASES = frozenset(
    {"ebola", "zika", "marburg", "lassa", "hendra", "nipah", "chikungunya", "west nile", "rift valley", "crimean-congo"}
)
"""Diseases called after places; a disease word beside another name ("Congo fever") says it of that name alone."""
_ORGANIZATION_AFTER = re.compile(
    r"\s+(?:union|newspaper|magazine|app|software|brand|airline|band|album|novel|film|movie|song|ship|frigate|destroyer|ferry|tanker|yacht)\b"
)
_KNOWN_ABBREVIATIONS = frozenset(
    "US USA UK UAE EU DRC CAR KSA USSR NYC NY NJ TX FL LA DC SF NSW PNG BC GB PRC DPRK ROK NZ HK KL NI WA SA QLD TAS ACT KP KPK AJK FCT".split()
)
"""Abbreviations of places that readers are expected to know."""


def exclusions(text: str, mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]]) -> dict[int, str]:
    """Return the mentions, by index, that the text says are no places, with the reason.

    - A given or family name of a person whose full name the text has, where no word before it is a locative.
    - An animal whose name the text says; a car or a brand that has a place in its name.
    - A month, a day or a feast, unless its container follows; an abbreviated state that is a word ("the Mass.").
    - A disease called after a place, where the text has it beside a word for a disease.
    - A name followed by a word for an organization, a work or a ship, where no place has it as its own name.
    - An abbreviation that no place has as its own name, where the text neither has the full name nor states a container.
    """
    persons = _persons(text, mentions, candidates)
    diseases = _diseases(text, mentions)
    organizations = _organizations(text, mentions, candidates)
    animals = frozenset(match["name"] for match in _ANIMAL.finditer(text))
    full = _places_in_full(mentions, candidates)
    found: dict[int, str] = {}
    for i, mention in enumerate(mentions):
        if mention.kind == "demonym":
            continue
        reason = (
            _as_person(text, mention, persons)
            or _as_animal(mention, animals)
            or _as_brand(text, mention)
            or _as_word(text, mention)
            or _as_disease(text, mention, diseases)
            or _as_organization(text, mention, organizations)
            or _as_abbreviation(text, mention, candidates[i], full)
        )
        if reason:
            found[i] = reason
    return found


def _persons(
    text: str, mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]]
) -> dict[str, tuple[int, str]]:
    """Return the given and family names of persons, each with where its full name first stands and the full name.

    A full name that places have is no person's ("Tamil Nadu said"); nor does a verb of speaking make a person of the name
    of a country or a state.
    """
    places = {mention.text for mention, found in zip(mentions, candidates, strict=True) if found}
    large = {
        mention.text
        for mention, found in zip(mentions, candidates, strict=True)
        if any(c.match == "name" and c.place.kind in ("country", "admin1") for c in found)
    }
    found: dict[str, tuple[int, str]] = {}
    exemptions = (
        (_PERSON, frozenset[str]()),
        (_DESCRIBED, frozenset(large - _GIVEN_NAMES)),
        (_SPEAKER, frozenset(large)),
    )
    for patterns, exempt in exemptions:
        for match in (match for pattern in patterns for match in pattern.finditer(text)):
            full = f"{match['first']} {match['last']}".rstrip()
            if " " in full and (full in places or match["last"] in _GENERIC_WORDS):
                continue
            for part in {match["first"], match["last"]} - exempt - {""}:
                if part not in found or match.start() < found[part][0]:
                    found[part] = (match.start(), full)
    return found


def _as_person(text: str, mention: Mention, persons: Mapping[str, tuple[int, str]]) -> str | None:
    at, full = persons.get(mention.text, (len(text), ""))
    if mention.end <= at or _is_located(text, mention):
        return None
    return f"the text has it as a person's name ({full})"


def _as_animal(mention: Mention, animals: frozenset[str]) -> str | None:
    return "the text has it as an animal's name" if mention.text in animals else None


def _as_brand(text: str, mention: Mention) -> str | None:
    before = text[max(0, mention.start - LOCATIVE_WINDOW) : mention.start]
    if mention.text in _CARS and _CAR_BEFORE.search(before):
        return "the text has it as a car"
    brands = (
        brand for brand in _BRANDS if brand.startswith(f"{mention.text} ") and text.startswith(brand, mention.start)
    )
    ends = (mention.start + len(brand) for brand in brands)
    is_brand = any(not text[end : end + 1].isalpha() for end in ends)
    return "the text has it in the name of something else" if is_brand else None


def _as_word(text: str, mention: Mention) -> str | None:
    """Return a reason where a name is a month or a day, or a state's abbreviation a word that ends a sentence: "came back for the Mass."."""
    if mention.text in _CALENDAR and not _CONTAINED.match(text, mention.end):
        return "a month or a day"
    if not mention.text.endswith(".") or mention.text.count(".") > 1 or " " in mention.text:
        return None
    is_end = not text[mention.end : mention.end + 2].strip() or text.startswith("\n", mention.end)
    before = text[max(0, mention.start - LOCATIVE_WINDOW) : mention.start]
    return "a word, not an abbreviation" if is_end and _ARTICLE_BEFORE.search(before) else None


def _is_located(text: str, mention: Mention) -> bool:
    """Return whether the words around a mention put something there, or put it in something: "in Georgia", "Jordan, Minn."."""
    return bool(
        _LOCATIVE.search(text[max(0, mention.start - LOCATIVE_WINDOW) : mention.start])
        or _CONTAINED.match(text, mention.end)
    )


def _diseases(text: str, mentions: Sequence[Mention]) -> frozenset[str]:
    """Return the names, case folded, that the text has as the name of a disease."""
    return frozenset(
        name
        for mention in mentions
        for name in [mention.text.casefold()]
        if _DISEASE_AFTER.match(text, mention.end)
        or (name in _DISEASES and (_OUTBREAK_AFTER.match(text, mention.end) or not _is_located(text, mention)))
    )


def _as_disease(text: str, mention: Mention, diseases: frozenset[str]) -> str | None:
    name = mention.text.casefold()
    if name not in diseases:
        return None
    if _DISEASE_AFTER.match(text, mention.end) or (name in _DISEASES and not _is_located(text, mention)):
        return "the text has it as the name of a disease"
    return None


def _organizations(text: str, mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]]) -> dict[str, str]:
    """Return what the text calls the names that no place has as its own: "the Unite union"."""
    return {
        mention.text: match[0].split()[-1]
        for mention, found in zip(mentions, candidates, strict=True)
        if (match := _ORGANIZATION_AFTER.match(text, mention.end))
        and not any(c.match == "name" for c in found)
        and not _is_located(text, mention)
    }


def _as_organization(text: str, mention: Mention, organizations: Mapping[str, str]) -> str | None:
    what = organizations.get(mention.text)
    return f"the text calls it a {what}" if what and not _is_located(text, mention) else None


def _places_in_full(mentions: Sequence[Mention], candidates: Sequence[Sequence[Candidate]]) -> set[str]:
    """Return the ids of the places that mentions other than abbreviations may mean."""
    return {
        c.place.id
        for mention, found in zip(mentions, candidates, strict=True)
        for c in found
        if not _is_short(mention.text)
    }


def _is_short(name: str) -> bool:
    return name.isupper() and name.isalpha() and len(name) <= MAX_UNEXPLAINED


def _as_abbreviation(text: str, mention: Mention, candidates: Sequence[Candidate], full: set[str]) -> str | None:
    name = mention.text
    if not _is_short(name) or name in _KNOWN_ABBREVIATIONS or not candidates:
        return None
    if any(c.place.name == name or c.place.id in full for c in candidates[:MAX_EXPLAINED_CANDIDATES]):
        return None
    before = text[max(0, mention.start - ABBREVIATION_WINDOW) : mention.start]
    is_held = before.rstrip().endswith((",", "(")) or _CONTAINED.match(text, mention.end)
    line = text[text.rfind("\n", 0, mention.start) + 1 : mention.end + ABBREVIATION_WINDOW].partition("\n")[0]
    if is_held or line.isupper():
        return None
    return "an abbreviation that the text does not explain"
