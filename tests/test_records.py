"""Records are pickled by the names of their fields: of another version they are read right, or not at all."""

import copy
import dataclasses
import inspect
import pickle

import pytest

from geomap import map_types, types
from geomap.records import Record
from geomap.types import Article, GeoparsedArticle, Mention, Place, Resolution

PLACE = Place(id="gn:1", name="Tegh", kind="settlement", lon=46.48, lat=39.56, country="AM")
READ = GeoparsedArticle(
    article=Article(id="a", text="Fire in Tegh."),
    resolutions=(
        Resolution(
            mention=Mention(start=8, end=12, text="Tegh", score=0.9), place=PLACE, score=0.8, reason="the only one"
        ),
    ),
)


def pickled_by(state, *, kind=Place):
    """Return the record that a pickle with these fields gives."""
    restored, (_, values) = kind.__reduce__(PLACE)
    assert values == {field.name: getattr(PLACE, field.name) for field in dataclasses.fields(PLACE)}
    return restored(kind, state)


def test_a_record_is_the_same_after_pickling_and_copying():
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(READ, protocol)) == READ  # noqa: S301 - our own
    assert copy.deepcopy(READ) == READ
    assert copy.copy(PLACE) == PLACE


def test_a_pickle_with_the_fields_in_another_order_is_read_right():
    values = {field.name: getattr(PLACE, field.name) for field in dataclasses.fields(PLACE)}
    assert pickled_by(dict(reversed(values.items()))) == PLACE


def test_a_pickle_without_a_later_field_has_its_default():
    assert pickled_by({"id": "gn:1", "name": "Tegh", "kind": "settlement", "lon": 46.48, "lat": 39.56}) == (
        dataclasses.replace(PLACE, country=None)
    )


@pytest.mark.parametrize("state", [{"id": "gn:1"}, {"name_of_another_version": 1}])
def test_a_pickle_with_other_fields_is_refused(state):
    with pytest.raises(TypeError, match=r"^Place: was pickled by another version of geomap \(.+\); geoparse again$"):
        pickled_by(state)


def test_every_record_is_pickled_by_name():
    kinds = [
        kind
        for module in (types, map_types)
        for _, kind in inspect.getmembers(module, dataclasses.is_dataclass)
        if kind.__module__.startswith(module.__name__)
    ]
    assert len(kinds) > 25
    assert [kind for kind in kinds if not issubclass(kind, Record)] == []
