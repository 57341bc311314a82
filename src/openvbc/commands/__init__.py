"""The commands of vbc, one file each, thin; heavy modules are imported inside the functions.

Each module here has one function named as its command. A command's file is read when the command is
asked for, or described; its options are made only when it is asked for.
"""

from collections.abc import Callable
from importlib import import_module

COMMANDS = [
    "demo",
    "init",
    "check",
    "run",
    "report",
    "settle",
    "verify",
    "explain",
    "compare",
    "drivers",
    "tie-out",
    "track",
    "forecast",
    "risk",
    "score",
    "facility",
    "qpp",
    "quality",
    "quality-score",
    "quality-codes",
    "handover",
    "measure-report",
    "readmissions",
    "care",
    "billing",
    "equity",
    "effect",
    "rules",
    "programs",
    "flexibilities",
    "boundaries",
    "contract",
    "book",
    "distribute",
    "news",
    "simulate",
    "app",
    "export",
    "fit-trends",
    "synth",
]
"""Names of the commands, in the order a new user meets them."""


def function_of(command: str) -> Callable[..., None]:
    """The function of a command, from the file of its name."""
    name = command.replace("-", "_")
    function: Callable[..., None] = getattr(import_module(f"{__name__}.{name}"), name)
    return function
