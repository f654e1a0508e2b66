"""Texts made to keep a regular expression busy, out of its own parts, and the time that it spends on them."""

from __future__ import annotations

import re
import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.attack.automaton import Automaton, Node
from tests.attack.patterns import Used

LENGTH = 16_000
"""Characters of a text; a quadratic expression needs a second and more for it."""
QUICK = 0.02
"""Seconds within which a text of ``LENGTH`` is never too slow; linear ones need 0.001."""
GROWTH = 8
"""Four times the text may cost this many times the time: linear is 4, quadratic 16."""
LIMIT = 5.0
"""Seconds of CPU time after which an expression is stopped."""
PUMPS = (
    *(" ", "\n", " \n", "\t", "\r\n", "a", "A", "Aa", "1", "a ", "A ", "Aa ", "1 ", "a.", "A.", "a-", "1,", "1.", ", "),
    *(
        ". ",
        "-",
        " - ",
        "'",
        '"',
        "(",
        "[",
        "/",
        "_",
        "é",
        "中",
        "。",
        "<!--",
        "-->",
        "<!---->",
        "<?",
        "<??>",
        "&",
        "{z}",
    ),
)
"""What is repeated whatever the expression is."""


def attacks(used: Used) -> Iterator[tuple[str, str, str]]:
    """Yield what leads to each loop of an expression, what goes round it, and an end that it does not expect."""
    automaton = Automaton(used.pattern, operation=used.operation)
    pumped = dict.fromkeys(("", pump) for pump in PUMPS)
    for node in automaton.cyclic:
        if node is not automaton.anywhere:
            before = automaton.word_to(node)
            pumped |= dict.fromkeys((before, cycle) for cycle in _cycles(automaton, node))
            pumped |= dict.fromkeys(("", before + cycle) for cycle in _cycles(automaton, node))
    for before, pump in pumped:
        yield before, pump, ""
        yield before, pump, "\x00 <"


def _cycles(automaton: Automaton, goal: Node) -> list[str]:
    """Return short words that lead from a state back to it: its own characters of several sorts, else the shortest."""
    own = sorted(c for e in automaton.ways(goal)[0] if e.target is goal for c in goal.chars)
    if own:
        sorts = {(c.isspace(), c.isalpha(), c.isdigit(), c.isupper()): c for c in own}
        return [*sorts.values()]
    queue: deque[tuple[Node, str]] = deque([(goal, "")])
    seen = set()
    while queue:
        node, word = queue.popleft()
        for edge in automaton.ways(node)[0]:
            if edge.target in seen or goal not in automaton.reach[edge.target] | {edge.target}:
                continue
            if edge.target is goal:
                return [word + min(goal.chars)]
            seen.add(edge.target)
            queue.append((edge.target, word + min(edge.target.chars)))
    return []


def slowness(used: Used) -> str | None:
    """Return the text on which an expression takes more than linear time, None where none does."""
    for before, pump, after in attacks(used):
        n = LENGTH // len(pump)
        whole, quarter = (before + pump * times + after for times in (n, n // 4))
        seconds = _seconds(used, whole)
        if seconds <= QUICK:
            continue
        seconds = seconds if seconds == LIMIT else min(seconds, _seconds(used, whole), _seconds(used, whole))
        short = _seconds(used, quarter)
        if seconds == LIMIT or seconds > max(QUICK, GROWTH * short):
            return f"{seconds:.2f} s for {before!r} + {pump!r} * {n} + {after!r}, {short:.4f} s for a quarter of it"
    return None


def _seconds(used: Used, text: str) -> float:
    """Return how long an operation takes on a text, ``LIMIT`` where it was stopped."""
    subject: Any = text.encode("latin-1", "replace") if isinstance(used.pattern.pattern, bytes) else text
    begun = time.process_time()
    try:
        with _limited():
            _run(used, subject)
    except TimeoutError:
        return LIMIT
    return time.process_time() - begun


def _run(used: Used, subject: Any) -> None:
    if used.operation in ("sub", "subn"):
        used.pattern.sub(subject[:0], subject)
    elif used.operation == "finditer":
        deque(used.pattern.finditer(subject), maxlen=0)
    else:
        getattr(used.pattern, used.operation)(subject)


@contextmanager
def _limited() -> Iterator[None]:
    """Raise TimeoutError in what takes more than ``LIMIT`` seconds of CPU time; ``re`` hears signals while it matches."""

    def stop(_: int, __: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, LIMIT)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def pattern_of(source: str | bytes, flags: int = 0, *, operation: str) -> Used:
    return Used(where="here", pattern=re.compile(source, flags), operation=operation)
