"""Hand-set numbers of recognition: weights, thresholds and limits, each with its unit and source.

Log odds and bonuses are in nats. "Model card" is ``geodata/recogniser/MODEL_CARD.md``; an ablation there measures a rule, not
the value of its number. Numbers that the trained network fixes (size of word pieces, of the lexicon) are in ``features``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

# Decision of the network's labels (recognizer, decoding)

TOPONYM_BIAS = -0.4
"""Nats, added to the log odds of a toponym at every token. Swept from -0.65 to -0.1 with networks trained on either development
corpus and measured on the other; the best values of the two differ, since one corpus annotates more names than the other."""
CAPITAL_BONUS = 2.0
"""Nats, for an uncertain token that names a country, a capital or a large city of a distinctive name. Not tuned; ablation of the rule:
model card, "no capitals in doubt"."""
MIN_CITY_POPULATION = 100_000
"""Inhabitants of a city that ``CAPITAL_BONUS`` applies to. Not tuned."""
MIN_PLACE_PROBABILITY = 0.9
"""``place_probability`` of the name of such a city; excludes "Jackson". Not tuned."""
MAX_SHORT_TOKENS = 60
"""Tokens of a text up to which ``CAPITAL_BONUS`` applies to every large city. Not tuned."""
MIN_SHORT_LOGIT = -0.75
"""Log odds from which it does: names of persons ("Jackson dies at 80") have less. Not tuned."""
DATELINE_BONUS = 3.0
"""Nats, for a name of the gazetteer in a dateline: "MAIDUGURI, Nigeria — ". Not tuned."""
LIST_NEIGHBOUR_BONUS = 0.75
"""Nats, for an uncertain name of the gazetteer listed with a confident toponym: "Tegh and Askeran". Not tuned; ablation of the rule:
model card, "no lists"."""
CONFIDENT_LOGIT = 1.5
"""Log odds above which a toponym is confident in that sense. Not tuned."""
PARTY_AFFILIATION_BONUS = 8.0
"""Nats, for the constituency in a party affiliation: "Sen. Byron Dorgan, D-N.D."; hardly anything else has this form. Not tuned; ablation
of the rule: model card, "no seats of members of parliament"."""
MODEL_KIND_WEIGHT = 0.5
"""Factor of the network's log odds of associative before ``KIND_WORD_WEIGHTS`` are added. Not tuned; figures with and without the
words: model card, "the network alone"."""
MAX_OCCURRENCE_LOGIT = 6.0
"""Absolute log odds at which one occurrence of a word is clipped before the average over the article. Not tuned."""
MAX_CASE_SENSITIVE_LENGTH = 3
"""Code points of a word whose case distinguishes it in that average: "US" and "Us". Not tuned."""
MIN_CAPITALIZED_SHARE = 1 / 50
"""Share of capitalized tokens from which an article is taken to use capitals, so that a span without any is no name. Not tuned."""
MIN_UNCAPITALIZED_LENGTH = 3
"""Code points of a name without a capital in an article without capitals; shorter are words such as "us". Not tuned."""

# Input of the network (model, decoding)

WINDOW_PIECES = 160
"""Word pieces of one window at most. Not tuned; the network was trained on windows of 96 to 192."""
WINDOW_OVERLAP = 12
"""Tokens that a window shares with each neighbour where a sentence is longer than a window. Not tuned."""
MIN_CAPITALIZED_SHARE_TO_SKIP = 1 / 200
"""Share of capitalized tokens below which no sentence is skipped for lack of a capital. Not tuned."""

# Kinds of mention (mention_kinds, coreference)

KIND_WORD_WEIGHTS: Mapping[str, float] = {
    "places": -1.9,
    "parts": -1.0,
    "opponents": 0.8,
    "offices": 1.5,
    "motions": -1.0,
    "acts": 1.1,
    "actors": 0.9,
    "areas": -2.1,
}
"""Nats that each list of ``data/kinds.toml`` adds to the log odds of associative. Set on the development corpora, as the model card
states under "Figures"; no sweep of the single values is recorded."""
KIND_TOKENS_BEFORE = 4
"""Tokens before a mention that are compared with those lists. Not tuned."""
KIND_TOKENS_AFTER = 3
"""Tokens after a mention that are compared with those lists. Not tuned."""
DESCRIPTION_SCORE = 0.8
"""Score of a description such as "the enclave", 0 to 1. Not tuned."""

# Extent of a name (name_spans)

MAX_NAME_TOKENS = 40
"""Tokens of a name; the longest of the gazetteer, Bangkok's ceremonial name, has 26."""
MAX_EXTENSION_TOKENS = 6
"""Tokens on either side of the network's span that may belong to a longer name: Weston "-on-the-Green". Not tuned."""

# Recognition in other languages (multilingual, inflection)

MULTILINGUAL_BIAS = 0.5
"""Nats, added to the log odds of a toponym at every token of a text that is not in English. Swept from 0 to 1.5 on 68 invented articles that
are kept from the tests: F1 .831, .835, .837 at 0, 0.5, 1; precision falls from 0.5 on."""
PERSON_LOGIT = 0.0
"""Mean log odds of a person's name from which a span is none of a place. Not tuned."""
MIN_UNLISTED_SCORE = 0.8
"""Score from which a name is a mention that the gazetteer does not list. Swept from 0 to 0.9 on the development parts of the Portuguese,
Croatian, Serbian, Turkish and Arabic sets: strict F1 rises on each up to 0.8."""
LOWER_CASE_DEMONYM = frozenset("ar fa he hy ka zh ja th hi ko".split())
"""Languages in which a first letter that is not a capital says nothing of adjectives: without capitals, or with adjectives in capitals."""
MAX_JOINED_TOKENS = 3
"""Tokens on either side of the network's span that may belong to a longer name. Not tuned."""
MAX_INFLECTED_FORMS = 60
"""Combinations of base forms tried for one name. Not tuned."""
MIN_BASE_POPULATION = 100_000
"""Inhabitants from which a base form is preferred to the written form, where the gazetteer lists both. Not tuned."""
MIN_BASE_RATIO = 20
"""How many times the people of the written form's place that of the base form then has at least. Not tuned."""

# Names in a language that no network reads (certain_names)

MAX_MATCH_TOKENS = 4
"""Tokens of a name. Not tuned."""
MIN_CERTAIN_LETTERS = 4
"""Code points of a name. Not tuned."""
MIN_CERTAIN_POPULATION = 500_000
"""Inhabitants of a town. Not tuned."""
MIN_CERTAIN_RATIO = 10
"""How many times the people of the next place of the name it has. Not tuned."""
GAZETTEER_MATCH_SCORE = 0.6
"""Score of such a mention, 0 to 1. Not tuned."""

# Facilities that the network does not mark

FACILITY_NAME_SCORE = 0.8
"""Probability that the whole name of a facility in the gazetteer denotes it. Not tuned."""
MAX_FACILITY_TOKENS = 8
"""Tokens of the longest name of a facility that is looked up. Not tuned."""
