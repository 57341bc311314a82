"""BNEX: people whose claims are withheld, and why. Only counts leave this module.

The XML names each person with reasons (declined data sharing, and others). They are absent from the
claim feed but stay assigned, in the money and in quality; reports show their number as a gap.
Structure: root with Header (FileCreationDate, PerformanceYear) and Beneficiary elements holding MBI
and BeneExcReasons.
"""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections import Counter
from pathlib import Path

from openvbc.claims.code_forms import is_identifier
from openvbc.claims.found_files import NOT_KNOWN, FoundFile, walk
from openvbc.claims.identity import Identities
from openvbc.claims.report import FileRows, Finding, Gap, StoreReport
from openvbc.errors import InputError, Place
from openvbc.input_file import GIB

_CODE = 3
"""Characters of a reason's code; anything longer may be about the person, and is not shown."""
STRANGE = "excluded people whose identifier has another form"
NOBODY = "a beneficiary exclusion file that names nobody"
WITHHELD = "people whose claims are withheld (BNEX)"


def read_exclusions(paths: tuple[Path, ...], who: Identities, report: StoreReport) -> None:
    """Count the people of the BNEX files; a person in several counts once."""
    people: dict[str, set[str]] = {}
    files = list(walk(paths, "beneficiary exclusions"))
    for file in files:
        if not _is_xml(file):
            detail = f"{file.name}: no beneficiary exclusion file (XML)"
            report.findings.append(Finding(NOT_KNOWN, "error", detail, subject=file.name))
            continue
        root = _root(file)
        if not _is_of_exclusions(root):
            detail = f"{file.name}: XML that is no beneficiary exclusion file"
            report.findings.append(Finding(NOT_KNOWN, "error", detail, subject=file.name))
            continue
        entry = FileRows(file.name, "exclusions")
        strange = 0
        for line, (member, reasons) in enumerate(_people(root), start=1):
            entry.records += 1
            if member:
                strange += not is_identifier(member)
                entry.used += 1
                people.setdefault(who.of(member), set()).update(reasons or {"no reason given"})
            else:
                entry.put_aside("no beneficiary identifier", 1, [line])
        report.waterfall.append(entry)
        if strange:
            detail = f"{file.name}: such a person is in no other file"
            report.findings.append(Finding(STRANGE, "warning", detail, strange))
        if not entry.records:
            report.findings.append(Finding(NOBODY, "warning", f"{file.name}: counts nobody"))
    if files:
        counts = Counter(reason for person_reasons in people.values() for reason in person_reasons)
        shown = ", ".join(f"{count} {reason}" for reason, count in sorted(counts.items()))
        report.gaps.append(
            Gap(
                WITHHELD,
                "assigned and in CMS's totals, absent from the claim feed"
                + (f"; by reason: {shown}" if shown else ""),
                len(people),
            )
        )


def _is_xml(file: FoundFile) -> bool:
    head = file.head(64).lstrip(b"\xef\xbb\xbf\xff\xfe\0 \t\r\n")
    return head.startswith(b"<") or file.name.lower().endswith(".xml")


def _root(path: FoundFile) -> ElementTree.Element:
    content = path.content(GIB)
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:4096]:
        raise InputError(
            "the BNEX file declares entities, which CMS's files never do",
            place=Place(file=path.name),
            action="use the file as CMS delivered it",
            code="VBC-104",
        )
    try:
        return ElementTree.fromstring(content)
    except (ElementTree.ParseError, ValueError, LookupError) as error:
        line = error.position[0] if isinstance(error, ElementTree.ParseError) else None
        raise InputError(
            "the BNEX file is not well-formed XML",
            place=Place(file=path.name, line=line),
            action="download the file again; the copy is damaged or cut off",
            code="VBC-1001",
        ) from error


def _is_of_exclusions(root: ElementTree.Element) -> bool:
    """Whether it names people, or has the header of a file that happens to name none."""
    names = {_local(element.tag) for element in root.iter()}
    return "beneficiary" in names or {"header", "performanceyear"} <= names


def _people(root: ElementTree.Element) -> list[tuple[str, set[str]]]:
    people = []
    for element in root.iter():
        if _local(element.tag) != "beneficiary":
            continue
        member, reasons = "", set()
        for part in element.iter():
            name, text = _local(part.tag), (part.text or "").strip()
            if name == "mbi":
                member = text.upper().replace("-", "")
            elif name.startswith("beneexcreason") and text:
                reasons.add(text if len(text) <= _CODE else "a longer text")
        people.append((member, reasons))
    return people


def _local(tag: object) -> str:
    """An element's name without its namespace, in small letters: case varies between tools."""
    return str(tag).rsplit("}", 1)[-1].lower()
