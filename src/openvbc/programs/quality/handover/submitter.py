"""Who hands results over, under which part of the Quality Payment Program."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from openvbc.claims.csv_values import Refused
from openvbc.errors import InputError
from openvbc.programs.mips.own_list import npi

Kind = Literal["individual", "group", "virtual-group", "subgroup", "apm-entity"]
Pathway = Literal["mips", "app", "app-plus"]
KINDS: tuple[Kind, ...] = ("individual", "group", "virtual-group", "subgroup", "apm-entity")
PATHWAYS: tuple[Pathway, ...] = ("mips", "app", "app-plus")
_WITHOUT_PATHWAY = ("virtual-group", "subgroup")
"""Who reports under traditional MIPS or an MVP only: 42 CFR 414.1367 names individuals, groups and
APM entities for the pathway."""
_CERTIFICATION = re.compile(r"[0-9A-Z]{15}")
_ENTITY = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")


@dataclass(frozen=True)
class Submitter:
    """Whose results they are.

    ``identifier`` is the taxpayer number of an individual or group, and the identifier of a virtual
    group, subgroup or APM entity otherwise; ``certification`` the CMS EHR certification identifier.
    """

    kind: Kind
    pathway: Pathway
    name: str
    identifier: str
    npi: str = ""
    certification: str = ""

    def __post_init__(self) -> None:
        if self.pathway != "mips" and self.kind in _WITHOUT_PATHWAY:
            raise _wrong(
                f"a {self.kind.replace('-', ' ')} does not report under the Performance Pathway",
                "42 CFR 414.1367: individuals, groups and APM entities do",
                "VBC-19201",
            )
        if self.kind in ("individual", "group"):
            if not re.fullmatch(r"[0-9]{9}", self.identifier):
                raise _wrong(
                    "the taxpayer number is not one", "nine digits, without a hyphen", "VBC-19202"
                )
        elif not _ENTITY.fullmatch(self.identifier):
            raise _wrong(
                "the identifier of the entity is not one",
                "letters in capitals, digits and hyphens, for example A1234",
                "VBC-19203",
            )
        if self.kind == "individual":
            try:
                npi(self.npi)
            except Refused as refused:
                raise _wrong(
                    f"the clinician's NPI cannot be used: {refused}",
                    "ten digits with a check digit; an individual reports with one",
                    "VBC-19204",
                ) from None
        elif self.npi:
            raise _wrong(
                f"a {self.kind.replace('-', ' ')} hands over without an NPI",
                "only an individual names one",
                "VBC-19205",
            )
        if self.certification and not _CERTIFICATION.fullmatch(self.certification):
            raise _wrong(
                "the CMS EHR certification identifier is not one",
                "15 letters in capitals and digits",
                "VBC-19206",
            )

    def certified(self) -> str:
        """The certification identifier, which CMS asks for with electronic measures.

        Raises:
            InputError: there is none.
        """
        if not self.certification:
            raise InputError(
                "electronic measures are handed over with a CMS EHR certification identifier",
                action="give it: --certification, 15 letters and digits",
                code="VBC-19221",
            )
        return self.certification

    @property
    def program_name(self) -> str:
        """The program as QRDA III names it, for example ``APP_PLUS_APMENTITY``."""
        kind = {"individual": "INDIV", "virtual-group": "VIRTUALGROUP", "apm-entity": "APMENTITY"}
        pathway = {"mips": "MIPS", "app": "MIPS_APP1", "app-plus": "APP_PLUS"}
        return f"{pathway[self.pathway]}_{kind.get(self.kind, self.kind.upper())}"


def _wrong(what: str, rule: str, code: str) -> InputError:
    return InputError(what, rule=rule, action="give it again", code="VBC-1087")
