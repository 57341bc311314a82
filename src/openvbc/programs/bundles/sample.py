"""Invented deliveries for a bundle program: people with planted episodes, and a project of them."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.private_files import write_text

PROJECT = """\
# A generated project: {people} invented people with episodes of care, seed {seed}.
program: {program}
contract: {{{year}, amounts: paid}}
inputs:
  tuva: tuva
  claim_additions: claim_additions.csv
  drg_table: drg_table.csv
  person_spans: person_spans.csv
  global_days: global_days.csv
  outpatient_ranks: outpatient_ranks.csv
  price_updates: price_updates.csv
{more}"""
_YEARS = {
    "bpci-advanced": "model_year: 8",
    "cjr": "performance_year: 2024, period: {first_day: 2025-01-01, last_day: 2025-12-31}",
    "team": "performance_year: 2026, period: {first_day: 2025-01-01, last_day: 2025-12-31}",
}
"""The year of the rules; the planted episodes end in 2025."""
_LISTS = "  excluded_stays: excluded_stays.csv\n  excluded_lines: excluded_lines.csv\n"


def write_sample(folder: Path, people: int, seed: int, program: str) -> None:
    """Claims, lists and truth of invented people, and the project file."""
    from openvbc.synth.episode_files import write_episode_files

    write_episode_files(folder, people, seed)
    more = ""
    if program in ("cjr", "team"):
        more = _LISTS
        write_text(folder / "excluded_stays.csv", "ms_drg\n001\n")
        write_text(folder / "excluded_lines.csv", "hcpcs_code\nJ7190\n")
    text = PROJECT.format(
        people=people, seed=seed, program=program, year=_YEARS[program], more=more
    )
    write_text(folder / "openvbc.yaml", text)
