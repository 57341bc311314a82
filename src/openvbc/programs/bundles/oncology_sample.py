"""Invented deliveries for an oncology model: people with planted episodes, and a project."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from openvbc.engine.csv_file import csv_file
from openvbc.engine.private_files import write_text

PROJECT = """\
# A generated project: {people} invented people with episodes of cancer care, seed {seed}.
program: {program}
contract: {{{period}, amounts: paid}}
inputs:
  tuva: tuva
  initiating_therapies: initiating_therapies.csv
  cancer_diagnoses: cancer_diagnoses.csv
  practices: practices.csv
  drug_costs: drug_costs.csv
  person_spans: person_spans.csv
  accounts: accounts.csv
  prices: prices.csv
{more}"""
PERIODS = {
    "ocm": ("performance_period: PP3", dt.date(2017, 7, 2), "  prediction_codes: "
            "prediction_codes.csv\n"),
    "eom": ("period_start: 2023-07-01", dt.date(2023, 7, 1), "overlays: [percentages.yaml]\n"),
}  # fmt: skip
PERCENTAGES = """\
# Invented percentages: those of EOM were read nowhere; yours stand in the participation agreement.
baseline: eom
title: invented percentages
discount:
  label: Discount of the target
  unit: ratio
  by: [risk_arrangement]
  values:
    - {for: {risk_arrangement: RA1}, value: 0.05, cite: invented, status: unverified}
    - {for: {risk_arrangement: RA2}, value: 0.04, cite: invented, status: unverified}
stop_gain:
  label: Most that is gained, of the benchmark
  unit: ratio
  by: [risk_arrangement]
  values:
    - {for: {risk_arrangement: RA1}, value: 0.05, cite: invented, status: unverified}
    - {for: {risk_arrangement: RA2}, value: 0.10, cite: invented, status: unverified}
stop_loss:
  label: Most that is owed, of the benchmark
  unit: ratio
  by: [risk_arrangement]
  values:
    - {for: {risk_arrangement: RA1}, value: 0.03, cite: invented, status: unverified}
    - {for: {risk_arrangement: RA2}, value: 0.05, cite: invented, status: unverified}
payment_multiplier_by_quality:
  label: Multiplier of a payment, by aggregate quality score from
  unit: table
  values:
    - value: [{from: 0, multiplier: 0.5}, {from: 0.5, multiplier: 1}]
      cite: invented
      status: unverified
recoupment_multiplier_by_quality:
  label: Multiplier of a recoupment, by aggregate quality score from
  unit: table
  values:
    - {value: [{from: 0, multiplier: 1}], cite: invented, status: unverified}
"""
PRACTICES = ("111111111", "POOL2")
CANCERS = ("lung", "breast", "lymphoma")


def write_oncology_sample(folder: Path, people: int, seed: int, program: str) -> None:
    """Claims, lists and truth of invented people, accounts, prices and the project file."""
    from openvbc.synth.oncology_files import write_oncology_files

    said, first, more = PERIODS[program]
    write_oncology_files(folder, people, seed, first)
    period = said.partition(": ")[2]
    ocm = program == "ocm"
    with csv_file(folder / "accounts.csv") as writer:
        key = "performance_period" if ocm else "period_start"
        writer.writerow(["practice", key, "risk_arrangement", "aggregate_quality_score"])
        writer.writerows([[p, period, "one-sided" if ocm else "RA1", "0.8"] for p in PRACTICES])
    with csv_file(folder / "prices.csv") as writer:
        numbers = ["experience_adjuster", "trend_factor"] if ocm else ["benchmark_price"]
        cells = ["1.02", "1.05"] if ocm else ["9000"]
        writer.writerow(["practice", key, "cancer_type", *numbers])
        writer.writerows([[p, period, c, *cells] for p in PRACTICES for c in CANCERS])
    if not ocm:
        write_text(folder / "percentages.yaml", PERCENTAGES)
    text = PROJECT.format(people=people, seed=seed, program=program, period=said, more=more)
    write_text(folder / "openvbc.yaml", text)
