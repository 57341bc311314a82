"""The group of commands that reads a command's file only when it is needed."""

from __future__ import annotations

import inspect
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from openvbc.commands import COMMANDS, function_of
from openvbc.commands.terminal import say


class LateGroup(TyperGroup):
    """The commands of :data:`openvbc.commands.COMMANDS`, each made when it is asked for.

    Contexts and commands are Click's, which newer versions of Typer carry inside: hence ``Any``.
    """

    def list_commands(self, ctx: Any) -> list[str]:
        """Names of the commands, as help lists them."""
        return COMMANDS

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """A command as help describes it: its name and its words, without options."""
        if cmd_name not in COMMANDS:
            return None
        return TyperCommand(cmd_name, help=inspect.getdoc(function_of(cmd_name)))

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """The command that is asked for, whole, and what is left of the line."""
        name, command, rest = super().resolve_command(ctx, args)
        if name == "init" and rest[-1:] == ["--program"]:  # which are there? that is answered
            rest = [*rest[:-1], "--list"]
        return name, _whole(name) if name in COMMANDS else command, rest

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the line; help alone is given at once, since reading options loads pydantic."""
        if args == ["--help"]:
            if text := self.get_help(ctx):  # empty where Rich has printed it
                say(text)
            raise typer.Exit
        return super().parse_args(ctx, args)


def _whole(name: str) -> Any:
    alone = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    alone.command(name)(function_of(name))
    return typer.main.get_command(alone)
