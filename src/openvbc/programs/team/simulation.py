"""What a hospital of TEAM could earn or owe, in its track and in the others open to it."""

from __future__ import annotations

from pathlib import Path

from openvbc.programs.bundles.simulation import BundleSimulation, Target
from openvbc.programs.simulation import Choices, Outcome, Scenarios, Simulated, WhichRow
from openvbc.programs.stored_run import StoredRun
from openvbc.programs.worksheet_simulation import title_of
from openvbc.rules.load import load_rules
from openvbc.worksheets.bundles.team import TEAM

TRACKS = (1, 2, 3)
OTHERS = "Other tracks are simulated by the rules that ship; overlays of the run are not in them."
LOW = (
    "The losses of categories of low volume that are not owed stay as they were settled, whatever "
    "spending and targets do."
)


class TeamSimulation(BundleSimulation):
    """The hospital's own track first, then every other that is open to it."""

    def run(
        self, folder: Path, which: WhichRow, scenarios: Scenarios, chosen: Choices
    ) -> Simulated:
        """The settled row, and the same spending and quality in other tracks."""
        row = self.settled_row(folder, which, scenarios, chosen)
        own = int(row.values["track"])
        rules = StoredRun(folder).rules_in_force(row)
        outcomes = []
        for label, values in self.choices_of(folder, row, scenarios, chosen):
            name = f"track {own}" if label == self.label else f"track {own}, {label}"
            outcomes.append(Outcome(name, self.amounts(values, rules, scenarios)))
            moved = values
        shipped = load_rules("team")
        keys = {name: row.values[name] for name in ("performance_year", "hospital_type")}
        keys["performance_year"] = int(keys["performance_year"])
        others = 0
        for track in TRACKS if chosen.elections else ():
            if track == own or not shipped.get("track_is_open", track=track, **keys).value:
                continue
            amounts = self.amounts({**moved, "track": track}, shipped, scenarios)
            outcomes.append(Outcome(f"track {track}", amounts))
            others += 1
        said = [OTHERS] if others else []
        said += [LOW] if row.values.get("losses_at_low_volume") else []
        return Simulated(title_of(row), outcomes, [*self.caveats(scenarios), *said])


SIMULATION = TeamSimulation(
    TEAM, "reconciliation", ("total_spending",), quality="composite_quality_score",
    quality_of=100, volume=("episodes", "total_target", "total_spending"),
    targets=(Target("total_target", "settled_target", "discount"),),
)  # fmt: skip
