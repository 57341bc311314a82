"""Read every CCLF delivery into the staged tables: identifiers first, then records, checked."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.claims import field_marks
from openvbc.claims.arrow_columns import constant_column, pyarrow
from openvbc.claims.cclf import Decoded, decode
from openvbc.claims.cclf_checked import SetAsideRows
from openvbc.claims.cclf_columns import MAPS
from openvbc.claims.cclf_kept import Source
from openvbc.claims.cells import CLAIM_TABLES
from openvbc.claims.column_tally import ColumnTally
from openvbc.claims.control import Statement, compare, read_statements
from openvbc.claims.delivery import Member, find_members, organization_of
from openvbc.claims.field_marks import Marks
from openvbc.claims.fixed_width import WRONG_LENGTH, Block, blocks
from openvbc.claims.found_files import NOT_KNOWN
from openvbc.claims.identity import Identities
from openvbc.claims.layout import layouts_of
from openvbc.claims.report import ControlTotal, FileRows, Finding, Received, StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.taken import Taken

Progress = Callable[[str, float | None], None]

LAST_OF_KIND = ("1", "2", "3", "4", "5", "6", "7", "8", "A", "B")


@dataclass
class MemberRead:
    """What reading one CCLF file found."""

    entry: FileRows
    length: int | None
    findings: list[Finding]
    people: NDArray[np.uint64] = field(default_factory=lambda: np.empty(0, np.uint64), repr=False)
    """Hashes of the identifiers as they stand in the file."""

    def record(self) -> dict[str, Any]:
        """As it is kept, without the people."""
        findings = [asdict(each) for each in self.findings]
        return {"entry": asdict(self.entry), "length": self.length, "findings": findings}

    @classmethod
    def of(cls, record: dict[str, Any]) -> MemberRead:
        """What was kept."""
        findings = [Finding(**each) for each in record["findings"]]
        return cls(FileRows(**record["entry"]), record["length"], findings)


def cclf_members(paths: tuple[Path, ...], report: StoreReport) -> list[Member]:
    """The CCLF files to read; files that are something else are named in the report."""
    members, unknown = find_members(paths)
    for other in unknown:
        report.findings.append(
            Finding(
                NOT_KNOWN,
                "error",
                f"{other.name}: no CCLF file, neither by its name nor by its records",
                subject=other.name,
            )
        )
    for member in members:
        if member.told_by != "name":
            detail = f"{member.name}: read as CCLF{member.file}, told by its {member.told_by}"
            report.findings.append(Finding("a file with a name of its own", "note", detail))
    files = Counter(organization_of(member.name) for member in members)
    files.pop(None, None)
    report.organizations = sorted(filter(None, files))
    if len(files) > 1:
        shown = ", ".join(f"{aco} {count:,} files" for aco, count in sorted(files.items(), key=str))
        report.findings.append(
            Finding("claim files of several organisations are mixed", "error", shown)
        )
    return members


def read_records(
    members: list[Member],
    who: Identities,
    staging: Staging,
    report: StoreReport,
    threads: int,
    progress: Progress,
    taken: Taken | None = None,
) -> None:
    """Stage every record of files 1 to 8, A and B, and check each delivery against its CCLF0.

    With `taken` the rows of a file are kept there, and a file that was taken in before is not read.
    """
    ranks = {m: n for n, m in enumerate(sorted({m.order for m in members}), start=1)}
    counted: dict[str, dict[str, tuple[int, int | None]]] = {}
    stated: dict[str, list[Statement]] = {}
    names: dict[str, str] = {}
    with ThreadPoolExecutor(threads) as pool:
        for done, member in enumerate(members):
            names.setdefault(member.delivery, f"{member.kind} {member.date or 'undated'}")
            if member.file == "0":
                _read_statements(member, stated, report)
                continue
            if member.file == "9":
                entry = next(e for e in report.waterfall if e.file == member.name)
                length = next(iter(layouts_of("9")))
            else:
                rank = ranks[member.order]
                key = taken.key_of(member) if taken else ""
                known = taken.known(key, member.name, rank) if taken else None
                if known is None:
                    progress(f"reading {member.name}", done / len(members))
                    into = taken.begin(key) if taken else staging
                    source = Source(member.name, rank, member.date)
                    intake = _read_member(member, source, who, into, pool, threads)
                    if taken:
                        taken.finish(member.name, rank, into, intake.people, intake.record())
                else:
                    intake = MemberRead.of(known)
                entry = intake.entry
                report.waterfall.append(entry)
                report.findings += intake.findings
                length = intake.length or 0
            counts = counted.setdefault(member.delivery, {})
            before = counts.get(member.file, (0, None))[0]
            counts[member.file] = (before + entry.records, length or None)
    for delivery, counts in counted.items():
        report.control_totals += _control(names[delivery], counts, stated.get(delivery))
    report.deliveries = received(members)


def received(members: list[Member]) -> list[Received]:
    """The deliveries held, in the order of their dates."""
    deliveries = {
        member.delivery: Received(
            member.kind, member.year, member.date.isoformat() if member.date else None
        )
        for member in members
    }
    return sorted(deliveries.values(), key=lambda one: (one.date or "", one.kind, one.year or 0))


def _read_statements(
    member: Member, stated: dict[str, list[Statement]], report: StoreReport
) -> None:
    entry = FileRows(member.name, "control totals")
    with member.open() as stream:
        statements, unusable = read_statements(stream)
    stated.setdefault(member.delivery, []).extend(statements)
    entry.used = len(statements)
    entry.records = len(statements) + len(unusable)
    entry.put_aside("line that states no file, count and length", len(unusable), unusable)
    report.waterfall.append(entry)


def _control(
    name: str, counts: dict[str, tuple[int, int | None]], statements: list[Statement] | None
) -> list[ControlTotal]:
    if statements is None:
        problem = "the delivery has no CCLF0 to check against"
        return [ControlTotal(name, "CCLF0", None, None, None, None, problem)]
    return compare(name, statements, counts)


def _read_member(
    member: Member,
    source: Source,
    who: Identities,
    staging: Staging,
    pool: ThreadPoolExecutor,
    threads: int,
) -> MemberRead:
    entry = FileRows(member.name, MAPS[member.file].table)
    aside = SetAsideRows()
    length: int | None = None
    guessed = padded = 0
    marks: Marks = Counter()
    tally = ColumnTally("error")
    people: set[int] = set()
    mixed: list[Finding] = []
    pending: deque[Future[Decoded]] = deque()

    def finish(decoded: Decoded) -> None:
        nonlocal guessed
        aside.merge(decoded.set_aside)
        marks.update(decoded.marks)
        guessed += decoded.guessed_load_dates
        people.update(decoded.people.tolist())
        for table, (batch, cells) in decoded.batches.items():
            if table == MAPS[member.file].table:
                tally.add(table, batch, decoded.absent, decoded.filled)
                if table in CLAIM_TABLES:
                    staging.note_groups(cells, np.asarray(batch["claim_group"]), decoded.chains)
            if table == "demographics":
                batch = _dated(batch, source)
            staging.write(table, batch, cells)

    with member.open() as stream:
        for block in blocks(stream, frozenset(layouts_of(member.file))):
            entry.records += len(block.lines)
            if not isinstance(block, Block):
                aside.add(WRONG_LENGTH, block.lines)
                length = length or int(block.lengths[0])
                continue
            padded += len(block.lines) if block.padding else 0
            width = block.records.shape[1]
            if length is not None and length != width and entry.records > len(block.lines):
                mixed = [_mixed(member)]
            length = width
            pending.append(pool.submit(decode, member.file, block, source, who, staging.buckets))
            if len(pending) > threads:
                finish(pending.popleft().result())
        while pending:
            finish(pending.popleft().result())
    for reason, count in aside.counts.items():
        entry.put_aside(reason, count, aside.lines[reason])
    entry.used = entry.records - sum(entry.set_aside.values())
    findings = [*mixed, *tally.findings(), *field_marks.findings(member.name, marks)]
    findings += _told(member, padded, guessed)
    return MemberRead(entry, length, findings, np.array(sorted(people), dtype=np.uint64))


def _told(member: Member, padded: int, guessed: int) -> Iterator[Finding]:
    """What was assumed about the records of a file."""
    if padded:
        detail = f"{member.name}: blanks behind the end of records were passed over"
        yield Finding("records with blanks behind", "note", detail, padded)
    if guessed:
        yield Finding(
            "no load date",
            "warning",
            f"{member.name}: records without a load date count as known on the delivery's date",
            guessed,
        )


def _mixed(member: Member) -> Finding:
    return Finding(
        "mixed layouts in one file",
        "warning",
        f"{member.name} holds records of several packet versions; each was read by its length",
    )


def _dated(batch, source: Source):  # type: ignore[no-untyped-def]
    """Demographics are a snapshot: they hold on the delivery's date."""
    pa = pyarrow()
    column = constant_column(source.date, batch.num_rows, pa.date32())
    return batch.append_column("delivery_date", column)
