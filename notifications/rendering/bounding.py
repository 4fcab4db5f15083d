"""How much a template may make: sizes are measured where something grows, loops are counted.

Jinja's sandbox keeps a template from Python's inside. It does not keep it from ``'a' * 10**9``,
from a list that holds itself twice, forty times over, or from loops within loops.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import wraps
from itertools import islice
from typing import Any

from jinja2 import TemplateSyntaxError, nodes, pass_context, pass_eval_context
from jinja2.exceptions import SecurityError
from jinja2.filters import do_join, do_replace
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.visitor import NodeTransformer
from markupsafe import Markup, soft_str

MAX_TEXT = 4_000_000
"""Characters that a text, or a list with all that is in it, may have."""

MAX_MADE = 20_000_000
"""Characters that a template may make in all, whether they are written or not."""

FEW = 16
"""So many pieces are put together before they are measured: their sum is bounded, too."""

_ITEM = 20  # what an item of a list counts for, whatever it is

MAX_RANGE = 10_000
"""Numbers that ``range`` gives at most."""

MAX_BITS = 256
"""Bits of a number."""

_SIMPLE_FORMAT = re.compile(r"(?:[^%]|%(?:\([a-z_]+\))?[sd%])*", re.DOTALL)


class TooMuch(SecurityError):
    """A template makes more than any message needs."""


class Measured(NodeTransformer):
    """Puts a filter around everything that loops or grows."""

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.generic_visit(node)
        step = _through("_step", nodes.Const(None, lineno=node.lineno))
        node.body.insert(0, nodes.ExprStmt(step, lineno=node.lineno))
        return node

    def visit_EvalContextModifier(self, node: nodes.EvalContextModifier) -> nodes.Node:
        raise TemplateSyntaxError("escaping cannot be turned off", node.lineno)

    visit_ScopedEvalContextModifier = visit_EvalContextModifier

    def _visit_growing(self, node: Any) -> nodes.Node:
        self.generic_visit(node)
        return _through("_bounded", node)

    visit_Concat = visit_Dict = _visit_growing

    def visit_List(self, node: nodes.List) -> nodes.Node:
        items: list[Any] = []
        for item in node.items:  # a tuple right in a list is measured with it
            within = isinstance(item, nodes.Tuple)
            items.append(self.generic_visit(item) if within else self.visit(item))
        node.items = items
        return _through("_bounded", node)

    def visit_Tuple(self, node: nodes.Tuple) -> nodes.Node:
        return self._visit_growing(node) if node.ctx == "load" else node


def _through(name: str, node: Any) -> nodes.Filter:
    return nodes.Filter(node, name, [], [], None, None, lineno=node.lineno)


class _Made:
    """How many characters were made since the last beginning. (Of all threads: a few more.)"""

    characters = 0


_MADE = _Made()


def begin() -> None:
    """Count from here on."""
    _MADE.characters = 0


def made(text: str) -> str:
    """Return a text that was just made. Raises ``TooMuch`` if it all becomes too much."""
    _MADE.characters += len(text)
    if _MADE.characters > MAX_MADE or len(text) > MAX_TEXT:
        raise too_long()
    return text


def counted(function: Callable[..., Any]) -> Callable[..., Any]:
    """Return a filter, what it makes being counted."""

    @wraps(function)
    def counting(*args: Any, **named: Any) -> Any:
        result = function(*args, **named)
        return made(result) if isinstance(result, str) else result

    return counting


def bits_of(number: Any) -> int:
    """Return how many bits a number takes."""
    if not isinstance(number, int):
        return 64
    return number.bit_length() or 1


def too_long() -> TooMuch:
    """Return what is raised where a text would be too long."""
    return TooMuch(f"it writes more than {MAX_TEXT:,} characters")


def _size(value: Any, most: int) -> int:
    """Return how much a value is when it is written, more than ``most`` if it is more than that."""
    kind = type(value)
    if kind is str or kind is Markup:
        return len(value)
    if kind not in (list, tuple, dict):
        return 1
    size = 1
    for item in value.items() if kind is dict else value:
        size += _ITEM + (len(item) if type(item) is str else _size(item, most - size))
        if size > most:
            break
    return size


def bounded(value: Any) -> Any:
    """Return what has grown. Raises ``TooMuch`` if it has grown too far."""
    if isinstance(value, str):
        return made(value)
    if _size(value, MAX_TEXT) > MAX_TEXT:
        raise too_long()
    return value


def listed(values: Iterable[Any]) -> list[Any]:
    """Return values as a list. Raises ``TooMuch``."""
    found = list(islice(values, MAX_RANGE + 1))
    if len(found) > MAX_RANGE:
        raise TooMuch(f"a list of more than {MAX_RANGE:,} things")
    return found


def numbered(*ends: int) -> range:
    """Return numbers. Raises ``TooMuch``."""
    numbers = range(*ends)
    if len(numbers) > MAX_RANGE:
        raise TooMuch(f"a range of more than {MAX_RANGE:,} numbers")
    return numbers


@pass_context
def _step(context: Context, value: None) -> None:
    """Count one round of a loop. (With the context, so that it is not worked out beforehand.)"""
    context.environment.spend()  # type: ignore[attr-defined]


@pass_eval_context
def joined(
    context: EvalContext, values: Iterable[Any], between: str = "", attribute: str | None = None
) -> str:
    """Return values one after the other."""
    items = listed(values)
    if len(items) > FEW and _size(items, MAX_TEXT) + len(items) * len(between) > MAX_TEXT:
        raise too_long()
    if attribute is None and not context.autoescape:
        return made(str(between).join(map(str, items)))
    return made(do_join(context, items, between, attribute))


@pass_eval_context
def replaced(context: EvalContext, text: Any, old: str, new: str, count: int | None = None) -> str:
    """Return a text with something else in the place of what is in it."""
    text = soft_str(text)
    if len(text) + text.count(old) * len(new) > MAX_TEXT:
        raise too_long()
    return made(do_replace(context, text, old, new, count))


def formatted(pattern: Any, *values: Any, **named: Any) -> str:
    """Return a text with values in their places: ``%s`` and ``%d``, without widths."""
    text = soft_str(pattern)
    if not _SIMPLE_FORMAT.fullmatch(text):
        raise TooMuch("only %s, %d and %(name)s are known")
    if len(text) + text.count("%") * _size([*values, *named.values()], MAX_TEXT) > MAX_TEXT:
        raise too_long()
    return made(text % (named or values))


HIDDEN = {"_step": _step, "_bounded": bounded}
