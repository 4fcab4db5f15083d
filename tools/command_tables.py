"""The command line as its own commands describe it: usage, options, JSON fields, exit codes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

import click

from tools.markdown import code, fenced, table
from workflow.cli import exits
from workflow.cli.program import rectify
from workflow.cli.speaking import Command, Context, Group

_CODES = {
    "DONE": "done",
    "UNEXPECTED": "unexpected: a fault of the program (`RECTIFY_DEBUG=1` shows where)",
    "USAGE": "usage: the command line is not understood",
    "REFUSED": "refused by the process, or not permitted to the acting account",
    "NOT_FOUND": "what was named does not exist",
    "CONFLICT": "conflict: somebody was faster, or a request id or code is taken",
    "UNSOUND": "`verify` found problems",
    "INVALID": "configuration, schema or input that cannot be taken",
    "INTERRUPTED": "interrupted (128 + SIGINT)",
    "PIPE_CLOSED": "the reader of the output has gone (128 + SIGPIPE)",
}
Named = tuple[str, click.Command]


def exit_codes() -> str:
    """The table of exit codes."""
    found = {n: v for n, v in vars(exits).items() if n.isupper() and isinstance(v, int)}
    return table(("code", "means"), ((str(found[n]), _CODES[n]) for n in found))


def walk(group: Group = rectify, name: str = "rectify") -> Iterator[Named]:
    """Every command with the words by which it is called; groups before their commands."""
    context = Context(group, info_name=name)
    for word in group.list_commands(context):
        found = group.get_command(context, word)
        if found is None:
            raise LookupError(f"{name} {word}")
        yield f"{name} {word}", found
        if isinstance(found, Group):
            yield from walk(found, f"{name} {word}")


def general() -> str:
    """The options that every command takes."""
    return _options(Context(rectify, info_name="rectify"))


def overview() -> str:
    """The commands under their headings, a line each."""
    parts = []
    for heading, places in rectify.sections.items():
        rows = ((f"[`{name}`](#rectify-{name})", place.text) for name, place in places.items())
        parts.append(f"**{heading}**\n\n{table(('command', 'what it does'), rows)}")
    return "\n".join(parts)


def commands() -> str:
    """Every command with its usage, its help, its options and the fields of its JSON."""
    return "\n".join(_command(name, found) for name, found in walk())


def _command(name: str, command: click.Command) -> str:
    context = Context(command, info_name=name)
    level = "##" if name.count(" ") == 1 else "###"
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    parts = [f"{level} {name}\n", fenced(usage), _prose(command.help or "")]
    if isinstance(command, Group):
        places = command.places.items()
        rows = ((code(word), place.text) for word, place in places)
        parts.append(table(("command", "what it does"), rows))
    else:
        parts.append(_options(context))
    if isinstance(command, Command) and command.fields:
        parts.append(f"Fields of `--json`: {_escaped(command.fields)}\n")
    return "\n".join(part for part in parts if part)


def _prose(text: str) -> str:
    """The paragraphs of a help; one that begins with a space is an example."""
    parts = (fenced(_outdented(p), "sh") if p.startswith(" ") else f"{_escaped(p)}\n"
             for p in text.split("\n\n"))  # fmt: skip
    return "\n".join(parts)


def _outdented(paragraph: str) -> str:
    return "\n".join(line[2:] for line in paragraph.splitlines())


def _escaped(text: str) -> str:
    """Text in which Markdown sees no mark-up but the code that the text itself marks."""
    return re.sub(r"([<>*\[\]])", r"\\\1", " ".join(text.split()))


def _options(context: click.Context) -> str:
    rows = [
        (_spelling(param, context), _escaped(param.help or ""))
        for param in context.command.params
        if isinstance(param, click.Option) and not param.hidden
    ]
    return table(("option", "meaning"), rows) if rows else ""


def _spelling(option: click.Option, context: click.Context) -> str:
    value = "" if option.is_flag else f" {option.make_metavar(context)}"
    return code(f"{', '.join(option.opts)}{value}") + _variable(option)


def _variable(option: click.Option) -> str:
    return f" ({code(option.envvar)})" if isinstance(option.envvar, str) else ""


REGIONS: Mapping[str, Callable[[], str]] = {
    "exit-codes": exit_codes,
    "general-options": general,
    "command-overview": overview,
    "commands": commands,
}
