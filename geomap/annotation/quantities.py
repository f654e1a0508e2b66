"""Extract the quantities of a sentence: "some 800 guns", "120,000 ethnic Armenians", "killing six", "two dozen houses".

English here, other languages in ``foreign.quantities``. A number is a quantity only with a unit: the phrase after it ends at the first plural noun within four words, which
excludes years, ages, ordinals, dates and clock times; or what befell people: "killing six", "six were hurt". Distances, temperatures
and sums of money are no counts, and durations belong to ``dates``; vague quantities without a number ("dozens",
"thousands of people") are omitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from geomap.annotation.foreign import quantities as foreign_quantities
from geomap.annotation.foreign.quantities import FoundQuantity
from geomap.annotation.parameters import MAX_RANGE_RATIO, QUANTITY_CONTEXT_LENGTH
from geomap.types import Quantity

_ONES = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"  # fmt: skip
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS = {word: n for n, word in enumerate(_ONES.split(), 1)} | {w: 10 * n for n, w in enumerate(_TENS.split(), 2)}
_SCALES = {
    "hundred": 1e2,
    "thousand": 1e3,
    "million": 1e6,
    "mn": 1e6,
    "m": 1e6,
    "billion": 1e9,
    "bn": 1e9,
    "trillion": 1e12,
}
_ONE_WORD = (
    rf"(?:(?:{'|'.join(_TENS.split())})(?:[- ](?:{'|'.join(_ONES.split()[:9])}))?|(?:{'|'.join(_ONES.split()[::-1])}))"
)
_HUNDREDS = rf"(?:(?:{_ONE_WORD}|a)[ -]hundred(?:\s+(?:and\s+)?{_ONE_WORD})?)"
_THOUSANDS = rf"(?:(?:{_HUNDREDS}|{_ONE_WORD}|a)[ -]thousand(?:\s+(?:and\s+)?(?:{_HUNDREDS}|{_ONE_WORD}))?)"
_DOZENS = rf"(?:(?:{_ONE_WORD}|half a|a)[ -]dozen)"
_WORD_SCALES = (("hundred", 100.0), ("thousand", 1000.0), ("dozen", 12.0))
_NUMBER = rf"(?:\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?|(?:{_THOUSANDS}|{_HUNDREDS}|{_DOZENS}|{_ONE_WORD})\b)"
_SCALE = r"(?:[\s-]?(?:hundred|thousand|million|billion|trillion|mn|bn)\b|m\b)"
_ABOUT = (
    r"(?:no fewer than|no less than|not less than|more than|less than|fewer than|at least|at most|as many as|as much as|up to|close to|an estimated|some|about|around"
    r"|nearly|almost|over|under|roughly|approximately|only|an additional|another)"
)
_SURE = ("only", "an additional", "another")
_PARTICLE = re.compile(
    r"\b(?:hand|turn|took|tak(?:e|en|ing)|g[ai]ve(?:n|s)?|cross|r[au]n|went|go|brought|bring|carr(?:y|ied)|s[ie]nt|mov|pass|kill|buil[dt])"
    r"(?:s|e|ed|ing)?\s+$",
    re.IGNORECASE,
)
"""A phrasal verb with "over" or "up to": in "handed over 120 rifles" the number is exact."""
_KNOWN_ONES = re.compile(
    r"\b(?:the|these|those|both|his|her|its|their|our)\s+$|\b(?:\d+|one) in $|\b(?:every|each) $|\b(?-i:[A-Z]{2,4}) $",
    re.IGNORECASE,
)
"""Determiners of known things ("the two governments"), which exclude a number in words; shares and names, which exclude any number."""
_QUANTITY = re.compile(
    rf"(?<![\w.,:/$€£¥-])(?:(?P<about>\b{_ABOUT})\s+)?(?P<between>\bbetween\s+)?(?P<money>[$€£¥])?(?P<low>{_NUMBER})(?P<scale>{_SCALE})?"
    rf"(?:(?(between)\s+and\s+|(?:[-–](?=\d)|\s+to\s+|\s+or\s+))(?P<high>{_NUMBER})(?P<high_scale>{_SCALE})?)?(?P<percent>\s?%|\s+per\s?cent\b)?"
    r"(?![\w:/%]|[.,]\d|-[^\W\d_])",
    re.IGNORECASE,
)
_UNIT = re.compile(r"[\s-]+(?P<words>[^\W\d_][\w'’/-]*(?:\s+[^\W\d_][\w'’/-]*){0,3})")
_OF = re.compile(r"\s+of\s+(?P<what>[^\W\d_][\w-]*)")

_MEASURES = frozenset(
    "kg ha sq square hectares acres tonnes tons kilograms litres liters gallons barrels megawatts".split()
)
_NO_COUNTS = frozenset(
    "km mm cm metres meters kilometres kilometers miles feet inches yards centimetres centimeters millimetres millimeters knots mph kph degrees euros dollars pounds rubles roubles "
    "lira drams manats pence cents yen francs shillings rupees pesos naira rand kronor crowns percentage storeys stories rows inning innings lengths strokes runs tries wickets".split()
)
"""Units of length, temperature, money and scores, which count nothing that happened to anyone."""
_BEFALLEN = re.compile(
    r"\s+(?:others\s+|more\s+|of\s+them\s+)?(?:(?:have|has|had|were|was|are|is)\s+(?:been\s+)?(?:also\s+|reported\s+|confirmed\s+|feared\s+|still\s+|seriously\s+|slightly\s+|badly\s+)?)?"
    r"(?P<what>killed|dead|injured|wounded|hurt|missing|died|arrested|detained|homeless|displaced|rescued|drowned|hospitali[sz]ed|infected|ill|burned|destroyed|damaged|evacuated|kidnapped|abducted|trapped|stranded|marched|fled|gathered)\b"
    r"(?!\s+(?:people|children|men|women|[a-z]{3,}[a-rt-z]s)\b)"
)
_BEFALLING = re.compile(
    r"\b(?P<what>kill(?:ed|ing|s)|injur(?:ed|ing|es)|wound(?:ed|ing|s)|hurt(?:ing)?|arrest(?:ed|ing)|detain(?:ed|ing)|rescu(?:ed|ing)|trapp(?:ed|ing)|abduct(?:ed|ing)|kidnapp(?:ed|ing)|drown(?:ed|ing)|displac(?:ed|ing))\s+$"
)
_WHAT = {
    "kill": "killed",
    "injur": "injured",
    "wound": "wounded",
    "hurt": "hurt",
    "arrest": "arrested",
    "detain": "detained",
    "rescu": "rescued",
    "trapp": "trapped",
    "abduct": "abducted",
    "kidnapp": "kidnapped",
    "drown": "drowned",
    "displac": "displaced",
}
_ENDS_PHRASE = re.compile(
    r"\s*(?:[.,;:)”\"–—]|$|\s(?:and|in|at|on|near|when|as|while|but|others|more|of|outside|after|before|including)\b)"
)
"""What follows a number that stands alone, as in "killing six and wounding 14"."""
_IRREGULAR = frozenset(
    "people children men women police troops cattle sheep personnel aircraft mice feet staff".split()
)
_CONTAINERS = frozenset(
    "rounds tonnes tons kilograms litres liters boxes pieces pairs metres meters barrels bags sacks truckloads "
    "convoys groups families bottles packages gallons".split()
)
_ONE_OF = frozenset("person man woman child boy girl civilian soldier policeman officer peacekeeper".split())
_NUMBER_WORDS = (*_ONES.split(), *_TENS.split(), "hundred", "thousand", "dozen")
_UNUSUAL = re.compile(r"[\dıİſ\u212a]")
"""A digit, or a letter that the pattern of quantities takes for one of ASCII."""
_YEAR = re.compile(r"(?:1[89]|20)\d\d")
_NOT_COUNTED = frozenset(
    "places occasions fronts years months weeks days hours minutes seconds decades centuries times sides parties ways others things points "
    "year month week day hour minute decade century thirds quarters fifths halves "
    "nights mornings evenings weekends seasons sets goals games points matches laps stars generations ways reasons occasions ago hundreds thousands millions is was has its his this us".split()
)
_BEFORE_PEOPLE = frozenset(("police", "killed", "injured", "wounded"))
"""Words that may stand before what is counted: "eleven injured people"."""
_STOP = frozenset(
    "a an the and or but nor of in on at to by for from with without as than into onto over under after before since "
    "when while where there their that who which whose what were was are is be been being had have has having will would "
    "could can may might must shall should do does did not also said says say told he she they we it its his her our my "
    "your am pm january february march april june july august september october november december killed wounded injured "
    "died arrived crossed left among during between against per ago more less each other out up down off all both so if "
    "because until about around near later earlier inside outside".split()
)


def find_quantities(sentence: str, *, language: str = "en") -> Iterator[Quantity]:
    """Yield the quantities of a sentence in ``language`` (ISO 639-1) in text order; none in a language without tables."""
    yield from (found.quantity for found in locate_quantities(sentence, language=language))


def locate_quantities(sentence: str, *, language: str = "en") -> Iterator[FoundQuantity]:
    """Yield the same with their spans in the sentence."""
    if language != "en":
        yield from foreign_quantities.locate_quantities(sentence, language=language)
        return
    if not _UNUSUAL.search(sentence) and not _has_number_word(sentence.lower()):
        return
    for match in _QUANTITY.finditer(sentence):
        low, high = _values(match)
        if not match["about"] and _YEAR.fullmatch(match["low"]) and not match["scale"]:
            continue  # 2,023 is a number, 2023 a year
        window = (max(0, match.start() - QUANTITY_CONTEXT_LENGTH), match.start())
        found = _unit(match, sentence)
        if found is None or (high is not None and not low < high < MAX_RANGE_RATIO * low):
            continue
        known = _KNOWN_ONES.search(sentence, *window)
        if known and (
            match["low"][0].isalpha() or known[0].lower().endswith((" in ", "every ", "each ")) or known[0].isupper()
        ):
            continue
        unit, end = found
        about = match["about"]
        if about and about.lower() in ("over", "up to", "under", "around") and _PARTICLE.search(sentence, *window):
            about = None
        start = match.start() if about or not match["about"] else match.start("low")
        befalling = _BEFALLING.search(sentence, *window) if end == match.end() else None
        start = befalling.start() if befalling else start
        quantity = Quantity(
            text=" ".join(sentence[start:end].split()),
            value=low,
            upper=high,
            unit=unit,
            is_approximate=bool(about) and about.lower() not in _SURE,
        )
        yield FoundQuantity(start=start, end=end, quantity=quantity)


def _has_number_word(words: str) -> bool:
    return any(word in words for word in _NUMBER_WORDS)


def _values(match: re.Match[str]) -> tuple[float, float | None]:
    """Return the ends of a quantity; the lower has the scale of the upper in "two to three hundred"."""
    low = _value(match["low"], match["scale"] or (match["high_scale"] if match["high"] else None))
    if not match["high"]:
        return low, None
    high = _value(match["high"], match["high_scale"] or match["scale"])
    scale = next((factor for word, factor in _WORD_SCALES if match["high"].lower().endswith(word)), 1.0)
    is_bare = scale > 1 and not match["low"].lower().endswith(tuple(word for word, _ in _WORD_SCALES))
    return (low * scale if is_bare and low < high / scale else low), high


def _unit(match: re.Match[str], sentence: str) -> tuple[str, int] | None:
    """Return the unit and the end of its words, or None without a unit."""
    if match["money"]:
        return None
    if match["percent"]:
        return "percent", match.end()
    befallen = _BEFALLEN.match(sentence, match.end())
    if befallen:
        return befallen["what"], befallen.end()
    window = (max(0, match.start() - QUANTITY_CONTEXT_LENGTH), match.start())
    befalling = _BEFALLING.search(sentence, *window)
    if befalling and _ENDS_PHRASE.match(sentence, match.end()):
        return next(word for stem, word in _WHAT.items() if befalling["what"].startswith(stem)), match.end()
    phrase = _UNIT.match(sentence, match.end())
    is_one = match["low"].lower() in ("one", "1")
    return _counted(phrase, sentence, is_one=is_one) if phrase else None


def _counted(phrase: re.Match[str], sentence: str, *, is_one: bool) -> tuple[str, int] | None:
    """Return the words of ``phrase`` up to its first plural noun, with "of food" after a measure, and their end."""
    is_area = False
    for word in re.finditer(r"\S+", phrase["words"]):
        text, end = word[0].rstrip("'’").lower(), phrase.start("words") + word.end()
        if text in _BEFORE_PEOPLE and _is_before_plural(sentence, end):
            continue
        if text in _STOP or text in _NOT_COUNTED or (text in _NO_COUNTS and not is_area) or text.startswith("year-"):
            return None
        if text in ("sq", "square"):
            is_area = True
            continue
        if is_area or (text in _ONE_OF if is_one else _is_plural(text)):
            of = _OF.match(sentence, end) if text in _CONTAINERS else None
            end = of.end() if of and of["what"].lower() not in _STOP else end
            return " ".join(sentence[phrase.start("words") : end].split()), end
    return None


def _is_before_plural(sentence: str, end: int) -> bool:
    following = _UNIT.match(sentence, end)
    return following is not None and _is_plural(following["words"].split()[0].lower())


def _is_plural(word: str) -> bool:
    if word in _IRREGULAR or word in _MEASURES:
        return True
    if word.endswith("men") and word not in ("men", "specimen", "regimen", "abdomen", "acumen", "omen"):
        return True  # policemen, fishermen
    return len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is", "'s", "’s"))


def _value(number: str, scale: str | None) -> float:
    factor = _SCALES[scale.strip(" -\t\n").lower()] if scale else 1.0
    plain = number.lower().replace(",", "")
    return (float(plain) if plain[0].isdigit() else _in_words(plain)) * factor


def _in_words(words: str) -> float:
    """Return the number of "one hundred and nine", "two dozen", "half a dozen"."""
    total = part = 0.0
    for word in re.split(r"[\s-]+", words):
        if word in _WORDS:
            part += _WORDS[word]
        elif word == "half":
            part = 0.5
        elif word in ("hundred", "dozen"):
            part = max(part, 1.0 if part != 0.5 else 0.5) * (100 if word == "hundred" else 12)
        elif word == "thousand":
            total, part = total + (part or 1.0) * 1000, 0.0
    return total + part
