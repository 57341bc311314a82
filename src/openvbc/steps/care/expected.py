"""AHRQ's area models of age and sex as probabilities of a person and year.

Intercept, sex, age band and their product make the logit of an event a year; people above the last
band are the group of reference. The model is of counties: over persons it says what their age and
sex would give, and a report says so ("area model applied to persons").
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from decimal import Decimal

from openvbc.rules.load import load_code_table
from openvbc.steps.care import PROGRAM

_BAND = re.compile(r"Age (\d+)-(\d+)")
OLDEST_MONTHS = 2400
PLACES = 12
Row = tuple[str, str, int, int, Decimal]


def probabilities() -> Iterator[Row]:
    """(measure, sex, age from, age below, probability of a year), ages in months."""
    models: dict[str, dict[str, tuple[str, str]]] = {}
    for row in load_code_table(PROGRAM, "indicator_model"):
        models.setdefault(row["indicator"], {})[row["variable"]] = row["estimate"], row["label"]
    for measure, terms in models.items():
        bands = _bands(terms)
        if not bands:
            continue
        for sex in ("male", "female"):
            for name, (low, below) in bands.items():
                logit = _estimate(terms, "Intercept") + _estimate(terms, name)
                if sex == "female":
                    logit += _estimate(terms, "FEMALE") + _estimate(terms, f"F{name}")
                chance = 1 / (1 + math.exp(-logit))
                yield measure, sex, low, below, Decimal(f"{chance:.{PLACES}f}")


def _bands(terms: dict[str, tuple[str, str]]) -> dict[str, tuple[int, int]]:
    """Age bands by their term; the group of reference is what is above the last."""
    age_bands = {
        name: (int(band[1]) * 12, int(band[2]) * 12 + 12)
        for name, (_, label) in terms.items()
        if name.startswith("AGECAT") and (band := _BAND.search(label))
    }
    last = max((below for _, below in age_bands.values()), default=0)
    return {**age_bands, "oldest": (last, OLDEST_MONTHS)} if age_bands else {}


def _estimate(terms: dict[str, tuple[str, str]], name: str) -> float:
    return float(terms[name][0]) if name in terms else 0.0
