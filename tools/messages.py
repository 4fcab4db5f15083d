"""Keeps the message catalogs in step with the code.

``python -m tools.messages update`` collects the texts into ``rectify.pot`` and merges them into
every language; ``… check`` names everything that is out of step and ends with 1 if anything is.
The catalogs carry no dates, line numbers or tool versions, so they change only when texts do.
"""

from __future__ import annotations

import ast
import io
import string
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.catalog import Message as Entry
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LOCALE = ROOT / "notifications" / "locale"
TEMPLATE = LOCALE / "rectify.pot"
PACKAGES = ("states", "notifications", "workflow")
SHOWN = 20  # faults, so that they do not drive other findings off the screen

# Which argument of which call is a text for people: `_` translates where it stands, `N_` only
# marks, and messages are values whose sentence is translated where they are shown.
TEXT_ARGUMENT = {"_": 0, "N_": 0}
TEXT_ARGUMENT |= dict.fromkeys(("Message", "Unmet", "Problem", "Fault"), 1)

HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: rectify\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""


class UntranslatableText(Exception):
    """A text is put together while the program runs, so no catalog can hold it."""


def collect() -> Catalog:
    """All texts of the three packages, with the files they stand in."""
    catalog = Catalog(charset="utf-8")
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            name = path.relative_to(ROOT).as_posix()
            for text in sorted(set(texts(ast.parse(path.read_bytes()), name))):
                catalog.add(text, locations=[(name, 0)])
    return catalog


def texts(tree: ast.AST, name: str) -> Iterator[str]:
    """The texts for people in one module.

    A name stands for the literals that its function gives it. Raises UntranslatableText at an
    f-string, a sum or a call where a text must stand; a look-up in a table is none, because its
    texts are marked where they stand.
    """
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and (text := _text_of(node)) is not None:
            yield from _literals(text)
            if isinstance(text, ast.JoinedStr | ast.BinOp | ast.Call) and not _looks_up(text):
                raise UntranslatableText(f"{name}:{text.lineno}: this text must be a literal")
        elif isinstance(node, ast.FunctionDef):
            yield from _named(node)


def _literals(text: ast.expr) -> Iterator[str]:
    """The literals that an expression can be: itself, or either side of a condition."""
    if isinstance(text, ast.IfExp):
        yield from _literals(text.body)
        yield from _literals(text.orelse)
    elif isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
        yield text.value


def _named(function: ast.FunctionDef) -> Iterator[str]:
    """The texts of a function that stand in a variable before they are said."""
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    said = {text.id for call in calls if isinstance(text := _text_of(call), ast.Name)}
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and len(node.targets) == 1:
            (target,) = node.targets
            if isinstance(target, ast.Name) and target.id in said:
                yield from _literals(node.value)


def _looks_up(text: ast.AST) -> bool:
    """Whether an expression is ``TABLE.get(…)``."""
    called = text.func if isinstance(text, ast.Call) else None
    return isinstance(called, ast.Attribute) and called.attr == "get"


def _text_of(call: ast.Call) -> ast.expr | None:
    function = call.func
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    if (position := TEXT_ARGUMENT.get(name)) is None:
        return None
    if len(call.args) > position:
        return call.args[position]
    return next((keyword.value for keyword in call.keywords if keyword.arg == "text"), None)


def rendered(catalog: Catalog, language: str = "") -> str:
    """The catalog as it stands in a file."""
    stream = io.BytesIO()
    write_po(
        stream,
        catalog,
        width=100,
        omit_header=True,
        sort_by_file=True,
        ignore_obsolete=True,
        include_lineno=False,
    )
    body = stream.getvalue().decode("utf-8").strip("\n")
    return HEADER.format(language=language) + body + "\n" if body else HEADER.format(language="")


def languages() -> Iterator[tuple[str, Path]]:
    """Every language that has a catalog, with its file."""
    for path in sorted(LOCALE.glob("*/LC_MESSAGES/rectify.po")):
        yield path.parts[-3], path


def load(path: Path, language: str) -> Catalog:
    """The catalog that stands in a file."""
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def update() -> None:
    """Write the template and merge it into every language; similar texts are marked fuzzy."""
    template = collect()
    TEMPLATE.write_text(rendered(template), encoding="utf-8")
    for language, path in languages():
        catalog = load(path, language)
        catalog.update(template)
        path.write_text(rendered(catalog, language), encoding="utf-8")


def faults() -> Iterator[str]:
    """Everything that keeps the catalogs from being in step with the code, a sentence each."""
    template = collect()
    if not TEMPLATE.exists() or TEMPLATE.read_text(encoding="utf-8") != rendered(template):
        yield f"{TEMPLATE.relative_to(ROOT)}: out of step with the code; run: make messages"
    for language, path in languages():
        name = path.relative_to(ROOT)
        catalog = load(path, language)
        for entry in template:
            if entry.id:
                found = catalog.get(entry.id)
                yield from (f"{name}: {fault}: {entry.id!r}" for fault in entry_faults(found))
        for entry in catalog:
            if entry.id and entry.id not in template:
                yield f"{name}: no longer in the code: {entry.id!r}; run: make messages"


def entry_faults(entry: Entry | None) -> Iterator[str]:
    """What is wrong with one translation."""
    if entry is None or not entry.string:
        yield "not translated"
    elif entry.fuzzy:
        yield "fuzzy (check the wording, then delete the mark)"
    elif (ours := placeholders(entry.id)) != (theirs := placeholders(entry.string)):
        yield f"placeholders {sorted(ours)} became {sorted(theirs)}"


def placeholders(text: object) -> set[str]:
    """The names in braces, with what follows them (``{count:>3}`` and ``{count}`` differ)."""
    return {
        f"{name}:{form}" if form else name
        for _, name, form, _ in string.Formatter().parse(str(text))
        if name is not None
    }


def main(arguments: list[str]) -> int:
    """Do what the command line says; returns the exit code."""
    try:
        if arguments == ["update"]:
            update()
            return 0
        if arguments == ["check"]:
            found = list(faults())
            print("\n".join(found[:SHOWN]) or "the message catalogs are in step with the code")
            if len(found) > SHOWN:
                print(f"… and {len(found) - SHOWN} more")
            return 1 if found else 0
    except UntranslatableText as error:
        print(error)
        return 1
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
