"""The texts of `--help`, and the words that typer and click print themselves.

They are made when the command starts, in the language of the locale.
"""

from __future__ import annotations

import re
from typing import Any

from rich.markup import escape
from typer import rich_utils
from typer.core import TyperCommand, TyperGroup

from pipeline.cli.console import ConsoleOutput, terminal_language
from pipeline.messages import Message, message

_TYPER_WORDS = {
    "ARGUMENTS_PANEL_TITLE": message("help.arguments"),
    "OPTIONS_PANEL_TITLE": message("help.options"),
    "COMMANDS_PANEL_TITLE": message("help.commands"),
    "DEFAULT_STRING": message("help.default"),
    "ENVVAR_STRING": message("help.environment_variable"),
    "REQUIRED_LONG_STRING": message("help.required"),
    "ABORTED_TEXT": message("cli.stopped"),
}
"""The constants of `typer.rich_utils` that hold its words."""

_COMPLETION_HELP = {
    "install_completion": message("help.install_completion"),
    "show_completion": message("help.show_completion"),
}
"""Help of the options that typer adds, by parameter name."""

_USAGE_SENTENCES = (
    (
        r"No such option: (?P<name>\S+) .*?(?P<guesses>-[^)?]*)[)?].*",
        "cli.no_such_option_but_similar",
    ),
    (r"No such option: (?P<name>\S+)", "cli.no_such_option"),
    (
        r"No such command '(?P<name>.*)'\.? Did you mean (?P<guesses>.*)\?",
        "cli.no_such_command_but_similar",
    ),
    (r"No such command '(?P<name>.*)'\.", "cli.no_such_command"),
    (r"Missing command\.", "cli.missing_command"),
    (r"Missing argument '(?P<name>.*?)'.*", "cli.missing_argument"),
    (r"Missing (?:option|parameter) '(?P<name>.*?)'.*", "cli.missing_option"),
    (r"Option '(?P<name>.*)' requires .*", "cli.option_without_value"),
    (r"Option '(?P<name>.*)' does not take a value\.", "cli.option_with_value"),
    (
        r"Got unexpected extra argument(?:\(s\)|s)? \((?P<name>.*)\)",
        "cli.unexpected_argument",
    ),
    (r"Invalid value for (?P<name>.*?): (?P<reason>.*)", "cli.bad_option_value"),
)
"""What the usage errors of click and typer look like, and our sentences for them."""

_VALUE_SENTENCES = (
    (r".*valid (?:integer|int)\b.*", "cli.not_an_integer"),
    (r".*\b(?P<low>-?\d+)<=x<=(?P<high>-?\d+).*", "cli.out_of_range"),
    (r".*(?:x>=|greater than or equal to )(?P<limit>-?\d+).*", "cli.below_minimum"),
    (r".*(?:x<=|less than or equal to )(?P<limit>-?\d+).*", "cli.above_maximum"),
    (r".*valid boolean.*", "cli.not_a_boolean"),
    (r"\w+ '(?P<path>.*)' is a file\.", "cli.is_a_file"),
    (r"\w+ '(?P<path>.*)' is a directory\.", "cli.is_a_folder"),
    (r"\w+ '(?P<path>.*)' is not readable\.", "cli.is_not_readable"),
)
"""What click and typer say about a value of an option, and our sentences for them."""


def help_text(name: str, default: str = "", **values: object) -> str:
    """Return a text of `--help` in the terminal's language, as rich markup.

    `default` is what applies where the option is not given, if that is not the parameter's value;
    `values` are those that the text shows. Raises KeyError for an unknown name.
    """
    text = Message(f"help.{name}", values).in_language(terminal_language())
    return f"{text} {default_text(default)}" if default else text


def default_text(default: str) -> str:
    """Return the end of an option's help that shows its default, as rich markup."""
    note = message("help.default").in_language(terminal_language()).format(default)
    return f"[dim]{escape(note)}[/dim]"


def examples_text(commands: tuple[str, ...]) -> str:
    """Return the end of a command's help: examples, one on a line."""
    label = message("help.examples", count=len(commands)).in_language(terminal_language())
    return "\n".join([label, *(f"[bold]{escape(command)}[/bold]" for command in commands)])


def translate_typer() -> None:
    """Put typer's own titles and labels into the terminal's language."""
    for name, text in _TYPER_WORDS.items():
        setattr(rich_utils, name, text.in_language(terminal_language()))


def usage_sentence(text: str) -> str:
    """Return our sentence for a usage error of click or typer; an unknown one stays as it is."""
    for pattern, key in _USAGE_SENTENCES:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match:
            values: dict[str, Any] = match.groupdict()
            values = {name: _without_quotes(value) for name, value in values.items()}
            if "reason" in values:
                values["reason"] = _value_sentence(match["reason"])
            return Message(key, values)
    return text


class EpisodeCommand(TyperCommand):
    """A command whose help is in the terminal's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of click or of typer, by version
        """Write the usage line."""
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - of click or of typer, by version
        """Return the --help option."""
        return _with_help(super().get_help_option(ctx))

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - of click or of typer, by version
        """Return the arguments and options."""
        return _without_flag_types(super().get_params(ctx))


class EpisodeCommands(TyperGroup):
    """The commands, with help and usage errors in the terminal's language."""

    def format_usage(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of click or of typer, by version
        """Write the usage line."""
        _write_usage(self, ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:  # noqa: ANN401 - of click or of typer, by version
        """Return the --help option."""
        return _with_help(super().get_help_option(ctx))

    def get_params(self, ctx: Any) -> Any:  # noqa: ANN401 - of click or of typer, by version
        """Return the options before the command, those that typer adds with our help."""
        params = super().get_params(ctx)
        for param in params:
            if param.name in _COMPLETION_HELP:
                param.help = _COMPLETION_HELP[param.name].in_language(terminal_language())  # type: ignore[attr-defined] # an option's
        return _without_flag_types(params)

    def main(self, *args: Any, **extra: Any) -> Any:  # noqa: ANN401 - as click declares it
        """Run the command line and exit; a usage error is one line that names the help."""
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
        except Exception as fault:
            if not hasattr(fault, "format_message"):
                raise
            text = fault.format_message()
            if text:  # the one for a missing command has printed the help already
                _print_usage_error(usage_sentence(text), getattr(fault, "ctx", None))
            raise SystemExit(getattr(fault, "exit_code", 2)) from None
        raise SystemExit(code if isinstance(code, int) else 0)


def _write_usage(command: Any, ctx: Any, formatter: Any) -> None:  # noqa: ANN401 - of click or of typer
    prefix = message("help.usage").in_language(terminal_language())
    pieces = " ".join(command.collect_usage_pieces(ctx))
    formatter.write_usage(ctx.command_path, pieces, prefix=prefix)


def _with_help(option: Any) -> Any:  # noqa: ANN401 - of click or of typer
    if option is not None:
        option.help = help_text("help_option")
    return option


def _without_flag_types(params: Any) -> Any:  # noqa: ANN401 - of click or of typer
    """Leave out `<bool>` beside a flag, which takes no value."""
    for param in params:
        if getattr(param, "is_flag", False):
            param.metavar = ""
    return params


def _print_usage_error(sentence: str, ctx: Any) -> None:  # noqa: ANN401 - of click or of typer
    output = ConsoleOutput()
    if ctx is None:
        output.error(sentence)
        return
    command = f"{ctx.command_path} --help"
    output.error(message("cli.usage_error", problem=sentence, command=command))


def _value_sentence(text: str) -> str:
    for pattern, key in _VALUE_SENTENCES:
        match = re.fullmatch(pattern, text, re.DOTALL)
        if match:
            return Message(key, match.groupdict())
    return text


def _without_quotes(text: str) -> str:
    return text.replace("'", "")
