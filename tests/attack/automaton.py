"""A regular expression as an automaton of character sets, which knows what atomic groups and looks allow."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from re import _constants as sre  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

from tests.attack.characters import CHARACTERS, classes, holds, is_word

Look = Callable[[str | None, str | None], bool]
MOST_COPIES = 64
"""Repeats bounded by more than this count as unbounded."""
MOST_EDGES = 20_000
"""Ways on from one state; an expression of more is refused."""
ACCEPT = -1


class UnsupportedPatternError(ValueError):
    """The expression has a part whose cost the automaton cannot show: a back reference."""


@dataclass(eq=False, slots=True)
class Node:
    """A state: one that reads a character of ``chars``, or one that reads nothing."""

    number: int
    stack: tuple[int, ...]
    """The atomic groups around it, outermost first."""
    chars: frozenset[str] = frozenset()
    look: Look | None = None
    """What must hold of the characters before and behind it."""
    sure: Look | None = None
    """When it is certain to be passed; always, where it only has a ``look``."""
    closes: int | None = None
    """The atomic group that ends here, or ``ACCEPT``."""
    out: list[Node] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Edge:
    """A way from one reading state to the next, or to an end."""

    target: Node
    path: tuple[Node, ...]
    exits: frozenset[int]

    def is_open(self, before: str | None, after: str | None) -> bool:
        return all(node.look is None or node.look(before, after) for node in self.path)

    def is_sure(self, before: str | None, after: str | None) -> bool:
        """Return whether it is open whatever comes later."""
        return self.is_open(before, after) and all(n.sure is None or n.sure(before, after) for n in self.path)


class Automaton:
    """The automaton of an expression under an operation: ``match``, ``fullmatch``, or ``search`` from every place."""

    def __init__(self, pattern: re.Pattern[Any], *, operation: str) -> None:
        source = pattern.pattern
        self._is_bytes = isinstance(source, bytes)
        tree = parser.parse(source, pattern.flags)
        self.alphabet = classes(tree, pattern.flags, is_bytes=self._is_bytes)
        self._nodes: list[Node] = []
        self._edges: dict[Node, tuple[list[Edge], list[Edge]]] = {}
        self._atomics = 0
        self.start = self._node(())
        accept = self._node((), closes=ACCEPT)
        if operation == "fullmatch":
            accept = self._looking(lambda _, after: after is None, accept, ())
        first = self._build(tree, pattern.flags, accept, ())
        self.anywhere: Node | None = None
        if operation not in ("match", "fullmatch"):
            self.anywhere = self._node((), chars=frozenset(self.alphabet))
            self.anywhere.out += [first, self.anywhere]
            self.start.out += [first, self.anywhere]
        else:
            self.start.out.append(first)

    def _node(self, stack: tuple[int, ...], **what: Any) -> Node:
        node = Node(len(self._nodes), stack, **what)
        self._nodes.append(node)
        return node

    def _build(self, items: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        """Return the first state of what reads ``items`` and goes on to ``after``."""
        for op, value in reversed(list(items)):
            after = self._item(op, value, flags, after, stack)
        return after

    def _item(self, op: Any, value: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        if op in CHARACTERS:
            node = self._node(stack, chars=self._set(op, value, flags))
            node.out.append(after)
            return node
        if op in (sre.ASSERT, sre.ASSERT_NOT):
            return self._assertion(op, value, flags, after, stack)
        if op not in _PARTS:
            raise UnsupportedPatternError(str(op))
        return _PARTS[op](self, value, flags, after, stack)

    def _group(self, value: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        _, added, removed, body = value
        return self._build(body, (flags | added) & ~removed, after, stack)

    def _branches(self, value: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        return self._choice([self._build(body or [], flags, after, stack) for body in value[1:]], stack)

    def _choice(self, options: list[Node], stack: tuple[int, ...]) -> Node:
        node = self._node(stack)
        node.out += options
        return node

    def _looking(self, look: Look, after: Node, stack: tuple[int, ...], sure: Look | None = None) -> Node:
        node = self._node(stack, look=look, sure=sure)
        node.out.append(after)
        return node

    def _repeat(self, value: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        low, high, body = value
        if high is sre.MAXREPEAT or high > MOST_COPIES:
            loop = self._node(stack)
            first = self._build(body, flags, loop, stack)
            loop.out += [first, after]
            n_before, entry = (min(low, MOST_COPIES) - 1, first) if low else (0, loop)
        else:
            entry, n_before = after, low
            for _ in range(high - low):
                entry = self._choice([self._build(body, flags, entry, stack), after], stack)
        for _ in range(n_before):
            entry = self._build(body, flags, entry, stack)
        return entry

    def _atomic(self, body: Any, flags: int, after: Node | None, stack: tuple[int, ...]) -> Node:
        self._atomics += 1
        inside = (*stack, self._atomics)
        end = self._node(inside, closes=self._atomics)
        end.out += [after] if after else []
        node = self._node(stack)
        node.out.append(self._build(body, flags, end, inside))
        return node

    def _assertion(self, op: Any, value: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        """Return what looks: at one character in passing, at more on a way of its own that leads nowhere."""
        direction, body = value
        one = self._one(body, flags)
        is_wanted = op is sre.ASSERT
        if one is not None:
            return self._looking(lambda b, a: ((b if direction < 0 else a) in one) == is_wanted, after, stack)
        if direction < 0:
            last = self._one(list(body)[-1:], flags)
            return self._looking(lambda b, _: not is_wanted or last is None or b in last, after, stack, _never)
        aside = self._atomic(body, flags, None, stack)
        reading, ending = self.ways(aside)
        first = frozenset(self.alphabet if ending else "").union(*(edge.target.chars for edge in reading))
        may_stand = self._looking(
            lambda _, a: not is_wanted or bool(ending) or a in first,
            after,
            stack,
            _never if is_wanted else lambda _, a: a not in first and not ending,
        )
        return self._choice([aside, may_stand], stack)

    def _one(self, body: Any, flags: int) -> frozenset[str] | None:
        """Return the set of an assertion on one character, None of a longer one."""
        items = list(body)
        while len(items) == 1 and items[0][0] is sre.SUBPATTERN:
            _, added, removed, inner = items[0][1]
            flags, items = (flags | added) & ~removed, list(inner)
        if len(items) != 1 or items[0][0] not in CHARACTERS:
            return None
        return self._set(*items[0], flags)

    def _set(self, op: Any, value: Any, flags: int) -> frozenset[str]:
        return frozenset(c for c in self.alphabet if holds(op, value, flags, c, is_bytes=self._is_bytes))

    def _at(self, where: Any, flags: int, after: Node, stack: tuple[int, ...]) -> Node:
        return self._looking(self._place(where, flags), after, stack)

    def _place(self, where: Any, flags: int) -> Look:
        if where in (sre.AT_BEGINNING, sre.AT_BEGINNING_STRING):
            lines = where is sre.AT_BEGINNING and flags & re.MULTILINE
            return lambda b, _: b is None or bool(lines and b == "\n")
        if where is sre.AT_END:
            return lambda _, a: a in (None, "\n")
        if where is sre.AT_END_STRING:
            return lambda _, a: a is None
        is_ascii = self._is_bytes or bool(flags & re.ASCII)
        is_edge = where is sre.AT_BOUNDARY
        return lambda b, a: (is_word(b, is_ascii=is_ascii) != is_word(a, is_ascii=is_ascii)) == is_edge

    def ways(self, node: Node) -> tuple[list[Edge], list[Edge]]:
        """Return the ways on from a state: to states that read, and to ends."""
        if node not in self._edges:
            reading: list[Edge] = []
            ending: list[Edge] = []
            for edge in _ways(node):
                (ending if not edge.target.chars else reading).append(edge)
                if len(reading) + len(ending) > MOST_EDGES:
                    raise UnsupportedPatternError("too many ways")
            self._edges[node] = reading, ending
        return self._edges[node]

    @cached_property
    def reading(self) -> list[Node]:
        """The states that read and can be reached, in order of distance."""
        seen, queue = {self.start}, deque([self.start])
        while queue:
            for edge in self.ways(queue.popleft())[0]:
                if edge.target not in seen:
                    seen.add(edge.target)
                    queue.append(edge.target)
        return sorted(seen - {self.start}, key=lambda n: n.number)

    @cached_property
    def reach(self) -> dict[Node, set[Node]]:
        """What each state leads to, by one character or more."""
        follow = {node: {e.target for e in self.ways(node)[0]} for node in self.reading}
        reached = {}
        for node in self.reading:
            seen: set[Node] = set()
            stack = list(follow[node])
            while stack:
                found = stack.pop()
                if found not in seen:
                    seen.add(found)
                    stack += follow[found]
            reached[node] = seen
        return reached

    @cached_property
    def cyclic(self) -> list[Node]:
        """The states that lead back to themselves."""
        return [node for node in self.reading if node in self.reach[node]]

    def word_to(self, goal: Node) -> str:
        """Return a shortest text that leads to ``goal``; "" where what it looks at forbids it."""
        queue: deque[tuple[Node, str | None, str]] = deque([(self.start, None, "")])
        seen = set()
        while queue:
            node, before, word = queue.popleft()
            for edge in self.ways(node)[0]:
                for char in sorted(edge.target.chars):
                    if (edge.target, char) in seen or not edge.is_open(before, char):
                        continue
                    if edge.target is goal:
                        return word + char
                    seen.add((edge.target, char))
                    queue.append((edge.target, char, word + char))
        return ""


_PARTS: dict[Any, Callable[[Automaton, Any, int, Node, tuple[int, ...]], Node]] = {
    sre.SUBPATTERN: Automaton._group,
    sre.BRANCH: lambda a, value, *rest: a._branches((None, *value[1]), *rest),
    sre.GROUPREF_EXISTS: Automaton._branches,
    sre.MAX_REPEAT: Automaton._repeat,
    sre.MIN_REPEAT: Automaton._repeat,
    sre.POSSESSIVE_REPEAT: lambda a, value, *rest: a._atomic([(sre.MAX_REPEAT, value)], *rest),
    sre.ATOMIC_GROUP: Automaton._atomic,
    sre.AT: Automaton._at,
    sre.FAILURE: lambda a, _value, _flags, _after, stack: a._node(stack),
}
"""How each part of an expression becomes states."""


def _never(_: str | None, __: str | None) -> bool:
    return False


def _ways(node: Node) -> Iterator[Edge]:
    """Yield the ways from a state, through states that read nothing and no step taken twice, to what reads or ends."""
    stack: list[Edge] = [Edge(after, (after,), frozenset()) for after in reversed(node.out)]
    while stack:
        edge = stack.pop()
        at = edge.target
        if at.chars:
            yield edge
            continue
        if at.closes is not None:
            yield edge
        exits = edge.exits | {at.closes} if at.closes is not None else edge.exits
        taken = set(pairwise(edge.path))
        stack += [Edge(after, (*edge.path, after), exits) for after in reversed(at.out) if (at, after) not in taken]
