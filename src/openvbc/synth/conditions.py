"""What people suffer from: chronic conditions, their diagnosis codes and a drug for each.

Codes map to payment conditions of the CMS-HCC models; prevalences are invented so that a person
has two to three payment conditions, which persist from year to year but are not coded every year.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.people import Population
from openvbc.synth.settings import Settings


class Condition(NamedTuple):
    """A condition: codes that say it, how common it is, its weight in the score, a drug."""

    name: str
    codes: tuple[str, ...]
    prevalence: float
    weight: float
    drug: str


CONDITIONS: tuple[Condition, ...] = (
    Condition("diabetes with complication", ("E1122", "E1142", "E1165"), 0.19, 0.21, "00169413312"),
    Condition("diabetes without complication", ("E119",), 0.10, 0.11, "00093104801"),
    Condition("heart failure", ("I5032", "I5022", "I509"), 0.16, 0.34, "00078065920"),
    Condition("atrial fibrillation", ("I4891", "I4820"), 0.15, 0.29, "00003089421"),
    Condition("chronic obstructive pulmonary disease", ("J449", "J441"), 0.15, 0.32, "00597007541"),
    Condition("peripheral vascular disease", ("I70213", "I739"), 0.16, 0.24, "63653117101"),
    Condition("kidney disease stage 3", ("N1830", "N1832"), 0.18, 0.12, "00310621030"),
    Condition("kidney disease stage 4", ("N184",), 0.02, 0.35, "50111078755"),
    Condition("major depression", ("F331", "F3341"), 0.14, 0.30, "00093720110"),
    Condition("schizophrenia", ("F200",), 0.012, 0.52, "59148000813"),
    Condition("dementia", ("G309", "F0390"), 0.09, 0.34, "00456320211"),
    Condition("prostate or breast cancer", ("C61", "C50912"), 0.06, 0.18, "00310070530"),
    Condition("lung cancer", ("C3490",), 0.01, 1.02, "00006302602"),
    Condition("multiple myeloma", ("C9000",), 0.006, 1.10, "59572041028"),
    Condition("rheumatoid arthritis", ("M0579", "M069"), 0.06, 0.40, "00074433902"),
    Condition("parkinsonism", ("G214",), 0.018, 0.60, "00781561801"),
    Condition("multiple sclerosis", ("G35",), 0.008, 0.45, "50419052435"),
    Condition("hemiplegia after stroke", ("I69351",), 0.02, 0.43, "00555060402"),
    Condition("cirrhosis", ("K7460",), 0.012, 0.40, "65649030303"),
    Condition("morbid obesity", ("E6601", "Z6841"), 0.09, 0.22, "00169452514"),
    Condition("seizure disorder", ("G40909",), 0.035, 0.28, "00378561578"),
    Condition("leg ulcer", ("L97509",), 0.02, 0.52, "50484001030"),
    Condition("amputation", ("Z89511",), 0.008, 0.50, "00093031505"),
    Condition("chronic respiratory failure", ("J9611",), 0.03, 0.30, "00173069600"),
    Condition("cardiomyopathy", ("I428",), 0.04, 0.30, "00781107801"),
    Condition("angina with coronary disease", ("I25110",), 0.05, 0.14, "61958100301"),
)
COMMON = ("I10", "E785", "M5450", "Z0000", "R0602", "K219", "N390", "E039")
"""Diagnoses that carry no weight."""
COMMONNESS = 1.65
"""Brings the mean to two to three conditions a person."""
COVID = "U071"
SUBSTANCE_USE = "F1020"
"""A diagnosis CMS withholds from the feed."""
DIAGNOSES: tuple[str, ...] = (
    *(code for condition in CONDITIONS for code in condition.codes),
    *COMMON,
    COVID,
    SUBSTANCE_USE,
)
DIAGNOSIS = {code: n for n, code in enumerate(DIAGNOSES)}


class Illness(NamedTuple):
    """Conditions of a shard's people, by simulated year."""

    coded: NDArray[np.bool_]
    """person, year, condition: somebody means to write it on a claim that year."""
    code: NDArray[np.int16]
    """person, condition: which diagnosis says it."""
    start: NDArray[np.int64]
    """person-year: where its list begins in `listed`."""
    size: NDArray[np.int64]
    listed: NDArray[np.int16]
    """Diagnoses of all person-years, one after another; never empty for a person-year."""


def fall_ill(rng: np.random.Generator, people: Population, settings: Settings) -> Illness:
    """Draw conditions once, let some begin later, and decide in which years each is coded."""
    count, years = people.count, len(settings.years)
    base = np.array([c.prevalence for c in CONDITIONS])
    chance = np.clip(COMMONNESS * base * (0.25 + 0.75 * people.frailty)[:, None], 0, 0.9)
    has = rng.random((count, len(CONDITIONS))) < chance
    begins = rng.integers(-6 * years, years, (count, len(CONDITIONS)))
    year = np.arange(years)[None, :, None]
    coded = has[:, None, :] & (begins[:, None, :] <= year)
    coded &= rng.random(coded.shape) < 0.87
    first = np.cumsum([0, *(len(c.codes) for c in CONDITIONS)])[:-1]
    widths = np.array([len(c.codes) for c in CONDITIONS])
    code = (first + rng.integers(0, 1 << 30, (count, len(CONDITIONS))) % widths).astype(np.int16)
    flat = coded.reshape(count * years, -1)
    row, which = np.nonzero(flat)
    common = np.array([DIAGNOSIS[c] for c in COMMON], np.int16)
    filler_row = np.repeat(np.arange(count * years), 2)
    filler = common[rng.integers(0, len(common), 2 * count * years)]
    rows = np.concatenate([row, filler_row])
    listed = np.concatenate([code[row // years, which], filler])
    order = np.argsort(rows, kind="stable")
    size = np.bincount(rows, minlength=count * years)
    start = np.cumsum(size) - size
    return Illness(coded, code, start, size, listed[order])
