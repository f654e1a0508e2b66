"""Make up news articles, for timing alone: sentences from a few patterns with names of the gazetteer in them."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence

_SENTENCES = (
    "Officials in {a} said on {day} that {n} families had left {b} since the weekend.",
    "The road between {a} and {b} was closed after heavy rain, police in {c} reported.",
    "{c} has asked its neighbours for talks on the river that runs through {a}.",
    "About {n} people took part in a march in {a}, organisers told reporters on {day}.",
    "“We will rebuild the school before winter,” the mayor of {b} promised.",
    "Trade between {c} and the region around {a} fell by {n} per cent last year, a study found.",
    "The minister arrived in {a} from {b} and is expected to return on {day}.",
    "A spokesman declined to say how many of the {n} lorries had reached the depot.",
    "Prices rose again, and shopkeepers said that few customers were buying more than bread.",
    "Nobody was hurt, the fire brigade said; the cause is still being looked into.",
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def articles(
    n: int, *, names: Sequence[str], countries: Sequence[str], seed: int = 7, sentences: int = 24
) -> Iterator[str]:
    """Yield ``n`` JSON lines of about 2,300 characters each; the same for the same seed."""
    dice = random.Random(seed)  # noqa: S311 - reproducible on purpose
    for number in range(n):
        local = dice.sample(names, 6)
        country = dice.choice(countries)
        told = []
        for _ in range(sentences):
            a, b = dice.sample(local, 2)
            told.append(
                dice.choice(_SENTENCES).format(a=a, b=b, c=country, n=dice.randrange(3, 900), day=dice.choice(_DAYS))
            )
        text = f"A day in {local[0]}\n\n" + "\n\n".join(" ".join(told[i : i + 4]) for i in range(0, sentences, 4))
        published = f"2024-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}"
        yield json.dumps(
            {
                "id": f"made-{number}",
                "title": f"A day in {local[0]}",
                "text": text,
                "published": published,
                "source": "Made Up",
            },
            ensure_ascii=False,
        )
