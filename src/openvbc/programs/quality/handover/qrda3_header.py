"""The header of a QRDA category III report: who reports, under which program, for which year."""

from __future__ import annotations

import datetime as dt
import uuid

from openvbc._version import __version__
from openvbc.programs.quality.handover.cda import (
    LOINC,
    SNOMED,
    Element,
    add,
    code_of,
    template,
    year_in,
)
from openvbc.programs.quality.handover.submitter import Submitter

NPI = "2.16.840.1.113883.4.6"
TAXPAYER = "2.16.840.1.113883.4.2"
ENTITY_ROOTS = {
    "individual": TAXPAYER,
    "group": TAXPAYER,
    "virtual-group": "2.16.840.1.113883.3.249.5.2",
    "apm-entity": "2.16.840.1.113883.3.249.5.4",
    "subgroup": "2.16.840.1.113883.3.249.5.5",
}
"""Under which root each kind of submitter is identified."""


def header(
    document: Element, year: int, submitter: Submitter, report_version: str, when: dt.datetime
) -> None:
    """Who reports what for which year, before the results."""
    now = when.strftime("%Y%m%d%H%M%S")
    add(document, "realmCode", code="US")
    add(document, "typeId", root="2.16.840.1.113883.1.3", extension="POCD_HD000040")
    template(document, "27.1.1", "2020-12-01")
    template(document, "27.1.2", report_version)
    add(document, "id", root=str(uuid.uuid4()))
    code_of(document, "55184-6", LOINC)
    add(document, "title").text = "QRDA Calculated Summary Report"
    add(document, "effectiveTime", value=now)
    code_of(document, "N", "2.16.840.1.113883.5.25", "confidentialityCode")
    add(document, "languageCode", code="en")
    add(document, "versionNumber", value="1")
    patient = add(add(document, "recordTarget"), "patientRole")
    add(patient, "id", nullFlavor="NA")
    author = add(document, "author")
    add(author, "time", value=now)
    assigned = add(author, "assignedAuthor")
    add(assigned, "id", root=str(uuid.uuid5(uuid.NAMESPACE_OID, "openvbc")))
    add(add(assigned, "assignedAuthoringDevice"), "softwareName").text = f"openvbc {__version__}"
    _organization(assigned, "representedOrganization", submitter)
    custodian = add(add(document, "custodian"), "assignedCustodian")
    _organization(custodian, "representedCustodianOrganization", submitter)
    recipient = add(add(document, "informationRecipient"), "intendedRecipient")
    add(recipient, "id", root="2.16.840.1.113883.3.249.7", extension=submitter.program_name)
    legal = add(document, "legalAuthenticator")
    add(legal, "time", value=now)
    add(legal, "signatureCode", code="S")
    entity = add(legal, "assignedEntity")
    add(entity, "id", root=str(uuid.uuid5(uuid.NAMESPACE_OID, submitter.identifier)))
    _organization(entity, "representedOrganization", submitter)
    device = add(document, "participant", typeCode="DEV")
    product = add(device, "associatedEntity", classCode="RGPR")
    add(product, "id", root="2.16.840.1.113883.3.2074.1", extension=submitter.certified())
    code_of(product, "129465004", SNOMED)
    _performer(document, year, submitter)


def _performer(document: Element, year: int, submitter: Submitter) -> None:
    service = add(add(document, "documentationOf", typeCode="DOC"), "serviceEvent")
    service.set("classCode", "PCPR")
    year_in(add(service, "effectiveTime"), year)
    performer = add(service, "performer", typeCode="PRF")
    year_in(add(performer, "time"), year)
    entity = add(performer, "assignedEntity")
    npi = submitter.npi
    add(entity, "id", root=NPI, **({"extension": npi} if npi else {"nullFlavor": "NA"}))
    organization = add(entity, "representedOrganization")
    add(
        organization, "id",
        root=ENTITY_ROOTS[submitter.kind], extension=submitter.identifier,
    )  # fmt: skip
    add(organization, "name").text = submitter.name


def _organization(parent: Element, name: str, submitter: Submitter) -> None:
    organization = add(parent, name)
    add(
        organization, "id",
        root=ENTITY_ROOTS[submitter.kind], extension=submitter.identifier,
    )  # fmt: skip
    add(organization, "name").text = submitter.name
