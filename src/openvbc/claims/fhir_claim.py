"""One ExplanationOfBenefit to rows of the claim store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from openvbc.claims.fhir_days import day, last_day
from openvbc.claims.fhir_denials import claim_denial, institutional_denial, line_denial
from openvbc.claims.fhir_drug import drug_rows
from openvbc.claims.fhir_elements import (
    amount_named,
    as_list,
    billing_provider,
    code_of,
    codings,
    diagnoses_of,
    information,
    money,
    plain_name,
    rendering_clinician,
    sequence_of,
    units_of,
)
from openvbc.claims.fhir_lacks import claim_lacks
from openvbc.clinical.elements import Resource, Unusable

Person = Callable[[str], str]

INSTITUTIONAL = ("10", "20", "30", "40", "50", "60")
PROFESSIONAL = ("71", "72", "81", "82")
PAID_LINE = ("line_nch_pmt_amt", "clm_line_cvrd_pd_amt", "rev_cntr_pmt_amt_amt")
ALLOWED_LINE = ("line_alowd_chrg_amt", "clm_line_alowd_chrg_amt")
NOT_IN_FORCE = ("cancelled", "draft", "entered-in-error")
CANCELLATION = "1"
"""CLM_ADJSMT_TYPE_CD, which version 3 has: the claim that it cancels is not in the feed either."""
CHARGES = ("clm_tot_chrg_amt", "clm_sbmt_chrg_amt")


@dataclass
class ClaimRows:
    """Rows by table, and fields that a claim should have and does not."""

    rows: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    lacking: list[str] = field(default_factory=list)


def benefit_rows(benefit: Resource, person: Person) -> ClaimRows:
    """The rows of one claim.

    Raises:
        Unusable: it is not final, has no type that is known, no patient or no days.
    """
    codes = list(codings(benefit.get("type")))
    kind = code_of(codes, "nch_clm_type_cd", "clm_type_cd")
    is_drug = code_of(codes, "eob_type") == "PDE" or "pharmacy" in {code for _, code in codes}
    _check_final(benefit)
    who = person(_patient(benefit))
    made = ClaimRows()
    if (is_drug or kind in PROFESSIONAL) and not benefit.get("item"):
        raise Unusable("claim without a line")
    if is_drug:
        drug_rows(benefit, _claim_id(benefit), who, made.rows)
    elif kind in INSTITUTIONAL:
        _institutional(benefit, str(kind), who, made)
    elif kind in PROFESSIONAL:
        _professional(benefit, str(kind), who, made)
    else:
        raise Unusable("claim of a type that is not known")
    made.lacking += claim_lacks(benefit, made.rows)
    return made


def _check_final(benefit: Resource) -> None:
    tags = {tag.get("code") for tag in (benefit.get("meta") or {}).get("tag") or ()}
    if benefit.get("outcome") == "partial" or "NotFinalAction" in tags:
        raise Unusable("claim that is not final (partially adjudicated)")
    adjustment = information(benefit, "clm_adjstmt_type_cd", "clm_adjsmt_type_cd")
    if adjustment == CANCELLATION or benefit.get("status") in NOT_IN_FORCE:
        raise Unusable("claim that is cancelled or in error")
    if benefit.get("use") in ("preauthorization", "predetermination"):
        raise Unusable("no claim: a request for authorization")


def _patient(benefit: Resource) -> str:
    reference = (benefit.get("patient") or {}).get("reference")
    if not isinstance(reference, str) or not reference:
        raise Unusable("claim without a patient")
    return reference.rsplit("/", 1)[-1]


def _header(benefit: Resource, who: str) -> dict[str, Any]:
    period = benefit.get("billablePeriod") or {}
    start, end = day(period.get("start")), day(period.get("end"))
    if start is None or end is None:
        raise Unusable("claim without its days")
    claim = _claim_id(benefit)
    known = {"adjustment_type": "0", "sign": 1, "natural_key": claim, "is_denied": False}
    known |= {"load_date": _known_day(benefit) or end, "effective_date": _known_day(benefit)}
    return {"claim_id": claim, "person_id": who, "claim_start_date": start,
            "claim_end_date": end, **known}  # fmt: skip


def _claim_id(benefit: Resource) -> str:
    """The claim's number: its identifier of that name or without a system, else the resource's."""
    identifiers = {
        plain_name(each.get("system")): each.get("value")
        for each in benefit.get("identifier") or ()
    }
    given = (identifiers.get(name) for name in ("clm_id", "clm_uniq_id", "pde_id", "", "none"))
    claim = next(filter(None, given), None) or benefit.get("id")
    if not claim:
        raise Unusable("claim without an identifier")
    return str(claim)


def _known_day(benefit: Resource) -> Any:
    """The day the claim was processed, where it is told."""
    for part in [*(benefit.get("supportingInfo") or ()), *(benefit.get("information") or ())]:
        names = {name for pair in codings(part.get("category")) for name in map(plain_name, pair)}
        if names & {"clm_idr_ld_dt", "nch_wkly_proc_dt", "clm_nch_wkly_proc_dt"}:
            return last_day(part.get("timingDate"))
    return None


def _institutional(benefit: Resource, kind: str, who: str, made: ClaimRows) -> None:
    header = _header(benefit, who)
    ccn, npi, _ = billing_provider(benefit)
    paid = money(((benefit.get("payment") or {}).get("amount") or {}).get("value"))
    if paid is None:
        raise Unusable("claim without a payment amount")
    bill = (
        information(benefit, "clm_fac_type_cd", "clm_bill_fac_type_cd"),
        information(benefit, "clm_srvc_clsfctn_type_cd", "clm_bill_clsfctn_cd"),
        information(benefit, "clm_freq_cd", "clm_bill_freq_cd"),
    )
    made.rows.append(
        (
            "institutional_claim",
            {
                **header,
                "is_denied": institutional_denial(benefit),
                "claim_type_code": kind,
                "bill_type_code": "".join(map(str, bill)) if all(bill) else None,
                "facility_ccn": ccn,
                "facility_npi": npi,
                "discharge_disposition_code": _discharge(benefit),
                "drg_code": information(benefit, "clm_drg_cd", "dgns_drg_cd", "clm_drg"),
                "primary_diagnosis_code": next(
                    (code for _, code, _ in diagnoses_of(benefit)), None
                ),
                "admit_type_code": information(
                    benefit, "clm_ip_admsn_type_cd", "clm_admsn_type_cd"
                ),
                "admit_source_code": information(
                    benefit, "clm_src_ip_admsn_cd", "clm_admsn_src_cd"
                ),
                "paid_amount": paid,
                "charge_amount": amount_named(as_list(benefit.get("total")), CHARGES),
            },
        )
    )
    for line in benefit.get("item") or ():
        start, end = _line_days(line, header)
        made.rows.append(
            (
                "institutional_line",
                {
                    "claim_id": header["claim_id"],
                    "claim_line_number": sequence_of(line),
                    "person_id": who,
                    "revenue_center_code": code_of(
                        list(codings(line.get("revenue"))), "rev_cntr", "clm_rev_cntr_cd"
                    ),
                    "hcpcs_code": _hcpcs(line),
                    "claim_line_start_date": start,
                    "claim_line_end_date": end,
                    "paid_amount": amount_named(line.get("adjudication"), PAID_LINE),
                },
            )
        )
    _codes(benefit, header, who, "institutional", made)


def _professional(benefit: Resource, kind: str, who: str, made: ClaimRows) -> None:
    header = _header(benefit, who)
    team = {each.get("sequence"): each for each in benefit.get("careTeam") or ()}
    _, _, billing_tin = billing_provider(benefit)
    whole_denied, said = claim_denial(benefit)
    made.lacking += said
    for line in benefit.get("item") or ():
        start, end = _line_days(line, header)
        npi, tin, specialty = rendering_clinician(line, team)
        paid = amount_named(line.get("adjudication"), PAID_LINE)
        if paid is None:
            made.lacking.append("professional lines without what Medicare paid")
        denied, said = line_denial(line)
        made.lacking += said
        made.rows.append(
            (
                "professional_line",
                {
                    **header,
                    "is_denied": whole_denied or denied,
                    "claim_type_code": kind,
                    "claim_line_number": sequence_of(line),
                    "claim_line_start_date": start,
                    "claim_line_end_date": end,
                    "hcpcs_code": _hcpcs(line),
                    "hcpcs_modifier_1": next(
                        (code for each in line.get("modifier") or () for _, code in codings(each)),
                        None,
                    ),
                    "place_of_service_code": next(
                        (code for _, code in codings(line.get("locationCodeableConcept"))), None
                    ),
                    "specialty_code": specialty,
                    "rendering_npi": npi,
                    "rendering_tin": tin or billing_tin,
                    "units": units_of(line),
                    "paid_amount": paid,
                    "allowed_amount": amount_named(line.get("adjudication"), ALLOWED_LINE),
                },
            )
        )
    _codes(benefit, header, who, "professional", made)


def _line_days(line: Resource, header: Mapping[str, Any]) -> tuple[Any, Any]:
    period = line.get("servicedPeriod") or {}
    start = day(line.get("servicedDate")) or day(period.get("start"))
    end = day(line.get("servicedDate")) or day(period.get("end"))
    return start or header["claim_start_date"], end or header["claim_end_date"]


def _hcpcs(line: Resource) -> str | None:
    codes = codings(line.get("service") or line.get("productOrService"))
    known = ("hcpcs", "hcpcs_cd", "cpt", "hcpcsreleasecodesets")
    return next((code for system, code in codes if system in known), None)


def _discharge(benefit: Resource) -> str | None:
    code = information(benefit, "ptnt_dschrg_stus_cd", "bene_ptnt_stus_cd", "patdischargestatus")
    return None if code is None else code.zfill(2)


def _codes(
    benefit: Resource, header: Mapping[str, Any], who: str, kind: str, made: ClaimRows
) -> None:
    for position, code, version in diagnoses_of(benefit):
        made.rows.append(
            (
                "diagnosis",
                {
                    "claim_id": header["claim_id"], "person_id": who, "claim_kind": kind,
                    "position": position, "diagnosis_code": code, "code_version": version,
                    "claim_start_date": header["claim_start_date"],
                    "claim_end_date": header["claim_end_date"],
                },
            )
        )  # fmt: skip
    for each in benefit.get("procedure") or ():
        for system, code in codings(each.get("procedureCodeableConcept")):
            made.rows.append(
                (
                    "procedure",
                    {
                        "claim_id": header["claim_id"], "person_id": who,
                        "position": sequence_of(each),
                        "procedure_code": code.replace(".", "").upper(),
                        "code_version": "9" if "icd_9" in system else "0",
                        "procedure_date": last_day(each.get("date")),
                    },
                )
            )  # fmt: skip
            break
