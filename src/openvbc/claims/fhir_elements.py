"""What stands where in a claim as FHIR: codes, amounts, providers, diagnoses.

Codes and amounts stand under other names in each version; a name is known by its last part, in
lower case with underscores: ``.../variables/line_nch_pmt_amt`` (versions 1 and 2),
``CLM_LINE_CVRD_PD_AMT`` (version 3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from openvbc.clinical.elements import Resource

CENT = Decimal("0.01")
LAST_SEQUENCE = 99_999
"""Largest number that a line, diagnosis or procedure of a claim can have."""
_SPECIALTY = ("prvdr_spclty", "clm_prvdr_spclty_cd", "clm_rndrg_fed_prvdr_spclty_cd")


def plain_name(text: object) -> str:
    """The last part of an address or code, in lower case with underscores."""
    return str(text or "").rsplit("/", 1)[-1].lower().replace("-", "_")


def codings(codeable: Any) -> Iterator[tuple[str, str]]:
    """(name of the system, code) of a CodeableConcept."""
    for coding in (codeable or {}).get("coding") or ():
        if coding.get("code") is not None:
            yield plain_name(coding.get("system")), str(coding["code"])


def code_of(codes: list[tuple[str, str]], *names: str) -> str | None:
    """The first code of a system of one of these names."""
    return next((code for system, code in codes if system in names), None)


def money(value: Any) -> Decimal | None:
    """Dollars and cents of a JSON number.

    Raises:
        ValueError, ArithmeticError: it is no number.
    """
    return None if value is None else _number(value).quantize(CENT)


def _number(value: Any) -> Decimal:
    number = Decimal(str(value))
    if isinstance(value, bool) or not number.is_finite():
        raise ValueError("no number")
    return number


def units_of(line: Resource) -> Decimal | None:
    """The quantity of a line, to four decimals."""
    value = (line.get("quantity") or {}).get("value")
    return None if value is None else _number(value).quantize(Decimal("0.0001"))


def amount_named(parts: Any, names: tuple[str, ...]) -> Decimal | None:
    """The amount of the first adjudication or total of one of these names."""
    for wanted in names:
        for part in parts or ():
            codings = (part.get("category") or {}).get("coding") or ()
            if any(plain_name(coding.get("code")) == wanted for coding in codings):
                return money((part.get("amount") or {}).get("value"))
    return None


def information(benefit: Resource, *names: str) -> str | None:
    """A code of the supporting information, extensions or type by its system's name."""
    for part in [*(benefit.get("supportingInfo") or ()), *(benefit.get("information") or ())]:
        named_code = code_of(list(codings(part.get("code"))), *names)
        if named_code is not None:
            return named_code
    for holder in (benefit, benefit.get("facility") or {}):
        named_code = extension_code(holder, *names)
        if named_code is not None:
            return named_code
    return code_of(list(codings(benefit.get("type"))), *names)


def extension_code(holder: Resource, *names: str) -> str | None:
    """The code of the first extension of one of these names."""
    for each in holder.get("extension") or ():
        if plain_name(each.get("url")) in names:
            code = (each.get("valueCoding") or {}).get("code")
            return None if code is None else str(code)
    return None


def as_list(total: Any) -> list[Any]:
    """A list as it is; what is none (version 1 has one amount) as an empty one."""
    return total if isinstance(total, list) else []


def billing_provider(benefit: Resource) -> tuple[str | None, str | None, str | None]:
    """CCN, NPI and tax number of the billing provider."""
    provider = benefit.get("provider") or {}
    facility = benefit.get("facility") or {}
    identifiers = [provider.get("identifier") or {}, facility.get("identifier") or {}]
    reference = str(provider.get("reference") or "").removeprefix("#")
    for each in benefit.get("contained") or ():
        if reference and each.get("id") == reference:
            identifiers += each.get("identifier") or []
    ccn = npi = tin = None
    for each in identifiers:
        system, value = plain_name(each.get("system")), each.get("value")
        kinds = {code for _, code in codings(each.get("type"))}
        if value is None:
            continue
        if system in ("us_npi", "carr_clm_blg_npi_num") or "npi" in kinds:
            npi = npi or str(value)
        elif system.endswith("113883.4.4") or "TAX" in kinds:
            tin = tin or str(value)
        elif system in ("prvdr_num", "ccn") or system.endswith("ccn") or "PRN" in kinds:
            ccn = ccn or str(value)
    return ccn, npi, tin


def rendering_clinician(line: Resource, team: Mapping[Any, Resource]) -> tuple[str | None, ...]:
    """NPI, tax number and specialty of who rendered a line: of the team, else of the line itself
    (versions 2 and 3 state the latter two there)."""
    npi = tin = specialty = None
    for sequence in line.get("careTeamSequence") or line.get("careTeamLinkId") or ():
        member = team.get(sequence) or {}
        roles = {code for _, code in codings(member.get("role"))}
        identifier = (member.get("provider") or {}).get("identifier") or {}
        value = identifier.get("value")
        system = plain_name(identifier.get("system"))
        kinds = {code.lower() for _, code in codings(identifier.get("type"))}
        if value and (system.endswith("113883.4.4") or "tax" in kinds or system == "tax_num"):
            tin = tin or str(value)
        elif value and roles & {"performing", "rendering", "primary", "other"}:
            npi = npi or str(value)
            for name, code in codings(member.get("qualification")):
                if name in _SPECIALTY:
                    specialty = specialty or code
    return npi, tin or _tax_number(line), specialty or extension_code(line, *_SPECIALTY)


def _tax_number(line: Resource) -> str | None:
    for each in line.get("extension") or ():
        if plain_name(each.get("url")) == "clm_prvdr_tax_num":
            value = (each.get("valueIdentifier") or {}).get("value")
            return None if value is None else str(value)
    return extension_code(line, "tax_num")


def sequence_of(part: Resource) -> int | None:
    """The number of a line, diagnosis or procedure.

    Raises:
        ValueError: it is no such number.
    """
    value = part.get("sequence")
    if value is None:
        return None
    number = _number(value)
    if number != int(number) or not 0 <= number <= LAST_SEQUENCE:
        raise ValueError("no sequence")
    return int(number)


def diagnoses_of(benefit: Resource) -> list[tuple[int, str, str]]:
    """(position, code, version) of each diagnosis once, the principal one first."""
    diagnoses: dict[str, tuple[int, str, str]] = {}
    for each in benefit.get("diagnosis") or ():
        for system, code in codings(each.get("diagnosisCodeableConcept")):
            plain = code.replace(".", "").upper()
            version = "9" if "icd_9" in system else "0"
            diagnoses.setdefault(plain, (sequence_of(each) or 0, plain, version))
            break
    return sorted(diagnoses.values())
