"""Names of regions in the language of a page: of the labels of the basemap, and of the regions of places."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from geomap.boundaries.boundary_file import words

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from geomap.boundaries.atlas import Atlas
    from geomap.boundaries.boundary_file import Row
    from geomap.types import Name, Region, RegionLevel

MENDED: Final[Mapping[str, Mapping[str, str]]] = {
    "BY": {"ru": "Беларусь"},
    "CN": {
        "de": "China", "fa": "چین", "fr": "Chine", "he": "סין", "ja": "中国", "pl": "Chiny", "ru": "Китай", "tr": "Çin",
        "uk": "Китай", "zh": "中国", "zh-Hant": "中國",
    },
    "KP": {"zh": "朝鲜"},
    "KR": {"zh": "韩国"},
    "MD": {"ru": "Молдова"},
    "PS": {"he": "פלסטין"},
    "TM": {"ru": "Туркменистан"},
    "TW": {
        "de": "Taiwan", "el": "Ταϊβάν", "es": "Taiwán", "hi": "ताइवान", "hu": "Tajvan", "ja": "台湾", "ko": "대만", "pl": "Tajwan",
        "tr": "Tayvan", "uk": "Тайвань", "zh": "台湾", "zh-Hant": "台灣",
    },
    "XK": {"fa": "کوزوو", "ja": "コソボ", "ru": "Косово"},
}  # fmt: skip
"""Names by country and language that stand for those of Natural Earth, which take a side ("Land of Israel" for Palestine,
"Republic of China" for Taiwan) or are out of use. They are short names of the Unicode CLDR, which the page's script has too."""
_SUPPLIED: Final[Mapping[str, Mapping[str, str]]] = {
    "nagorno-karabakh": {
        "ar": "ناغورني قره باغ", "es": "Nagorno Karabaj", "fa": "قره‌باغ کوهستانی", "he": "נגורנו קרבאך",
        "ja": "ナゴルノ・カラバフ", "pl": "Górski Karabach", "zh": "纳戈尔诺-卡拉巴赫",
    },
    "ne:B89": {
        "ar": "القرم", "az": "Krım", "de": "Krim", "es": "Crimea", "fa": "کریمه", "fr": "Crimée", "he": "קרים", "hy": "Ղրիմ",
        "it": "Crimea", "ja": "クリミア", "ka": "ყირიმი", "pl": "Krym", "pt": "Crimeia", "ru": "Крым", "tr": "Kırım", "uk": "Крим",
        "zh": "克里米亚",
    },
}  # fmt: skip
"""Names by dispute of areas that the gazetteer has only under several names, some of them a party's."""
_MISNAMED: Final = frozenset({"ne:1159321165"})
"""Rows whose names in other languages are those of another place: Natural Earth names the Spratly Islands as Wake Island."""
_SAME_AREA: Final = ("countries", "admin1")
"""Layers in which a disputed area that has no names in other languages may be a row of its own: Gibraltar, Kosovo."""
_LAYERS: Final[Mapping[RegionLevel, str]] = {
    "country": "countries", "admin1": "admin1", "admin2": "admin2", "disputed": "disputed",
}  # fmt: skip


def no_names(_: str) -> tuple[Name, ...]:
    """Return no name for any place id."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalNames:
    """The names of the atlas in one language; where it has none, those of the gazetteer that are beyond doubt."""

    atlas: Atlas
    lang: str
    """BCP 47."""
    gazetteer_names: Callable[[str], Iterable[Name]] = field(default=no_names)
    """Every name of a place of the gazetteer, by its id; none of an id that is not in it."""

    @property
    def base(self) -> str:
        """The language without script and country."""
        return self.lang.partition("-")[0].lower()

    def of_row(self, row: Row) -> str | None:
        """Return the name of a region, a sea, a lake or a river in the language; None where none is known.

        An area named with a qualification in parentheses is named without it. A place with a name of each side, "Stepanakert /
        Xankəndi", has no other: the names in one language are those of one side.
        """
        if _has_two_names(row):
            return None
        known = self._known(row)
        name = known.get(self.lang) or known.get(self.base) or self._of_gazetteer(row)
        return unqualified(name) if name else None

    def english(self, row: Row) -> str | None:
        """Return the English name of the atlas, which may differ from that of the gazetteer; None as for ``of_row``."""
        return None if _has_two_names(row) else _names(row).get("en")

    def of_regions(self, regions: Iterable[Region]) -> dict[str, str]:
        """Return the names of regions by id; without those that are not known or are the region's name itself.

        In English a region has its own name, and so has a newsroom's own area in any language.
        """
        found: dict[str, str] = {}
        if self.base == "en":
            return found
        for region in regions:
            layer = self.atlas.layer(_LAYERS[region.level]) if region.level in _LAYERS else None
            position = layer.by_id.get(region.id) if layer else None
            if layer is None or position is None:
                continue
            name = self.of_row(layer.row(position))
            if name and name != region.name:
                found[region.id] = name
        return found

    def _known(self, row: Row) -> dict[str, str]:
        """Return the names of a row by language, with what is mended and supplied."""
        known = dict(_names(row))
        if row["level"] == "disputed":
            known = {**self._of_same_area(row), **known, **_SUPPLIED.get(row["group"] or "", {})}
        if row["level"] == "country":
            known |= MENDED.get(row["country"] or "", {})
        return known

    def _of_same_area(self, row: Row) -> dict[str, str]:
        """Return the names of a row of the same dispute, or of the country or state that is this area and has its name."""
        name = unqualified(row["name"])
        disputed = self.atlas.layer("disputed")
        same_dispute = (at for at in disputed.by_own_name.get(name, ()) if disputed.row(at)["group"] == row["group"])
        for at in same_dispute:
            if names := _names(disputed.row(at)):
                return names
        for layer in map(self.atlas.layer, _SAME_AREA):
            for at in layer.by_own_name.get(name, ()):
                other = layer.row(at)
                if other["level"] == "country" or other["country"] == row["country"]:
                    return {**_names(other), **MENDED.get(other["iso"] or "", {})}
        return {}

    def _of_gazetteer(self, row: Row) -> str | None:
        """Return the gazetteer's name of a region: the shortest in the language, where all others contain it.

        "Южная Осетия" beside "Республика Южная Осетия"; of several different names none, because one may be a party's.
        """
        if row["level"] not in _LAYERS or self.base == "en":
            return None
        for place_id in words(row["places"]):
            names = [n.text for n in self.gazetteer_names(place_id) if n.language == self.base and not n.note]
            shortest = min(names, key=len, default=None)
            if shortest and all(shortest.casefold() in name.casefold() for name in names):
                return shortest
        return None


def unqualified(name: str) -> str:
    """Return a name without the qualification in parentheses at its end."""
    return name.partition(" (")[0] if name.endswith(")") else name


def _has_two_names(row: Row) -> bool:
    return " / " in (row["name"] or "")


def _names(row: Row) -> dict[str, str]:
    """Return the names of a row by language; the column is JSON."""
    names: dict[str, str] = json.loads(row["names"] or "{}") if row["id"] not in _MISNAMED else {}
    return names
