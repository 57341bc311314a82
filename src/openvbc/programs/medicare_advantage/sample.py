"""Invented deliveries of a contract with a plan: those of a capitation, with bids and sweeps.

Members, claims and changes of the roster are those of the capitation's sample. Its two areas are
two counties, its rate cells two plans; the scores of the roster are the initial ones, and later
sweeps raise or lower them.
"""

from __future__ import annotations

import csv
import random
from decimal import Decimal
from pathlib import Path

from openvbc.engine.csv_file import csv_file
from openvbc.engine.private_files import write_text

PROJECT = """\
# A generated project: {people} invented people, seed {seed}.
program: medicare-advantage
contract: {{file: contract.yaml}}
inputs:
  cclf: [cclf]
  eligibility: eligibility.csv
  roster: roster.csv
  plans: plans.csv
  rate_book: ratebook{year}.csv
  sweeps: sweeps.csv
  division: division.csv
known:
  quality_score: 0.72
"""
TERMS = """\
  capitation_form: {value: percent of plan payment, clause: "3.1"}
  premium_share: {value: 0.85, clause: "3.1"}
  rebate_counts: {value: true, clause: "3.1"}
  sequestration_counts: {value: true, clause: "3.1"}
"""
CELLS = {"ADULT": "H0001-001", "SENIOR": "H0001-002", "DISABLED": "H0001-002"}
NEAR_ONE = Decimal("0.55")
"""Scores of the capitation sample average 1.6; those of plans are near one."""
COUNTIES = {"NORTH": "36010", "SOUTH": "36020"}


def write_sample(folder: Path, people: int, seed: int) -> None:
    """Claims and lists of invented people, and the project file."""
    from openvbc.programs.capitation import sample as capitation

    capitation.write_sample(folder, people, seed)
    for name in ("rates.csv", "areas.csv", "payments.csv"):
        (folder / name).unlink()
    rng = random.Random(seed)
    with (folder / "roster.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    scores = {row["member_id"]: row["risk_score"] for row in rows if row["risk_score"]}
    year = max(int(row["first_day"][:4]) for row in rows if row["first_day"])
    with csv_file(folder / "roster.csv") as writer:
        writer.writerow([name for name in rows[0] if name != "risk_score"])
        for row in rows:
            changed = row | {
                "rate_cell": CELLS.get(row["rate_cell"], ""),
                "area": COUNTIES.get(row["area"], ""),
            }
            writer.writerow([value for name, value in changed.items() if name != "risk_score"])
    with csv_file(folder / "sweeps.csv") as writer:
        writer.writerow(["member_id", "sweep", "received_on", "risk_score"])
        for member, score in scores.items():
            swept = Decimal(score) * NEAR_ONE
            for sweep, day in (
                ("INITIAL", f"{year - 1}-12-15"), ("MID_YEAR", f"{year}-08-05"),
                ("FINAL", f"{year + 1}-08-05"),
            ):  # fmt: skip
                writer.writerow([member, sweep, day, f"{swept:.3f}"])
                swept *= Decimal(rng.randrange(95, 112)) / 100
    with csv_file(folder / "plans.csv") as writer:
        writer.writerow(["contract_year", "plan", "bid", "plan_kind", "stars", "benchmark"])
        writer.writerow([year, "H0001-001", "920.00", "RATED", "4.0", "1150.00"])
        writer.writerow([year, "H0001-002", "1010.00", "RATED", "3.5", "1075.00"])
    with csv_file(folder / f"ratebook{year}.csv") as writer:
        writer.writerow(
            ["Code", "State", "County Name", "5% Bonus Rate", "3.5% Bonus Rate", "0% Bonus Rate"]
        )
        writer.writerow(["36010", "OH", "NORTH", "1250.00", "1220.00", "1150.00"])
        writer.writerow(["36020", "OH", "SOUTH", "1050.00", "1035.00", "1000.00"])
    _write_contract(folder)
    write_text(folder / "openvbc.yaml", PROJECT.format(people=people, seed=seed, year=year))


def _write_contract(folder: Path) -> None:
    text = (folder / "contract.yaml").read_text(encoding="utf-8")
    gone = ("capitation_form:", "trend_factor:")
    kept = [line for line in text.splitlines() if not line.strip().startswith(gone)]
    at = kept.index("terms:") + 1
    write_text(
        folder / "contract.yaml", "\n".join([*kept[:at], *TERMS.splitlines(), *kept[at:]]) + "\n"
    )
