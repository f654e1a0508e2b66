"""Hand-set numbers of the resolver: limits, radii, thresholds and penalties, each with its unit and its source.

The learned weights are in the ranker's file. A change here changes the features that the weights were trained on,
wherever the number shapes a feature: train the ranker again after it.
"""

from __future__ import annotations

# Candidates

MAX_LOOKUP_CANDIDATES = 100
"""Candidates read from the gazetteer per name, in its order of prominence ("San José" has hundreds). Not tuned."""
MAX_OUTER_LOOKUP = 8
"""Candidates read for the part after the comma: "Armenia" in "Tegh, Armenia". Not tuned."""
MAX_CONTAINER_WORDS = 2
"""Words at the end of a name that may be its container without a comma: "Wellington New Zealand". Not tuned."""
MAX_SENSE_CANDIDATES = 40
"""Candidates of a name that become rows of the feature matrix, in the gazetteer's order of prominence. Not tuned."""
MAX_SPLIT_OUTER = 5
"""Candidates of an outer name that may contain the inner one, when mentions are grouped into senses. Not tuned."""

# Containment

BESIDE_KM = 20.0
"""Kilometres; two places at most this far apart count as the same ground. Not tuned."""
NEAR_TOWN_KM = 40.0
"""Kilometres; a suburb this near a larger town counts as contained in it ("Brooklyn, New York"). Not tuned."""
MAX_CONTAINING_TOWNS = 4
"""Candidates, by prominence, among which a town may contain suburbs; towns further down contain nothing. Not tuned."""
MAX_TAIL_LOOKUP = 8
"""Candidates read for a capitalized tail that is no mention: "La." in "Alexandria, La.". Not tuned."""

# Local features

MAX_CUE_MENTIONS = 20
"""Mentions of a sense whose surrounding words are read for the kind of place. Not tuned."""
MAX_LETTERS = 20
"""Letters; the feature "letters" is capped here. Not tuned."""
POSITION_SCALE = 100
"""Code points; the feature "position" is log(1 + start / scale). Not tuned."""
MIN_PUBLISHER_NAME = 4
"""Letters a name needs to be looked for in the publisher's host name. Not tuned."""
PUBLISHER_DECAY_KM = 150
"""Kilometres; the feature "outlet near" falls by the factor e per this distance. Not tuned."""

# Penalties, in units of the ranker's score (log odds against "none of these")

HARD_PENALTY = 8.0
"""Score; for candidates that a rule excludes: leaves a probability of about 1 in 3,000. Not tuned."""
STATE_NAMESAKE_PENALTY = 4.0
"""Score; for a state that shares its name with a metropolis, where the text does not say which. Not tuned."""
DISTRICT_NAMESAKE_PENALTY = 2.0
"""Score; for a district that shares its name with its seat, where the text does not say which. Not tuned."""
DENIED_TOWN_PENALTY = 5.0
"""Score; for a town where the words around its name state a unit that has the name too. Not tuned."""
CONTAINED_UNIT_PENALTY = 4.0
"""Score; for a unit whose seat has its name, where the text states the country or state that both are in. Not tuned."""
CONTAINED_TOWN_RATIO = 10
"""A town with more than this fraction (1 / ratio) of the people of a unit counts like its seat there. Not tuned."""
BORROWED_NAME_PENALTY = 3.0
"""Score; for a town that has the name only as an alternate name of no stated language, where another town of comparable
size has it as its primary name. Not tuned."""
CURATED_NAME_BONUS = 3.5
"""Score; for places of geomap's own tables. Swept from 1.5 to 3.5: no difference."""
PRESS_COUNTRY_BONUS = 0.3
"""Units of the ranker's score (nats), for a place in a country whose press writes in the language of the article, other than English. Measured on 68
invented articles at 0, 0.3 and 1: no difference but in Portuguese, where 1 is worse."""
OWNER_POPULATION_RATIO = 20
"""The town with the primary name may be this many times smaller than the one that borrows it. Not tuned."""
METROPOLIS_POPULATION = 500_000
"""People; a larger town is preferred to the state of its name. Not tuned."""
METROPOLIS_SHARE = 4
"""A metropolis that has the name of a state only as another name has more than this fraction (1 / share) of its people."""
LARGE_STATE_POPULATION = 1_000_000
"""People of a state from which its English name means it beside a hamlet of the name: "Normandy" for Normandie. Not tuned."""
HAMLET_POPULATION = 10_000
"""People; a smaller place needs support from the text against a country or a state of its name. Not tuned."""
SEAT_DISTANCE_KM = 60.0
"""Kilometres; a town this near a district of its name may be its seat. Not tuned."""
MAIN_TOWN_REACH = 2.0
"""How many times further from a unit's point a town may lie that has more than half of its people. Not tuned."""
SEAT_POPULATION_RATIO = 4
"""A seat has more than this fraction (1 / ratio) of the people of its district. Not tuned."""
SEAT_POPULATION = 20_000
"""People from which the seat of a district is meant by their common name, however many the district has. Not tuned."""
MAX_PROMINENT_CANDIDATES = 3
"""Candidates, by prominence, among which a country, a state or open water excludes hamlets. Not tuned."""
DENIED_POPULATION_RATIO = 1_000
"""A candidate outside the stated container is excluded unless it has this many times the people of the largest one
inside. Not tuned."""
MIN_CONTAINED_POPULATION = 1_000.0
"""People; lower bound of the largest contained candidate in that comparison. Not tuned."""

# Context features

MAX_SUPPORTING_CANDIDATES = 160
"""Candidates that support others, by weight: bounds the work for articles of many names. Not tuned."""
CONTEXT_BLOCK_ROWS = 4096
"""Rows computed at once: bounds memory, changes no value. Not tuned."""
MIN_SUPPORT_WEIGHT = 0.02
"""Probability times root of mentions; candidates at or below it support no other. Not tuned."""
SUPPORT_SMOOTHING = 0.5
"""Weight added to the denominators of shares, so that few supporting candidates give small shares. Not tuned."""
SUPPORT_DECAYS_KM = (30, 120, 500)
"""Kilometres per factor e, of the features "places within … km". Not tuned."""
NEAREST_DECAY_KM = 100
"""Kilometres per factor e, of the feature "nearest place". Not tuned."""
LIST_DECAY_KM = 500
"""Kilometres per factor e, of the feature "listed beside its like". Not tuned."""
DATELINE_DECAY_KM = 150
"""Kilometres per factor e, of the feature "near the dateline". Not tuned."""
MIN_COUNTRY_WEIGHT = 0.5
"""Weight above which a country counts as named by the article. Not tuned."""

# Cues in the text, in code points unless another unit is named

MAX_LINK_GAP = 60
"""Distances of this size or more between two mentions link nothing. Not tuned."""
MAX_LIST_GAP = 12
"""Distances of this size or more between two mentions make no list. Not tuned."""
MAX_DATELINE_MENTIONS = 8
"""Mentions from the start of the text that may be the dateline. Not tuned."""
MAX_DATELINE_START = 600
"""Last start of a mention that may be the dateline. Not tuned."""
KIND_WINDOW_AFTER = 16
"""Text after a mention in which a word may state its kind. Not tuned."""
KIND_WINDOW_BEFORE = 30
"""Text before a mention in which words may state its kind. Not tuned."""
LIST_WINDOW = 120
"""Text around a mention in which the plural noun of its list is looked for. Not tuned."""
ARTICLE_WINDOW_BEFORE = 5
"""Text before a mention in which "the" is looked for. Not tuned."""
ARTICLE_WINDOW_AFTER = 12
"""Text after a mention in which a noun is looked for. Not tuned."""
MAX_ABBREVIATION = 4
"""Letters of an abbreviation in capitals without a full stop at its end. Not tuned."""

# Names that the text says are no places

MAX_UNEXPLAINED = 5
"""Letters of an abbreviation in capitals that is no place unless the text explains it: "UNHCR". Not tuned."""
MAX_EXPLAINED_CANDIDATES = 5
"""Candidates of an abbreviation, by prominence, of which the text may have the full name. Not tuned."""
ABBREVIATION_WINDOW = 40
"""Code points around an abbreviation in which its container is looked for, or capitals throughout. Not tuned."""
LOCATIVE_WINDOW = 24
"""Code points before a name in which a locative is looked for. Not tuned."""

# Publisher

SECTION_KM = 100.0
"""Kilometres; a town named by the section of a page may lie this far from the publisher's own town. Not tuned."""
MAX_STRIPPED_WORDS = 4
"""Masthead words taken off a host name. Not tuned."""
PUBLISHER_TOWN_POPULATION = 5_000
"""People; a smaller place has no newspaper whose host name is only its name. Not tuned."""
DOMINANT_TOWN_RATIO = 2
"""A town with more than this many times the people of its namesakes in the country has the newspaper of the name. Not tuned."""
MIN_STRIPPED_NAME = 4
"""Letters of what is left of a host name without its masthead words. Not tuned."""
POSTAL_CODE_LETTERS = 2
"""Letters of a state's postal code: "wv" of wvgazette. A convention of the post, nothing to tune."""
MAX_BYLINE_TEXT = 600
"""Code points of a text, from its start, in which a byline is looked for. Not tuned."""
MAX_STATE_LOOKUP = 5
"""Candidates read for the state of a listed newspaper. Not tuned."""
MAX_TOWN_LOOKUP = 40
"""Candidates read for the town of a listed newspaper. Not tuned."""
MAX_PUBLISHER_LOOKUP = 12
"""Candidates read for a name in a host name or in a section. Not tuned."""

# Words of one country

MAX_COUNTRY_WORDS_TEXT = 20_000
"""Code points of the text that are searched. Not tuned."""
FULL_COUNTRY_WORDS = 4
"""Matches from which the share of a country is 1. Not tuned."""

# Decision

MIN_PROBABILITY = 0.45
"""Calibrated probability, times the recognizer's score of the name, below which a mention is resolved to no place: a
wrong pin is worse than none. Swept from 0.2 to 0.6 on the development corpora, end to end."""
MIN_SHORT_PROBABILITY = 0.2
"""The same for a text of at most ``MAX_SHORT_NAMES`` names, where the second place is not nearly as probable. Not tuned."""
EVEN_RATIO = 2.0
"""A second place is nearly as probable where it has more than this fraction (1 / ratio) of the best one's probability. Not tuned."""
MAX_SHORT_NAMES = 3
"""Names of a text up to which its probabilities are calibrated on short texts. Not tuned."""
MAX_RUNNERS_UP = 5
"""Runners-up kept with a resolution. Not tuned."""
UNKNOWN_NAME_SCORE = 0.9
"""Score of "no place" for a name without candidates: names that the gazetteer should have are missing at about the
rate that is left. The measurement is not recorded."""
CLIP_SD = 5.0
"""Standard deviations at which the ranker clips its inputs. Training clips at the same. Not tuned."""

# Explanations

MAX_EXPLAINED_GROUPS = 3
"""Feature groups, by contribution, that may give a phrase. Not tuned."""
MAX_PHRASES = 2
"""Phrases of a reason. Not tuned."""

# Enclosing town

CONFIDENT_NAME_SCORE = 0.9
"""Recognizer score above which a name is located by its sentence or by the main town of the article: names with less
are often no places. Not tuned."""
LIKELY_NAME_SCORE = 0.8
"""Recognizer score above which a name of several words is located at a certain home. Not tuned."""
LIKELY_WORD_SCORE = 0.82
"""Recognizer score above which a name of one word is. Not tuned."""
STATED_TOWN_SCORE = 0.5
"""Recognizer score above which a name is located by a town that the words after it state. Not tuned."""
MAIN_TOWN_SHARE = 0.5
"""Share of the mentions of towns above which those around one town make it the article's home. Not tuned."""
HOME_KM = 60.0
"""Kilometres around a town within which other towns speak for it as the article's home. Not tuned."""
MAX_HOME_TOWNS = 100
"""Towns of an article, the most mentioned first, that are compared for its home. Not tuned."""
MIN_HOME_MENTIONS = 2
"""Mentions of towns around the article's home from which it is certain. Not tuned."""
NEAR_HOME_KM = 100.0
"""Kilometres from the article's home within which a namesake is the place that is meant. Not tuned."""
FAR_KM = 300.0
"""Kilometres from the article's home from which a place is far, if the text names nothing else there. Not tuned."""
BESIDE_TOWN_KM = 25.0
"""Kilometres from the article's home beyond which a town is away; and within which other names speak for it. Not tuned."""
MAX_QUARTER_KM = 15.0
"""Kilometres from the point of the article's home within which its quarters lie. Not tuned."""
FAR_CITY_POPULATION = 100_000
"""People; a city of this size is meant wherever it lies. Not tuned."""
NEAR_HOME_ACCURACY = 0.76
"""Share of names settled at a namesake by the article's home that lie within 161 km of the place meant: 13 of 17, in LGL, GeoWebNews and TUDLoC."""
ENCLOSING_TOWN_ACCURACY = 0.79
"""Share of names whose enclosing town lies within 161 km of the place meant: 374 of 472 gold toponyms, 77 of 95 found ones, in the same corpora."""
CITY_POPULATION = 100_000
"""People of a town that a name may begin with and so be located, though the article does not name it alone. Not tuned."""
UNAMBIGUOUS_POPULATION_RATIO = 10
"""A place is the only likely one of its name where every other has this many times fewer people. Not tuned."""
INDEPENDENT_TOWN_POPULATION = 5_000
"""People; a name that may mean a town of this size is in no other town. Not tuned."""
MAX_WITHIN_KM = 100.0
"""Kilometres; a place further from the town stated after it is not the one that the name means there. Not tuned."""
CONTAINING_POPULATION_RATIO = 20
"""A town stated after a name contains it only if it has this many times the people of the name's own place. Not tuned."""
MAX_TOWN_GAP = 60
"""Code points between a name and the town stated after it. Not tuned."""
MAX_HEAD_LOOKUP = 3
"""Candidates read for the first words of a name. Not tuned."""
MAX_BODY_LOOKUP = 20
"""Candidates read for the place in the name of an organization. Not tuned."""
