"""Words of one country, as shares by country."""

import pytest

from geomap.resolution.cues import country_word_shares


@pytest.mark.parametrize(
    ("text", "shares"),
    [
        ("", {}),
        ("It rained on Monday.", {}),
        ("The sheriff closed the interstate.", {"US": 0.5}),
        ("He paid £5 to the NHS.", {"GB": 0.5}),
        ("Ten crore, a lakh and the Lok Sabha.", {"IN": 0.75, "PK": 0.25}),
        ("The garda met the taoiseach in the Dáil over €50 for a garda and a garda.", {"IE": 1.0}),
        ("The barangay, the Māori iwi and the naira.", {"PH": 0.25, "NZ": 0.5, "NG": 0.25}),
        ("a township", {"US": 0.25, "ZA": 0.25}),
        ("The councillor of NSW", {"GB": 0.25, "AU": 0.5}),
    ],
)
def test_the_share_of_a_country_is_a_quarter_per_word_up_to_one(text, shares):
    assert country_word_shares(text) == shares


def test_words_after_twenty_thousand_code_points_do_not_count():
    assert country_word_shares("x" * 19_992 + " sheriff") == {"US": 0.25}
    assert country_word_shares("x" * 19_993 + " sheriff") == {}
