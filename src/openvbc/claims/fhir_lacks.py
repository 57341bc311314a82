"""What a claim as FHIR leaves open and moves people or money, in words.

FHIR requires almost nothing of a claim, so that a feed may leave out what assignment, risk or stays
are told by. The claim is used as it is, and what it lacks is counted and said.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openvbc.claims.fhir_days import last_day
from openvbc.claims.fhir_elements import codings
from openvbc.clinical.elements import Resource

PHYSICIANS = ("71", "72")
INPATIENT = ("60",)

_WANTED: Mapping[str, Mapping[str, tuple[Sequence[str], str]]] = {
    "institutional_claim": {
        "bill_type_code": ((), "institutional claims without a bill type: no clinic is told"),
        "facility_ccn": ((), "institutional claims without the CCN of their facility"),
        "drg_code": (INPATIENT, "inpatient claims without a DRG"),
        "discharge_disposition_code": (
            INPATIENT, "inpatient claims without a discharge status: no transfer is told"
        ),
    },
    "professional_line": {
        "hcpcs_code": ((), "professional lines without a service code"),
        "specialty_code": (
            PHYSICIANS, "physicians' lines without a specialty: they assign nobody by it"
        ),
        "rendering_npi": (PHYSICIANS, "physicians' lines without the NPI of who rendered them"),
        "rendering_tin": (PHYSICIANS, "physicians' lines without a tax number: they are nobody's"),
        "place_of_service_code": (PHYSICIANS, "physicians' lines without a place of service"),
        "allowed_amount": ((), "professional lines without what was allowed: they assign nobody"),
    },
}  # fmt: skip
"""By table and column: claim types that must have it (none: all), and what is said."""


def claim_lacks(benefit: Resource, rows: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[str]:
    """What is missing in the rows of a claim, and of it in them."""
    kinds = {table for table, _ in rows}
    for table, row in rows:
        for column, (types, said) in _WANTED.get(table, {}).items():
            if row.get(column) is None and (not types or row["claim_type_code"] in types):
                yield said
    if not kinds & set(_WANTED):
        return
    unread = [
        each
        for each in benefit.get("diagnosis") or ()
        if not list(codings(each.get("diagnosisCodeableConcept")))
    ]
    if unread:
        yield "claims with a diagnosis that has no code"
    elif "diagnosis" not in kinds:
        yield "claims without a diagnosis: no risk is told by them"
    made = [last_day(benefit.get("created"))]
    made.append(last_day((benefit.get("meta") or {}).get("lastUpdated")))
    ends = max(row["claim_end_date"] for table, row in rows if table in _WANTED)
    if any(day is not None and ends > day for day in made):
        yield "claims that end after the day they were made out"
