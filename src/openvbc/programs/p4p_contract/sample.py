"""Invented deliveries for a pay-for-performance contract: members of three providers."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.private_files import write_text

PROJECT = """\
# A generated project: {people} invented members of three providers, seed {seed}.
program: p4p-contract
contract: {{file: contract.yaml}}
inputs:
  tuva: tuva
  roster: roster.csv
  measure_codes: measure_codes.csv
  baselines: baselines.csv
"""
CONTRACT = """\
# Three measures of an invented health plan: one by tiers, one by points between two targets and by
# improvement, one where fewer is better. A bonus a member, in proportion to the score.
program: p4p-contract
title: Primary care quality of an invented health plan
contract_year: {year}
points:
  attainment: {{at_benchmark: 10, multiplier: 9, offset: 0.5, decimals: 0, most: 9}}
  improvement: {{at_benchmark: 9, multiplier: 10, offset: -0.5, decimals: 0, least: 0, most: 9}}
measures:
  - measure: blood_pressure
    label: Blood pressure under control
    weight: 2
    minimum_denominator: 5
    tiers: [{{from: 0.50, points: 5}}, {{from: 0.70, points: 8}}, {{from: 0.85, points: 10}}]
  - measure: screening
    label: Screening for breast cancer
    weight: 2
    minimum_denominator: 5
    threshold: 0.40
    benchmark: 0.80
    improvement: true
  - measure: heart_failure_stays
    label: Stays for heart failure
    weight: 1
    minimum_denominator: 5
    lower_is_better: true
    threshold: 0.15
    benchmark: 0.05
minimum_members: 10
minimum_measures: 2
payment:
  kind: per_member
  bonus_per_member: 24
  payout: in_proportion
"""


def write_sample(folder: Path, people: int, seed: int) -> None:
    """Claims, lists and truth of invented members, the contract and the project file."""
    from openvbc.synth.measured_members import YEAR, write_members

    write_members(folder, people, seed)
    write_text(folder / "contract.yaml", CONTRACT.format(year=YEAR))
    write_text(folder / "openvbc.yaml", PROJECT.format(people=people, seed=seed))
