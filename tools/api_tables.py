"""The public names of the packages: ``__all__`` lists them, their docstrings explain them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from importlib import import_module
from typing import Any

from states.frozen import Struct
from tools.markdown import code, table

PACKAGES = ("states", "notifications", "workflow", "workflow.storage", "workflow.exchange")


def names(package: str) -> str:
    """The public names of a package, each with what it is for and how it is called."""
    module = import_module(package)
    return "\n".join(_name(package, name, getattr(module, name)) for name in sorted(module.__all__))


def _name(package: str, name: str, thing: Any) -> str:
    if not inspect.isclass(thing):
        return f"### `{package}.{name}{signature(thing)}`\n\n{_said(thing)}\n"
    sort = "exception" if issubclass(thing, Exception) else "class"
    parts = [f"### {sort} `{package}.{name}`\n", f"{_said(thing)}\n"]
    if named := _fields(thing):
        written = (code(f"{name}: {kind}") for name, kind in named)
        parts.append(f"Fields: {', '.join(written)}.\n")
    if methods := list(_methods(thing)):
        parts.append(table(("method", "what it does"), methods))
    return "\n".join(parts)


def _fields(thing: type[Any]) -> list[tuple[str, Any]]:
    """Return the fields of a data class or struct, each with its type as it is written."""
    if issubclass(thing, Struct):
        made_of = [inspect.get_annotations(one) for one in reversed(thing.__mro__)]
        types = {name: kind for each in made_of for name, kind in each.items()}
        return [(name, types[name]) for name in thing.__struct_fields__]
    return [(f.name, f.type) for f in fields(thing)] if is_dataclass(thing) else []


def _methods(thing: type[Any]) -> Iterator[tuple[str, str]]:
    """Yield the public methods of a class, then those of the classes of ours that it extends."""
    ours = [one for one in thing.__mro__ if one.__module__.partition(".")[0] in PACKAGES]
    found_in = {name: found for one in reversed(ours) for name, found in vars(one).items()}
    for name, found in found_in.items():
        if name.startswith("_"):
            continue
        if isinstance(found, property):
            yield code(name), _said(found)
        elif inspect.isfunction(found):
            yield code(f"{name}{signature(found)}"), _said(found)


def signature(function: Any) -> str:
    """How a function is called, its annotations as they are written."""
    shown, past_star = [], False
    for param in inspect.signature(function).parameters.values():
        if param.name == "self":
            continue
        if param.kind is param.KEYWORD_ONLY and not past_star:
            shown.append("*")
            past_star = True
        default = "" if param.default is param.empty else f" = {_default(param.default)}"
        shown.append(f"{param.name}: {param.annotation}{default}")
    returns = inspect.signature(function).return_annotation
    return f"({', '.join(shown)}) -> {returns}"


def _default(value: object) -> str:
    return value.__name__ if inspect.isfunction(value) else repr(value)


def _said(thing: Any) -> str:
    text = (inspect.getdoc(thing) or "").replace("``", "`")
    return " ".join(text.split())


REGIONS: Mapping[str, Callable[[], str]] = {
    f"api-{package.replace('.', '-')}": partial(names, package) for package in PACKAGES
}
