"""The place where templates run: what they may reach, and how much they may make of it.

A template is a file of the administrator. All the same it sees plain values alone, calls nothing
but its own macros and a short list of filters, and is stopped before it fills the memory or runs
for ever. Jinja's own sandbox keeps it from Python's inside, not from ``'a' * 10**9``.

What a macro of a text template writes is text: in HTML it is escaped like every other value.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence
from html import escape
from types import BuiltinMethodType
from typing import Any, ClassVar

from jinja2 import StrictUndefined, Template, TemplateNotFound, Undefined, nodes
from jinja2.bccache import Bucket, BytecodeCache
from jinja2.compiler import CodeGenerator, Frame
from jinja2.environment import TemplateModule
from jinja2.parser import Parser
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Namespace
from markupsafe import Markup
from markupsafe import escape as markup_of

from notifications.rendering.bounding import (
    FEW,
    HIDDEN,
    MAX_BITS,
    MAX_TEXT,
    Measured,
    TooMuch,
    begin,
    bits_of,
    bounded,
    counted,
    formatted,
    joined,
    listed,
    made,
    numbered,
    replaced,
    too_long,
)

MAX_SECONDS = 5.0
"""Seconds of the processor, not of the clock, for one template."""

_BREATH = 128  # steps between two looks at the clock; each step is bounded by the sizes above

_FILTERS = (
    *("abs", "capitalize", "d", "default", "e", "escape", "first", "forceescape", "int", "last"),
    *("length", "count", "lower", "max", "min", "reject", "rejectattr", "reverse", "select"),
    *("selectattr", "string", "title", "trim", "upper"),
)
_TEXT_METHODS = frozenset(
    (
        *("capitalize", "count", "endswith", "find", "isdigit", "lower", "lstrip", "partition"),
        *("removeprefix", "removesuffix", "rpartition", "rstrip", "split", "splitlines"),
        *("startswith", "strip", "title", "upper"),
    )
)
_METHODS: Mapping[type, frozenset[str]] = {
    str: _TEXT_METHODS,
    Markup: _TEXT_METHODS,
    dict: frozenset({"get", "items", "keys", "values"}),
    list: frozenset({"count", "index"}),
    tuple: frozenset({"count", "index"}),
}
_DICT_METHODS = _METHODS[dict]
_OPEN = (LoopContext, Namespace, TemplateReference, BlockReference, Undefined)


class _Clock(threading.local):
    """Until when the template of a thread may run, in its seconds of the processor."""

    until = float("inf")


class _Compiled(BytecodeCache):
    """Keeps what was compiled, for every environment of the process: compiling takes longest."""

    kept: ClassVar[dict[tuple[str, str], Any]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key, bucket.checksum] = bucket.code


class _Quick(CodeGenerator):
    """Compiles templates so that what they do most, naming a fact and writing it, costs least."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:
        if not isinstance(node.node, nodes.Name):
            super().visit_Getattr(node, frame)
            return
        self.write("(")
        self.visit(node.node, frame)
        self.write(f"[{node.attr!r}] if type(")
        self.visit(node.node, frame)
        self.write(f") is dict and {node.attr!r} in ")
        self.visit(node.node, frame)
        self.write(" else environment.getattr(")
        self.visit(node.node, frame)
        self.write(f", {node.attr!r}))")

    def _output_child_pre(self, node: nodes.Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.escaped(")
        else:
            super()._output_child_pre(node, frame, finalize)


class Sandbox(ImmutableSandboxedEnvironment):
    """An environment in which a template can do nothing but write a text of a bounded size."""

    code_generator_class = _Quick
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self, loader: Any, filters: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(
            loader=loader,
            undefined=StrictUndefined,
            autoescape=_is_html,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            cache_size=-1,
            bytecode_cache=_Compiled(),
        )
        allowed = {name: counted(self.filters[name]) for name in _FILTERS}
        own = {"join": joined, "list": listed, "replace": replaced, "format": formatted}
        self.filters = {**allowed, **own, **HIDDEN, **filters}
        self.globals = {"range": numbered, "namespace": _Namespace}
        self._ready: dict[str, Template] = {}
        self._clock = _Clock()
        self._left = _BREATH

    def first_of(self, names: Sequence[str]) -> Template | None:
        """Return the first of these templates that there is. Raises ``TemplateSyntaxError``."""
        for name in names:
            try:
                return self.get_template(name)
            except TemplateNotFound as error:
                if error.name != name:
                    raise
        return None

    def run(self, template: Template, facts: dict[str, Any]) -> dict[str, Any]:
        """Return what a template sets and defines. Raises whatever it raises, at its own lines."""
        try:
            return vars(template.make_module(facts))
        except Exception:
            self.handle_exception()

    def make_globals(self, d: MutableMapping[str, Any] | None) -> dict[str, Any]:
        """Return the globals of a template as a plain dict, which is copied for each rendering."""
        return {**self.globals, **(d or {})}

    def get_template(self, name: Any, parent: Any = None, globals: Any = None) -> Template:
        """Return a template, from the second time on without looking for it."""
        known = self._ready.get(name) if type(name) is str else None
        if known is None:
            known = super().get_template(name, parent, globals)
            if type(name) is str:
                self._ready[name] = known
        return known

    def begin(self) -> None:
        """Give the template that is about to run the whole of its time."""
        begin()
        self._clock.until = time.thread_time() + MAX_SECONDS

    def spend(self) -> None:
        """Take a step, and look at the clock now and then. Raises ``TooMuch``."""
        self._left -= 1
        if self._left < 0:
            self._left = _BREATH
            if time.thread_time() > self._clock.until:
                raise TooMuch(f"it takes longer than {MAX_SECONDS:g} seconds")

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """Put together what a template, a macro or a block writes. Raises ``TooMuch``."""
        written = pieces if type(pieces) is list else list(pieces)
        if len(written) > FEW and sum(map(len, written)) > MAX_TEXT:
            raise too_long()
        return made("".join(written))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        read = Parser(self, source, name, filename).parse()
        measured: nodes.Template = Measured().visit(read)
        return measured

    @staticmethod
    def escaped(value: Any) -> str:
        """Return a value as HTML shows it; what a macro of an HTML template wrote stays."""
        if type(value) is Markup:
            return value
        return escape(value) if type(value) is str else markup_of(value)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a fact by its name, else a method that is on the list."""
        if type(obj) is dict:
            if attribute in obj:
                return obj[attribute]
            if attribute in _DICT_METHODS:
                return getattr(obj, attribute)
        elif type(obj) is TemplateModule and attribute[0] != "_" and attribute in obj.__dict__:
            return obj.__dict__[attribute]
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Return whether a template may reach an attribute: only what is listed."""
        if attr.startswith("_") or not super().is_safe_attribute(obj, attr, value):
            return False
        return isinstance(obj, _OPEN) or attr in _METHODS.get(type(obj), ())

    def wrap_str_format(self, value: Any) -> None:
        """Leave ``str.format`` to what is not on the list of methods: it can pad without end."""
        return

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """Call a macro, whose text is as safe as the template it stands in; or what is allowed."""
        self._left -= 1
        if self._left < 0:
            self.spend()
        if kwargs:  # how compiled templates pass on what they have set
            kwargs.pop("_loop_vars", None)
            kwargs.pop("_block_vars", None)
        if type(obj) is not Macro:
            if type(obj) is BuiltinMethodType:  # a method of a text or a list, on the list above
                result = obj(*args, **kwargs)
                return made(result) if isinstance(result, str) else result
            return super().call(context, obj, *args, **kwargs)
        if kwargs or len(args) != len(obj.arguments) or _is_special(obj):
            return obj(*args, **kwargs)
        written = obj._func(*args)
        return str.__new__(Markup, written) if obj._default_autoescape else written

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Calculate, as far as the result stays small."""
        self.spend()
        if operator == "%" and isinstance(left, str):
            return formatted(left, *(right if isinstance(right, tuple) else (right,)))
        if not isinstance(left, int | float) or not isinstance(right, int | float):
            if operator != "+":
                raise TooMuch(f"{operator} is for numbers")
            return bounded(left + right)
        bits = bits_of(left) + bits_of(right)
        if operator == "**":
            bits = bits_of(left) * int(min(abs(right), MAX_BITS + 1))
        if bits > MAX_BITS:
            raise TooMuch(f"a number of {bits} bits is too large")
        return super().call_binop(context, operator, left, right)


class _Namespace(Namespace):
    """A namespace that says nothing of what is in it, which may be itself."""

    def __repr__(self) -> str:
        return "namespace"


def _is_special(macro: Macro) -> bool:
    return macro.caller or macro.catch_kwargs or macro.catch_varargs


def _is_html(name: str | None) -> bool:
    return name is not None and name.endswith(".html.j2")
