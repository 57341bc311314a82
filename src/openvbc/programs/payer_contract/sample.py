"""Invented deliveries for a payer's contract: the people of the generator, all on one roster."""

from __future__ import annotations

import csv
from pathlib import Path

from openvbc.engine.csv_file import csv_file
from openvbc.engine.private_files import write_text
from openvbc.rules.exact_yaml import read_yaml
from openvbc.shipped import shipped_text

PROJECT = """\
# A generated project: {people} invented people, seed {seed}.
program: payer-contract
contract: {{file: contract.yaml}}
inputs:
  cclf: [cclf]
  eligibility: eligibility.csv
  roster: roster.csv
known:
  quality_score: 0.72
"""


def write_sample(folder: Path, people: int, seed: int) -> None:
    """Claims of invented people, their roster, the contract of the book for their last year."""
    from openvbc.synth import Settings, generate

    settings = Settings(people=people, seed=seed, light=True)
    generate(settings, folder)
    year = settings.performance_year
    with (folder / "eligibility.csv").open(encoding="utf-8", newline="") as file:
        members = sorted({row["member_id"] for row in csv.DictReader(file)})
    with csv_file(folder / "roster.csv") as writer:
        writer.writerow(["member_id", "first_day", "last_day"])
        writer.writerows([member, f"{year}-01-01", f"{year}-12-31"] for member in members)
    text = _contract(year)
    write_text(folder / "contract.yaml", text)
    read_yaml(text, "contract.yaml")
    write_text(folder / "openvbc.yaml", PROJECT.format(people=people, seed=seed))


def _contract(year: int) -> str:
    """The contract of the book, for another year and with spending at the level invented."""
    lines = shipped_text("book/payer_contract/contract.yaml").splitlines()
    kept = [line for line in lines if not line.startswith("#")]
    text = "\n".join(kept) + "\n"
    text = text.replace("year: 2025", f"year: {year}").replace("NW-2025", f"NW-{year}")
    return text.replace("{value: 400.00,", "{value: 1000.00,")
