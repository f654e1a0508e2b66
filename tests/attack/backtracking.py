"""Find the regular expressions that backtrack: those whose time grows faster than the text, as an automaton shows it.

The expression becomes an automaton of character sets. A backtracking matcher tries every way in which the automaton can
read a text that it does not accept, so its time is the number of ways (Weber and Seidl 1991; Weideman et al. 2016):

- exponential where a state can come back to itself in two ways on one word: ``(a+)+$``;
- polynomial where, on one word, a state p comes back to itself, reaches q, and q comes back to itself: ``a*a*b``. The
  places at which ``search`` may begin are such a p: ``\\s*X`` reads a run of spaces from each of its spaces.

What an atomic group or a possessive repeat has left is never tried again: two ways that part inside of one count only as
long as both stay inside. Over-cautious by intent: what it passes is linear, what it reports may be.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.attack.automaton import ACCEPT, Automaton, Edge, Node


@dataclass(frozen=True, slots=True)
class Finding:
    """How an expression backtracks, and a text that shows it."""

    degree: str
    prefix: str
    pump: str

    def __str__(self) -> str:
        return f"{self.degree}: {self.prefix!r} + {self.pump!r} * n"


def finding(pattern: re.Pattern[Any], *, operation: str = "search") -> Finding | None:
    """Return how a pattern backtracks under a method of ``re.Pattern``, None where its time is linear in the text."""
    automaton = Automaton(pattern, operation=operation)
    for p in automaton.cyclic:
        if p is not automaton.anywhere and (word := _pumped(automaton, p, p)):
            return Finding("exponential", automaton.word_to(p), word)
    for p in automaton.cyclic:
        for q in automaton.cyclic:
            if p is not q and q in automaton.reach[p] and (word := _pumped(automaton, p, q)):
                return Finding("polynomial", automaton.word_to(p), word)
    return None


def _pumped(automaton: Automaton, p: Node, q: Node) -> str | None:
    """Return a word on which p comes back to p, reaches q by another way, and q comes back to q."""
    if p is automaton.anywhere:
        return _word(automaton, p, q, ())
    stacks = (p.stack[:n] for n in range(len(p.stack) + 1) if p.stack[:n] == q.stack[:n])
    return next((word for stack in stacks if (word := _word(automaton, p, q, stack))), None)


def _word(automaton: Automaton, p: Node, q: Node, inside: tuple[int, ...]) -> str | None:
    """Return such a word whose two ways part in the atomic groups ``inside`` and never leave them."""
    search = _Search(automaton, p, q, inside)
    if not search.may_succeed():
        return None
    starts = [(p, p, q, char, False) for char in sorted(p.chars & q.chars)]
    queue = deque((state, state[3], "") for state in starts)
    seen = {(state, state[3]) for state in starts}
    while queue:
        state, origin, word = queue.popleft()
        for char in automaton.alphabet:
            for following in search.steps(state, char):
                if following == (p, q, q, origin, True):
                    return word + char
                if (following, origin) not in seen:
                    seen.add((following, origin))
                    queue.append((following, origin, word + char))
    return None


class _Search:
    """Three ways on one word: from p to p, from p to q and from q to q; the first two are one until they part."""

    def __init__(self, automaton: Automaton, p: Node, q: Node, inside: tuple[int, ...]) -> None:
        self._automaton, self._inside, self._p, self._q = automaton, inside, p, q
        reach = automaton.reach
        self._to_p = {n for n in reach[p] if p in reach[n]}
        self._to_q = {n for n in reach[p] if n is q or q in reach[n]}
        self._around_q = {n for n in reach[q] if q in reach[n]}

    def steps(
        self, state: tuple[Node, Node, Node, str, bool], char: str
    ) -> Iterator[tuple[Node, Node, Node, str, bool]]:
        """Yield the states that reading ``char`` leads to; none where the matcher is content in front of it."""
        one, other, third, before, has_parted = state
        if self._ends(third, before, char) or (one is not self._automaton.anywhere and self._ends(one, before, char)):
            return
        thirds = {e.target for e in self._open(third, before, char, self._around_q)}
        if not thirds:
            return
        for edge in self._open(one, before, char, self._to_p):
            for second in self._open(other, before, char, self._to_q):
                parts = self._parts(edge, second, one, has_parted)
                if parts is not None:
                    yield from ((edge.target, second.target, target, char, parts) for target in thirds)

    def may_succeed(self) -> bool:
        """Return whether there are such ways, whatever they look at: quick, and settles most."""
        start, goal = (self._p, self._p, self._q, False), (self._p, self._q, self._q, True)
        seen, stack = {start}, [start]
        while stack:
            one, other, third, has_parted = stack.pop()
            thirds = {e.target for e in self._kept(third, self._around_q)}
            seconds = self._kept(other, self._to_q)
            for edge in self._kept(one, self._to_p):
                for second in seconds:
                    parts = self._parts(edge, second, one, has_parted)
                    if parts is None:
                        continue
                    shared = edge.target.chars & second.target.chars
                    found = {(edge.target, second.target, t, parts) for t in thirds if shared & t.chars} - seen
                    if goal in found:
                        return True
                    seen |= found
                    stack += found
        return False

    def _parts(self, edge: Edge, other: Edge, origin: Node, has_parted: bool) -> bool | None:
        """Return whether the first two ways have parted after these steps; None where they may not go so."""
        if has_parted:
            return True
        if edge is other:
            return False
        return True if _parting(edge, other, origin).stack == self._inside else None

    def _kept(self, node: Node, allowed: set[Node]) -> list[Edge]:
        edges = self._automaton.ways(node)[0]
        return [edge for edge in edges if edge.target in allowed and edge.exits.isdisjoint(self._inside)]

    def _open(self, node: Node, before: str, char: str, allowed: set[Node]) -> list[Edge]:
        return [e for e in self._kept(node, allowed) if char in e.target.chars and e.is_open(before, char)]

    def _ends(self, node: Node, before: str, char: str) -> bool:
        """Return whether the group that is tried, or the whole expression, may end in front of ``char``: nothing is tried again."""
        group = self._inside[-1] if self._inside else ACCEPT
        return any(e.target.closes == group and e.is_sure(before, char) for e in self._automaton.ways(node)[1])


def _parting(one: Edge, other: Edge, origin: Node) -> Node:
    """Return the last state that two ways from ``origin`` share."""
    shared = origin
    for a, b in zip(one.path, other.path, strict=False):
        if a is not b:
            break
        shared = a
    return shared
