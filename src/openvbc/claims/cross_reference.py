"""CCLF9, the cross-reference of identifiers, over every delivery."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from openvbc.claims.code_forms import is_identifier
from openvbc.claims.delivery import Member
from openvbc.claims.described import described
from openvbc.claims.fixed_width import WRONG_LENGTH, Block, blocks
from openvbc.claims.identity import Identities, Link, identities
from openvbc.claims.layout import layouts_of
from openvbc.claims.report import FileRows, Finding, StoreReport
from openvbc.claims.taken import Taken


def read_identities(
    members: list[Member],
    report: StoreReport,
    reports: tuple[Path, ...] = (),
    taken: Taken | None = None,
) -> Identities:
    """Follow the cross-reference of all deliveries.

    Args:
        members: the CCLF files.
        report: what is found goes here.
        reports: assignment list reports, which tell people apart where CCLF8 does not.
        taken: what was taken in before.
    """
    links: list[Link] = []
    for member in members:
        if member.file == "9":
            links += _links(member, report)
    names = {name for link in links for name in (link.current, link.previous)}
    who = identities(links, described(members, names, reports, taken))
    for name, detail, count in (
        (
            "identifiers replaced in a circle",
            "CCLF9 says of some people that each identifier replaced the other; the newest line "
            "decided",
            who.circular,
        ),
        (
            "linked identifiers of different people",
            "CCLF9 links identifiers whose birth date or sex differ (a number used "
            "twice); they count as different people",
            who.disputed,
        ),
        (
            "an old identifier of several people",
            "CCLF9 leads from one old identifier to people who differ; what came under it counts "
            "for none of them",
            who.nobody,
        ),
        (
            "an old identifier with several successors",
            "no file gives the birth date and sex by which they could be told apart; they count "
            "as one person",
            who.untested,
        ),
    ):
        if count:
            report.findings.append(Finding(name, "warning", detail, count))
    return who


def _links(member: Member, report: StoreReport) -> list[Link]:
    entry = FileRows(member.name, "person_identifier")
    links: list[Link] = []
    odd = 0
    lengths = frozenset(layouts_of("9"))
    with member.open() as stream:
        for block in blocks(stream, lengths):
            entry.records += len(block.lines)
            if not isinstance(block, Block):
                entry.put_aside(WRONG_LENGTH, len(block.lines), [int(n) for n in block.lines[:20]])
                continue
            fields = layouts_of("9")[block.records.shape[1]].fields
            rows = [record.tobytes().decode("ascii", errors="replace") for record in block.records]
            for line, row in zip(block.lines, rows, strict=True):
                current, previous, since = (
                    row[fields[name].start : fields[name].end].rstrip().upper()
                    for name in ("CRNT_NUM", "PRVS_NUM", "PRVS_ID_OBSLT_DT")
                )
                if not current or not previous:
                    entry.put_aside("no current or previous identifier", 1, [int(line)])
                elif " " in current + previous:
                    entry.put_aside("an identifier with a blank in it", 1, [int(line)])
                elif "\ufffd" in current + previous or not (current + previous).isascii():
                    entry.put_aside("characters that are not plain text", 1, [int(line)])
                else:
                    newest = "" if since in ("1000-01-01", "9999-12-31") else since
                    links.append(Link(current, previous, (member.date or date.min, newest)))
                    entry.used += 1
                    odd += not (is_identifier(current) and is_identifier(previous))
    if odd:
        detail = f"{member.name}: neither a Medicare beneficiary identifier nor an older number"
        report.findings.append(Finding("identifiers of another form", "warning", detail, odd))
    report.waterfall.append(entry)
    return links
