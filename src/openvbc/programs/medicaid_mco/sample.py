"""The contract of a Medicaid plan to be filled in, its keys explained."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from openvbc.engine.private_files import write_text

PLAN = "plan.yaml"


def begin_plan(folder: Path) -> None:
    """Write it into a folder, as it ships."""
    template = resources.files(__package__) / "plan_template.yaml"
    write_text(folder / PLAN, template.read_text(encoding="utf-8"))
