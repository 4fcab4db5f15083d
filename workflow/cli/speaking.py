"""Commands, groups and options whose help speaks Chinese and English, and loads nothing.

Helps are kept in English and translated when they are shown. A group knows its commands by name,
place and one line of help; a command's module is imported when the command is run.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from typing import Any, NamedTuple, TypeVar

import click

from workflow.cli.exits import USAGE
from workflow.cli.language import LANGUAGES, N_, _
from workflow.cli.terminal.screen import terminal_width
from workflow.cli.terminal.wording import padded, width, wrapped

_F = TypeVar("_F", bound=Callable[..., Any])


WIDEST_HELP = 80
"""Columns of help: longer lines are hard to read."""


class Helper(click.HelpFormatter):
    """Writes help in columns of the terminal, of which a Chinese character takes two."""

    def write_text(self, text: str) -> None:
        """Write paragraphs, each wrapped; a paragraph that begins with a space stays as it is."""
        room = max(self.width - self.current_indent, 11)
        indent = " " * self.current_indent
        for position, paragraph in enumerate(text.split("\n\n")):
            if position:
                self.write_paragraph()
            if paragraph.startswith(" "):
                lines = paragraph.splitlines()
            else:
                lines = wrapped(" ".join(paragraph.split()), room)
            self.write("".join(f"{indent}{line}\n" for line in lines))

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        usage = prefix or _("Usage:")
        indent = " " * (width(usage) + 1)
        first, *rest = wrapped(f"{prog} {args}".strip(), max(self.width - len(indent), 20))
        self.write(f"{usage} {first}\n")
        self.write("".join(f"{indent}{line}\n" for line in rest))

    def write_dl(
        self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2
    ) -> None:
        """Write terms with their descriptions beside them."""
        pairs = list(rows)
        first = min(max((width(term) for term, _text in pairs), default=0), col_max) + col_spacing
        indent = " " * self.current_indent
        room = max(self.width - self.current_indent - first, 20)
        for term, text in pairs:
            lines = wrapped(text, room)
            if width(term) > first - col_spacing:
                self.write(f"{indent}{term}\n")
            else:
                self.write(f"{indent}{padded(term, first)}{lines.pop(0)}".rstrip() + "\n")
            self.write("".join(f"{indent}{' ' * first}{line}\n" for line in lines))


class Context(click.Context):
    """A context whose help is written by ``Helper``."""

    formatter_class = Helper

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        width = min(terminal_width() or WIDEST_HELP, WIDEST_HELP)
        super().__init__(*arguments, **{"terminal_width": width, **settings})


class Option(click.Option):
    """An option whose help is translated when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return the option's names and its help in the language spoken."""
        english = self.help
        try:
            self.help = _(english or "")
            return super().get_help_record(ctx)
        finally:
            self.help = english


class OneOf(click.Choice[str]):
    """One of a few words; what is wrong is said in the language spoken."""

    def get_invalid_choice_message(self, value: Any, ctx: click.Context | None) -> str:
        """Return what is wrong with a value that is none of them."""
        return _("{value} is none of: {choices}").format(
            value=value, choices=", ".join(self.choices)
        )


def remember(ctx: click.Context, param: click.Parameter, value: object) -> None:
    """Keep an option's value where whoever opens the application finds it."""
    if value is not None and param.name is not None:
        ctx.find_root().ensure_object(dict)[param.name] = value


def general_options(*, everywhere: bool) -> list[click.Parameter]:
    """Return the options that stand before a command; ``everywhere``: hidden ones after it."""
    texts = (
        ("db", "--db", "URL", _DB),
        ("config", "--config", "FILE", _CONFIG),
        ("language", "--lang", None, _LANG),
        ("acting_as", "--as", "PERSON", N_("Act as this person (only in a trial database).")),
        (
            "on_behalf_of",
            "--on-behalf-of",
            "PERSON",
            N_("Record for this person, who has delegated it."),
        ),
    )
    return [
        Option(
            [flag, name],
            metavar=metavar,
            help=text,
            type=OneOf(LANGUAGES) if name == "language" else str,
            envvar=None if everywhere else _VARIABLES.get(name),
            hidden=everywhere,
            expose_value=False,
            callback=remember,
        )
        for name, flag, metavar, text in texts
    ]


_DB = N_("The database: a file (SQLite) or postgresql://host/name; or $RECTIFY_DB.")
_CONFIG = N_("The configuration; or $RECTIFY_CONFIG; default: config.toml, if there.")
_LANG = N_("The language of all texts; or $RECTIFY_LANG; default: the terminal's.")
_VARIABLES = {"db": "RECTIFY_DB", "config": "RECTIFY_CONFIG", "language": "RECTIFY_LANG"}


def _explain(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        click.echo(ctx.get_help())
        ctx.exit()


class _Speaking(click.Command):
    """What commands and groups share: a help that is translated when it is shown."""

    context_class = Context
    _explaining: Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option ``--help``, the same at every call."""
        if self._explaining is None:
            self._explaining = Option(
                ["--help"],
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_explain,
                help=N_("Show this message and exit."),
            )
        return self._explaining

    def format_help_text(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help in the language spoken."""
        if self.help:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(_(self.help))

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options with their helps."""
        found = [p.get_help_record(ctx) for p in self.get_params(ctx)]
        with formatter.section(_("Options")):
            formatter.write_dl([record for record in found if record is not None])


class Command(_Speaking):
    """A command. ``fields`` names the fields of its ``--json``, which are never translated.

    The general options may stand behind its name too.
    """

    def __init__(self, *arguments: Any, fields: str = "", **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self.fields = fields
        self.params += general_options(everywhere=True)

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments. Raises ``UsageError`` if there are too many."""
        ctx.allow_extra_args = True
        if rest := super().parse_args(ctx, args):
            ctx.fail(_("nothing is known to do with: {rest}").format(rest=" ".join(rest)))
        return rest

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the fields of the JSON output, and where the other options are."""
        if self.fields:
            with formatter.section(_("Fields of --json")):
                formatter.write_text(self.fields)
        formatter.write_paragraph()
        formatter.write_text(_("The options of `rectify --help` may stand here too."))


class Place(NamedTuple):
    """Where a command is found (``module:name``), and its help in one line."""

    place: str
    text: str


class Group(_Speaking, click.Group):
    """Commands under headings; each is imported when it is run, none to list them."""

    command_class = Command

    def __init__(
        self, *arguments: Any, sections: Mapping[str, Mapping[str, Place]], **settings: Any
    ) -> None:
        super().__init__(*arguments, **settings)
        self.sections = sections
        self.places = {name: place for part in sections.values() for name, place in part.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, in the order of the headings."""
        return list(self.places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command, its module imported."""
        if cmd_name not in self.places:
            return None
        module, _colon, name = self.places[cmd_name].place.partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the options before the command. Without any argument, show the help."""
        if not args and not ctx.resilient_parsing:
            click.echo(self.get_help(ctx), err=True)
            ctx.exit(USAGE)
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command meant. Raises ``UsageError`` with the names that are close to it."""
        if args[0] not in self.places and not args[0].startswith("-"):
            ctx.fail(_unknown(args[0], self.list_commands(ctx)))
        return super().resolve_command(ctx, args)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the options, then the commands."""
        super().format_options(ctx, formatter)
        self.format_commands(ctx, formatter)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the commands under their headings."""
        longest = max(map(len, self.places))
        for heading, part in self.sections.items():
            with formatter.section(_(heading)):
                formatter.write_dl([(f"{n:<{longest}}", _(p.text)) for n, p in part.items()])


def _unknown(name: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, known)
    if not close:
        return _("there is no command {name}").format(name=name)
    return _("there is no command {name}; did you mean {close}?").format(
        name=name, close=", ".join(close)
    )


def command(name: str, **settings: Any) -> Callable[[Callable[..., Any]], Command]:
    """Make a command of a function; the settings are those of ``Command``."""

    def made(function: Callable[..., Any]) -> Command:
        return click.command(name, cls=Command, **settings)(function)

    return made


def option(*names: str, **settings: Any) -> Callable[[_F], _F]:
    """Add an option whose help is translated."""
    return click.option(*names, cls=Option, **settings)
