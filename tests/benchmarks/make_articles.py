"""Make a newsroom's archive: synthetic articles that report from real places of the gazetteer, the same for the same seed.

    python tests/benchmarks/make_articles.py FOLDER --articles 10000

Each article reports from one place and names one to four others of its country, some demonyms and governments; a story of
any size keeps returning to the same 2,000 places, as news does (the n-th place is drawn with weight 1/n).
"""

from __future__ import annotations

import argparse
import random
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path

from geomap.resources import open_resources

LEADS = (
    "Heavy rain flooded the lower streets of {a} overnight, and {n} families were taken to schools on the hill.",
    "A fire in a warehouse on the edge of {a} burned for {n} hours before crews from {b} brought it under control.",
    "Councillors in {a} voted by a narrow margin on {day} to reopen the hospital that closed {n} years ago.",
    "Teachers in {a} walked out on {day} over pay, leaving {n} classrooms empty.",
    "A bus on its way from {a} to {b} left the road on {day} morning, and {n} passengers were hurt.",
    "Farmers brought {n} tractors into the centre of {a} on {day} to protest against the price of seed.",
    "The last of {n} lorries with blankets and flour reached {a} on {day} after two days on the road.",
    "Voters in {a} go to the polls on {day} to choose a mayor from among {n} candidates.",
    "A tremor woke people in {a} before dawn on {day}; {n} houses were damaged, the council said.",
    "The river fell by {n} centimetres at {a} on {day}, and ferries began to cross again.",
)
BODIES = (
    "People in {b} said they had heard about it on the radio and had come to help with what they had.",
    "The road between {a} and {b} stays closed to lorries until the bridge has been looked at by engineers.",
    "A spokesman for the ministry said {n} officers had been sent from the capital and would remain through the week.",
    "Shops were open, but few had bread, and queues formed outside the two bakeries near the station.",
    "In {c}, where most of the workers live, a collection raised enough for {n} beds and a stove.",
    '"We have seen worse, and we are still here," said a woman who gave her age as {n} and would not give her name.',
    "The {country} government promised to repay half of the damage before the end of the season.",
    "Officials in {country} did not answer questions about how the contract had been given.",
    "Doctors at the clinic in {b} treated {n} people for smoke and sent four of them on to {c}.",
    "Nobody could say when the trains would run again, and the timetable at the door had been taken down.",
    "A school choir that was to sing in {c} waited in its bus until the evening and then turned back.",
    "Prices at the market rose by {n} per cent in a week, according to traders, who blamed the weather.",
    "The mayor thanked the volunteers by name, one after the other, and read out a letter from {c}.",
    "Two reporters who reached the village beyond {b} found the well dry and the mill without power.",
    "An inquiry is to begin on {day} and will hear {n} witnesses, the court in {b} announced.",
    "By nightfall the square was quiet, and only the lamps of the night shift at the works were burning.",
    "Insurance pays for less than a third of it, said the head of the growers' union, who asked for patience.",
    "The museum lent its lorry, the football club its floodlights, and the priest his only telephone.",
)
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
N_PLACES = 2_000
FIRST_DAY = date(2021, 1, 1)


def make_articles(folder: Path, *, n_articles: int, seed: int = 1, first: int = 0) -> None:
    """Write ``n_articles`` text files into ``folder``, numbered from ``first``; what is written depends on nothing else."""
    folder.mkdir(parents=True, exist_ok=True)
    places = _places(random.Random(seed))  # noqa: S311 - not a secret
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(places))))
    for number in range(first, first + n_articles):
        drawn = random.Random(f"{seed} {number}")  # noqa: S311
        [main] = drawn.choices(places, cum_weights=weights)
        near = [one for one in places if one[1] == main[1]] or [main]
        names = {"a": main[0], "b": drawn.choice(near)[0], "c": drawn.choice(near)[0], "country": main[2]}
        lines = [drawn.choice(LEADS), *drawn.sample(BODIES, drawn.randint(7, 12))]
        day = FIRST_DAY + timedelta(days=number * 2_000 // 10_000)
        body = "\n\n".join(_said(" ".join(lines[i : i + 2]), names, drawn) for i in range(0, len(lines), 2))
        title = f"What happened in {main[0]}, told from {names['b']}: report {number}"
        (folder / f"{day}-report-{number:05}.txt").write_text(f"{title}\n\n{body}\n", encoding="utf-8")


def _said(text: str, names: dict[str, str], drawn: random.Random) -> str:
    return text.format(n=drawn.randint(2, 900), day=drawn.choice(DAYS), **names)


def _places(drawn: random.Random) -> list[tuple[str, str, str]]:
    """Return name, country code and country of towns in a drawn order."""
    gazetteer = open_resources().gazetteer
    everything = [gazetteer._place(record) for record in range(len(gazetteer))]
    countries = {place.country: place.name for place in everything if place.kind == "country" and place.country}
    towns = [
        p
        for p in everything
        if p.kind == "settlement" and p.population > 20_000 and p.name.isalpha() and p.country in countries
    ]
    return [(p.name, str(p.country), countries[p.country]) for p in drawn.sample(towns, N_PLACES)]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--first", type=int, default=0)
    given = parser.parse_args()
    make_articles(given.folder, n_articles=given.articles, first=given.first)
