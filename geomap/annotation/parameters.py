"""Hand-set numbers of annotation: thresholds, radii and limits, each with its unit and source."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from geomap.types import Precision

# Evidence: reports, events, quantities.py

MIN_OTHER_ROLE = 0.7
"""Probability of another role than scene from which a place has no kind of event of its own. Not tuned."""
MAX_EVIDENCE_LENGTH = 600
"""Code points of evidence around a mention in a text without sentence ends. Not tuned."""
CLAUSE_PROBABILITY = 0.95
"""That a kind of event is right whose words stand in the clause of the place. Set by hand; of the rows in ``tests/support/gold_annotations.py`` all are right."""
SENTENCE_PROBABILITY = 0.85
"""The same of words elsewhere in the sentence. Not tuned."""
ARTICLE_PROBABILITY = 0.75
"""The same of the kind that the article is about, for a sentence without such words. Not tuned."""
TOPIC_SHARE = 0.5
"""Share of an article's sentences with a kind of event from which it is about that kind. Not tuned."""
N_LEAD_SENTENCES = 2
"""Sentences at the beginning of which, or in the headline, one at least has that kind. Not tuned."""
EVENT_CONTEXT_LENGTH = 60
"""Code points before an event word that are searched for a negation or a compound. Not tuned."""
QUANTITY_CONTEXT_LENGTH = 12
"""Code points before a number that are searched for a determiner or a verb with a particle. Not tuned."""
MAX_RANGE_RATIO = 100
"""Ratio of the ends of a range of numbers from which it is not taken as one quantity. Not tuned."""

# Time spans of sentences: dates.py

MAX_EXACT_DAYS = 7
"""Days of a time span that is preferred to a longer one, as a day is to a month. Not tuned."""
MAX_LONG_DAYS = 15
"""Days of a time span above which it belongs to the places of its own clause only. Not tuned."""
DOUBTFUL_YEAR_DAYS = 60
"""Days from publication beyond which the inferred year of a date is marked as doubtful. Not tuned."""
MAX_CLAUSE_COST = 6
"""Boundaries of clauses, weighted, across which a time still belongs to a place. Not tuned."""
MAX_COUNT_COST = 12
"""The same for a quantity, which a sentence seldom tells of no place of it. Not tuned."""
STORY_DAYS: Mapping[str, int] = {
    "day_month": 300,
    "month_day": 300,
    "days_across": 300,
    "month": 300,
    "months": 300,
    "holiday": 300,
    "nth": 27,
    "weekday": 6,
}
"""Days after the day told before up to which a day without a year is looked for in a story of the past, by its form. Not tuned."""
MAX_TIE_SENTENCES = 3
"""Sentences back to the day that "also" takes up. Not tuned."""
MAX_RECENT_DAYS = 60
"""Days before publication within which a future date without a year is that of this year after all: a text may be late. Not tuned."""
NEWS_DAYS = 366
"""Days before publication from which a time is history, which the time line of a map does not cover. Not tuned."""
WEEKS_AGO_MARGIN_DAYS = 3
"""Days on either side of a date given in weeks: half a week."""

# Claims that differ: claims.py

MAX_ACCOUNT_DAYS = 3
"""Days between two articles on one event, between the days that they tell of it, and before publication for a sentence without a day. Not tuned."""
MAX_CLAIM_SPAN_DAYS = 7
"""Days of a time span above which a count may be the sum of several events. Not tuned."""
APPROXIMATE_SHARE = 0.2
"""Share by which a count may be off that is told as "about". Not tuned."""
CLAIM_CONTEXT_LENGTH = 60
"""Code points before a count that are searched for its verb, and for what makes it a part of a count. Not tuned."""
MIN_DAY_COUNT = 3
"""Count from which two events with the same one are unlikely, so that another day is another account of it. Not tuned."""

# Precision and uncertainty: precision.py

PEOPLE_PER_KM2 = 3000
"""Inhabitants per km² of built-up land: the middle of the range of UN-Habitat's city samples. The radius of a disc of that density
estimates how far a report "in" a city may be from its point."""
SMALLEST_SETTLEMENT_KM = 1.0
"""Radius in km. Not tuned."""
SITE_KM = 0.5
"""Radius in km. Not tuned."""
NEAR_KM = 25.0
"""Radius in km. Source: UCDP GED codebook, where_prec 2: "near" a place is within about 25 km of it."""
UNKNOWN_AREA_KM: Mapping[Precision, float] = {
    "admin2": 25.0,
    "admin1": 100.0,
    "country": 300.0,
    "disputed": 50.0,
    "line": 10.0,
    "area": 100.0,
}
"""Radius in km of an area without a known outline. Not tuned."""

# Focus of an article: focus.py

MAJORITY_SHARE = 0.5
"""Share of an article's weight above which a region holds it: more than half."""
NON_LITERAL_WEIGHT = 0.2
"""Weight of a mention that is background or stands for a government, a dateline or a people, against 1 where something is reported. Not tuned."""

# Extent of a map: extent.py

MAX_LAT = 85.0
"""Degrees. Source: Web Mercator, which ends near 85.05°."""
MIN_SPAN_DEGREES = 3.0
"""Degrees of the smallest basemap before its margin, so that the country around a single village is shown. Not tuned."""
VIEW_MARGIN = 0.1
"""Share of the extent's size that a window shows beyond it on each side, at least: the page fits the extent with this padding or more. Not tuned."""
MIN_VIEW_DEGREES = 1.0
"""Degrees of an extent for which that margin is kept at least. Not tuned."""
NEAR_ROUTE_KM = 300.0
"""Kilometres from the scenes within which the end of a route is in the opening view of an article. Not tuned."""
CELL_DEGREES = 5.0
"""Degrees, about 550 km at the equator; places in the same or a neighbouring cell form one group. Not tuned."""
MAIN_GROUP_SHARE = 0.6
"""Share of the evidence from which a group of places alone sets the extent. Not tuned."""
WIDE_KM = 300.0
"""Uncertainty of a relative place in a country, from which it does not set the extent, as the country does not. Not tuned."""
MAIN_GROUPS_SHARE = 0.9
"""Share of the evidence that the groups in the extent have together where none has the share above: a distant meeting is left out. Not tuned."""
LAT_STRETCH = 1.3
"""Degrees of longitude for which room is made per degree of latitude. Not tuned."""
MARGIN = 1.3
"""Half the span of the basemap per degree of the reported extent. Not tuned."""
WORLD_HALF_SPAN_DEGREES = 150.0
"""Half the span from which the basemap is the whole world. Not tuned."""
LAT_SHARE = 0.8
"""Degrees of latitude of the basemap per degree of longitude. Not tuned."""

# Paths of movements: movements.py

MAX_PATHS = 6
"""Movements of one sentence: a list of six places from which people came to one. Not tuned."""
PATH_STEP_KM = 250.0
"""Kilometres between the points of a drawn geodesic, which is off its line by less than 1.3 km there (sagitta of 250 km)."""
