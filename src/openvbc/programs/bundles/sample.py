"""Invented deliveries for a bundle program: people with planted episodes, and a project of them."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.private_files import write_text

PROJECT = """\
# A generated project: {people} invented people with episodes of care, seed {seed}.
program: {program}
contract: {{{year}, amounts: paid{terms}}}
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
    "episodes": "year: 2025",
    "team": "performance_year: 2026, period: {first_day: 2025-01-01, last_day: 2025-12-31}",
}
"""The year of the rules; the planted episodes end in 2025."""
_LISTS = "  excluded_stays: excluded_stays.csv\n  excluded_lines: excluded_lines.csv\n"
_BUNDLE = """\
# An invented bundle: joint replacements and the sixty days after them.
episodes:
  - category: Joint replacement
    triggers: {ms_drg: [469, 470, 522], outpatient_hcpcs: ["27447"]}
window: {after_anchor_days: 60, watched_days: 0, lookback_days: 90}
tests: [NO_ENROLLMENT_RECORD, NOT_ENROLLED_THROUGHOUT, DIED_IN_ANCHOR, OTHER_PAYER_PRIMARY]
overlap: {keep: later}
left_out: {ms_drg: ["001"], hcpcs: [J7190]}
"""
_TERMS = """\
# Invented terms: each provider's mean cost against three thresholds.
program: episodes
title: Joint replacement bundle of an invented plan
contract: JOINT-2025
year: 2025
agreement: Agreement of 1 November 2024
terms:
  price_form: {value: threshold, clause: "3.1"}
  acceptable_cost: {value: 32000, clause: "3.2"}
  commendable_cost: {value: 26000, clause: "3.2"}
  gain_limit_cost: {value: 18000, clause: "3.2"}
  minimum_episodes: {value: 1, clause: "3.3"}
  savings_share: {value: 0.5, clause: "3.4"}
  loss_share: {value: 0.5, clause: "3.5"}
"""


def write_sample(folder: Path, people: int, seed: int, program: str) -> None:
    """Claims, lists and truth of invented people, and the project file."""
    from openvbc.synth.episode_files import write_episode_files

    write_episode_files(folder, people, seed)
    more = terms = ""
    if program == "episodes":
        terms = ", definition: bundle.yaml, terms: contract.yaml"
        write_text(folder / "bundle.yaml", _BUNDLE)
        write_text(folder / "contract.yaml", _TERMS)
    if program in ("cjr", "team"):
        more = _LISTS
        write_text(folder / "excluded_stays.csv", "ms_drg\n001\n")
        write_text(folder / "excluded_lines.csv", "hcpcs_code\nJ7190\n")
    text = PROJECT.format(
        people=people, seed=seed, program=program, year=_YEARS[program], more=more, terms=terms
    )
    write_text(folder / "openvbc.yaml", text)
