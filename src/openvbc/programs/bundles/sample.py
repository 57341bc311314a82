"""Invented deliveries for a bundle program: people with planted episodes, and a project of them."""

from __future__ import annotations

import csv
import random
from pathlib import Path

from openvbc.engine.csv_file import csv_file
from openvbc.engine.private_files import write_text
from openvbc.rules.load import load_code_table

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


_ACCOUNTS: dict[str, tuple[tuple[str, int], dict[str, str]]] = {
    "bpci-advanced": (("model_year", 8), {"composite_quality_score": "80"}),
    "cjr": (
        ("performance_year", 2024),
        {"rural": "no", "complications_percentile": "60", "hcahps_percentile": "55",
         "pro_submitted": "yes"},
    ),
    "team": (
        ("performance_year", 2026),
        {"track": "3", "hospital_type": "none", "composite_quality_score": "70"},
    ),
}  # fmt: skip
"""Of each program the year and what an invented hospital's row says."""
_PRICES: dict[str, tuple[tuple[str, ...], dict[str, int]]] = {
    "bpci-advanced": (
        ("given_benchmark_price",),
        {
            "IP-Congestive heart failure": 29000,
            "IP-Major bowel procedure": 31000,
            "IP-Percutaneous coronary intervention": 32500,
            "IP-Sepsis": 38500,
            "IP-Simple pneumonia and respiratory infections": 28000,
            "IP-Spinal fusion": 35500,
            "IP-Stroke": 41500,
            "MS-Major joint replacement of the lower extremity": 28500,
        },
    ),
    "cjr": (
        ("given_target_before_discount",),
        {"469": 39500, "470": 31000, "521": 46000, "522": 40000, "27447": 12000},
    ),
    "team": (
        ("baseline_mean_1", "baseline_mean_2", "baseline_mean_3"),
        {"329": 26500, "330": 24000, "331": 20000, "469": 26500, "470": 20500, "521": 33000,
         "522": 27500},
    ),
}  # fmt: skip
"""Of each program the headings of prices, and an invented price by category or price cell, USD."""


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
    if program in _PRICES:
        more += _write_settling(folder, program, random.Random(seed))
    text = PROJECT.format(
        people=people, seed=seed, program=program, year=_YEARS[program], more=more, terms=terms
    )
    write_text(folder / "openvbc.yaml", text)


def _write_settling(folder: Path, program: str, rng: random.Random) -> str:
    """Invented accounts and prices of the hospitals, and their lines of the project file."""
    from openvbc.synth.episode_people import ACUTE

    (key, year), account = _ACCOUNTS[program]
    heads, prices = _PRICES[program]
    alike = "category" if program == "bpci-advanced" else "price_cell"
    constants = {"prospective_trend": "1.02", "prospective_normalization": "1"}
    constants = constants if program == "team" else {}
    kinds = {
        row["category"]: row["kind"].lower()
        for row in load_code_table("bpci_advanced", "episode_trigger")
    }
    typed = ["episode_type"] if program == "bpci-advanced" else []
    with csv_file(folder / "accounts.csv") as writer:
        writer.writerow(["identifier", key, *account])
        writer.writerows([ccn, year, *account.values()] for ccn in ACUTE)
    with csv_file(folder / "prices.csv") as writer:
        writer.writerow(["identifier", key, alike, *typed, *heads, *constants])
        for ccn in ACUTE:
            for cell, usual in prices.items():
                own = round(usual * rng.uniform(0.94, 1.08), 2)
                of_kind = [kinds[cell]] if typed else []
                row = [ccn, year, cell, *of_kind, *[own] * len(heads), *constants.values()]
                writer.writerow(row)
    said = "  accounts: accounts.csv\n  prices: prices.csv\n"
    if program in ("cjr", "team"):
        _write_factors(folder, program, rng)
        said += "  episode_factors: episode_factors.csv\n"
    return said


def _write_factors(folder: Path, program: str, rng: random.Random) -> None:
    """What claims do not tell of every planted episode that the program may begin.

    TEAM: an invented multiplier of risk. CJR, whose last year is 2024: that the episodes, which
    are of 2025, have its prices and are of no emergency.
    """
    codes = {row["code"] for row in load_code_table(program, "episode_trigger")}
    with (folder / "tuva" / "medical_claim.csv").open(encoding="utf-8", newline="") as file:
        begun = {
            name
            for row in csv.DictReader(file)
            for code, name in (
                (row["drg_code"], row["claim_id"]),
                (row["hcpcs_code"], f"{row['claim_id']}-{row['claim_line_number']}"),
            )
            if code in codes
        }
    with (folder / "truth" / "planted.csv").open(encoding="utf-8", newline="") as file:
        planted = [row["episode_id"] for row in csv.DictReader(file)]
    with csv_file(folder / "episode_factors.csv") as writer:
        of_team = program == "team"
        told = ["person_multiplier"] if of_team else ["price_year", "spending_capped_at_target"]
        writer.writerow(["episode", *told])
        for name in planted:
            if name in begun:
                cells = [f"{rng.uniform(0.8, 1.25):.4f}"] if of_team else ["2024", "no"]
                writer.writerow([name, *cells])
