"""One drug event (Part D) as FHIR to rows of the claim store."""

from __future__ import annotations

from typing import Any

from openvbc.claims.fhir_days import day
from openvbc.claims.fhir_elements import amount_named, code_of, codings, plain_name, units_of
from openvbc.clinical.elements import Resource, Unusable

PATIENT_PAID = ("ptnt_pay_amt", "clm_line_bene_pmt_amt", "clm_bene_pmt_amt")


def drug_rows(
    benefit: Resource, claim: str, who: str, rows: list[tuple[str, dict[str, Any]]]
) -> None:
    """Append a row of the staged table pharmacy_claim for each line.

    Raises:
        Unusable: a line does not say its day.
    """
    for line in benefit.get("item") or ():
        period = line.get("servicedPeriod") or {}
        filled = day(line.get("servicedDate")) or day(period.get("start"))
        if filled is None:
            raise Unusable("drug event without its day")
        service = line.get("service") or line.get("productOrService")
        paid = amount_named(line.get("adjudication"), PATIENT_PAID)
        rows.append(
            (
                "pharmacy_claim",
                {
                    "claim_id": claim, "natural_key": f"{claim}|{line.get('sequence')}",
                    "person_id": who, "ndc_code": code_of(list(codings(service)), "ndc"),
                    "dispensing_date": filled, "quantity": units_of(line),
                    "days_supply": _days_supply(benefit, line), "patient_paid_amount": paid,
                },
            )
        )  # fmt: skip


def _days_supply(benefit: Resource, line: Resource) -> int | None:
    for each in (line.get("quantity") or {}).get("extension") or ():
        if plain_name(each.get("url")) == "days_suply_num":
            return int(each["valueQuantity"]["value"])
    for part in benefit.get("supportingInfo") or ():
        if "dayssupply" in {code for _, code in codings(part.get("category"))}:
            value = (part.get("valueQuantity") or {}).get("value")
            return None if value is None else int(value)
    return None
