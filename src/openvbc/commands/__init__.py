"""The commands of vbc, one file each, thin; heavy modules are imported inside the functions.

Each module here has one function named as its command; :func:`register` adds them in the order a
new user meets them.
"""

from collections.abc import Callable

import typer

from openvbc.commands.check import check
from openvbc.commands.compare import compare
from openvbc.commands.demo import demo
from openvbc.commands.explain import explain
from openvbc.commands.facility import facility
from openvbc.commands.fit_trends import fit_trends
from openvbc.commands.init import init
from openvbc.commands.qpp import qpp
from openvbc.commands.readmissions import readmissions
from openvbc.commands.report import report
from openvbc.commands.risk import risk
from openvbc.commands.rules import rules
from openvbc.commands.run import run
from openvbc.commands.score import score
from openvbc.commands.settle import settle
from openvbc.commands.simulate import simulate
from openvbc.commands.synth import synth
from openvbc.commands.track import track
from openvbc.commands.verify import verify

COMMANDS: list[Callable[..., None]] = [
    demo,
    init,
    check,
    run,
    report,
    settle,
    verify,
    explain,
    compare,
    track,
    risk,
    score,
    facility,
    qpp,
    readmissions,
    rules,
    simulate,
    fit_trends,
    synth,
]


def register(app: typer.Typer) -> None:
    """Add every command to the application."""
    for command in COMMANDS:
        app.command(name=command.__name__.rstrip("_").replace("_", "-"))(command)
