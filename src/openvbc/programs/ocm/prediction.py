"""Terms of OCM's prediction that claims tell of an episode."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openvbc.rules.load import load_code_table

OPPOSITES = (
    ("SURGERY", "NO_SURGERY"), ("HIGH_RISK", "LOW_RISK"),
    ("CASTRATION_RESISTANT", "CASTRATION_SENSITIVE"),
)  # fmt: skip
"""A marker, and what holds where codes of it are listed and none is in the episode."""
INTERCEPT = "intercept"
"""What an episode has that is of the reference in every respect."""
REFERENCE = ""
"""The term of what the prediction is measured from: it has no coefficient."""
NOT_OF_CLAIMS = (
    "clean period, institutional status, HRR relative cost, dual eligibility and Part D, count of "
    "conditions"
)


@dataclass(frozen=True)
class Prediction:
    """The terms of one performance period, and the codes that were listed."""

    rows: Sequence[Mapping[str, str]]
    codes: Sequence[Sequence[Any]]
    """(marker, code system, code, cancer or None)."""

    @classmethod
    def of(cls, period: str, codes: Sequence[Sequence[Any]]) -> Prediction:
        """The terms of a performance period; none where its coefficients are not known."""
        rows = [
            row
            for row in load_code_table("ocm", "prediction_term")
            if period in _periods(row["performance_periods"])
        ]
        return cls(rows, codes)

    def terms(self, episode: Mapping[str, Any], findings: frozenset[str]) -> str:
        """The terms of an episode, separated by semicolons; empty where its cancer has none."""
        cancer = _plain(episode["category"])
        markers = self._markers(cancer, findings, bool(episode["is_of_part_d_only"]))
        named = [
            row["term"]
            for row in self._family("CANCER")
            if row["cancer_type"] == cancer and _words(row["markers"]) <= markers
        ]
        if len(named) != 1:
            return ""
        days = (episode["post_anchor_end"] - episode["anchor_begin"]).days + 1
        named += [r["term"] for r in self._family("LENGTH") if _between(r, days)]
        named += [r["term"] for r in self._family("MARKER") if _words(r["markers"]) <= markers]
        age = episode["age"]
        if age is not None:
            named += [
                row["term"]
                for row in self._family("SEX_AGE")
                if row["sex"] == episode["sex"] and _between(row, age)
            ]
        return "; ".join(term for term in named if term != REFERENCE) or INTERCEPT

    def notes(self) -> list[str]:
        """What of the prediction claims did not tell, for a reader of the settlement."""
        listed = {str(row[0]) for row in self.codes}
        asked = {word for row in self._family("MARKER") for word in _words(row["markers"])}
        said = [
            f"Terms that claims do not tell ({NOT_OF_CLAIMS}) count where episode_factors gives "
            "them, else as none."
        ]
        if lacking := sorted(asked - listed):
            said.append(
                "No codes are listed in prediction_codes for "
                + ", ".join(lacking).replace("_", " ").lower()
                + ": no episode has the term from claims."
            )
        return said

    def _family(self, name: str) -> list[Mapping[str, str]]:
        return [row for row in self.rows if row["family"] == name]

    def _markers(self, cancer: str, findings: frozenset[str], is_of_part_d_only: bool) -> set[str]:
        listed = {
            str(marker)
            for marker, _, _, only in self.codes
            if only is None or _plain(only) == cancer
        }
        markers = {*findings, "PART_D_ONLY" if is_of_part_d_only else "PART_B"}
        for marker, opposite in OPPOSITES:
            if marker in listed and marker not in findings:
                markers.add(opposite)
        return markers


def _periods(text: str) -> list[str]:
    first, _, last = text.partition("-")
    numbers = [int(part.removeprefix("PP")) for part in (first, last or first)]
    return [f"PP{number}" for number in range(numbers[0], numbers[1] + 1)]


def _words(text: str) -> set[str]:
    return {word for word in text.split(";") if word}


def _between(row: Mapping[str, str], value: int) -> bool:
    return int(row["lowest"]) <= value and (not row["highest"] or value <= int(row["highest"]))


def _plain(text: str) -> str:
    return str(text).strip().lower().replace(" ", "_")
