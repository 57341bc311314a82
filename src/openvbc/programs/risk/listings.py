"""The work lists of a risk review: open gaps and tiers, person by person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from openvbc.programs.listing import Field, Listing
from openvbc.programs.risk.exposure import Exposure

Rows = Sequence[Mapping[str, Any]]

_GAP_FIELDS = {
    "person_id": Field("Person", role="who"),
    "enrollment_type": Field("Enrollment type"),
    "kind": Field("Kind"),
    "diagnosis_code": Field("Diagnosis"),
    "rule": Field("Rule", role="evidence"),
    "last_year": Field("Last coded in", "year", "evidence"),
    "evidence_claim": Field("Evidence, claim", role="evidence"),
    "value": Field("Change of the score", "factor"),
}
_TIER_FIELDS = {
    "person_id": Field("Person", role="who"),
    "enrollment_type": Field("Enrollment type"),
    "risk_score": Field("Risk score", "factor"),
    "tier": Field("Tier", "count"),
    "name": Field("Name of the tier"),
}


def gap_listing(exposure: Exposure) -> Listing:
    """Open gaps, those that are worth most first."""
    return _listing(
        "open_gaps",
        f"Open gaps {exposure.payment_year}",
        _GAP_FIELDS,
        sorted(exposure.gaps, key=lambda row: (-row["value"], str(row["person_id"]))),
        "A gap is a question to a clinician, never a diagnosis.",
    )


def tier_listing(tiers: Rows) -> Listing:
    """Everybody scored, the highest scores first."""
    ordered = sorted(tiers, key=lambda row: (row["tier"], str(row["person_id"])))
    return _listing("risk_tiers", "Risk tiers by person", _TIER_FIELDS, ordered, "")


def _listing(name: str, title: str, fields: Mapping[str, Field], rows: Rows, lead: str) -> Listing:
    cells = [[row.get(field) for field in fields] for row in rows]
    return Listing(name, title, list(fields.values()), cells, lead)
