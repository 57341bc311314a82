"""Planned stays by CMS's lists, in the steps of the work lists."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openvbc.engine.step import Step
from openvbc.engine.table import SmallTable
from openvbc.rules.load import load_rules
from openvbc.steps import readmission
from openvbc.steps.readmission.lists import LISTS, list_file, read_lists

RULES = ("readmission_rule", "acute_claim_type", "acute_facility")


@dataclass(frozen=True)
class PlannedCare:
    """What judges stays: steps and their tables; nothing where the type of admission tells."""

    steps: Sequence[Step] = ()
    tables: Sequence[SmallTable] = ()
    files: Sequence[Path] = ()

    @classmethod
    def of(cls, lists: Path | None, as_of: dt.date) -> PlannedCare:
        """The planned readmission algorithm over the stays known on a day, by the user's lists.

        Raises:
            InputError: a list that the algorithm needs is not in the folder, or cannot be read.
        """
        if lists is None:
            return cls()
        steps = [step for step in readmission.steps() if step.name in readmission.PLANNED]
        asked = {name for step in steps for name in step.inputs}
        listed = asked & {each.table for each in LISTS}
        made = readmission.tables(load_rules(readmission.PROGRAM), as_of, as_of)
        made = [each for each in made if each.table.name in RULES]
        made += read_lists(lists, only=listed)
        files = [path for each in LISTS if (path := list_file(each, (lists,))) is not None]
        return cls(steps, [each.table for each in made], files)
