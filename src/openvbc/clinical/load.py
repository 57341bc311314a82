"""Build the clinical store from FHIR files of one practice or several::

    store = build_clinical_store(practices_of(Path("charts")), Path("clinical"))

Files are streamed; what cannot be used is set aside with its reason, file by file. The folder is
readable by its owner only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from contextlib import closing
from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.buckets import bucket_of
from openvbc.claims.report import FileRows
from openvbc.clinical.elements import Unusable
from openvbc.clinical.fhir_files import (
    Read,
    fhir_files,
    holds_lines,
    read_line,
    resources_of,
)
from openvbc.clinical.flatten import Flattener
from openvbc.clinical.identity import join_patients
from openvbc.clinical.model import EVENTS, TABLES
from openvbc.clinical.pieces import PieceReaders
from openvbc.clinical.staging import Staged
from openvbc.clinical.store import TYPE_NOT_USED, ClinicalStore, clinical_store_folder
from openvbc.clinical.store_sql import DROPPED, write_bucket, write_concepts
from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import only_for_owner, private_folder
from openvbc.engine.scratch import scratch_folder
from openvbc.errors import EmptyResult, InputError, Place

LARGE = 4_000_000
"""Bytes of a file of lines from which its plain lines are taken as a set."""
_TYPE = re.compile(r"[A-Za-z]{1,40}")
TWICE = "the same record given again"
NO_PATIENT_RECORD = "record of a patient who is not here, or was set aside"


def practices_of(folder: Path) -> dict[str, list[Path]]:
    """The FHIR files of a folder by practice: each folder in it is one, named by its tax number.

    Files beside those folders belong to a practice named as the folder itself.

    Raises:
        InputError: there is no such folder, or no file in it that may hold FHIR.
    """
    if not folder.exists():
        raise InputError("there is no such folder", place=Place(str(folder)), code="VBC-1901")
    practices: dict[str, list[Path]] = {}
    for file in fhir_files(folder):
        inside = file.relative_to(folder).parts if folder.is_dir() else ()
        practices.setdefault(inside[0] if len(inside) > 1 else folder.stem, []).append(file)
    if not practices:
        raise InputError(
            "no file of this folder may hold FHIR",
            place=Place(str(folder)),
            rule="files end in .ndjson, .jsonl, .json, .xml (QRDA I) or .zip, or with .gz",
            code="VBC-1902",
        )
    return practices


def build_clinical_store(
    practices: dict[str, list[Path]],
    folder: Path,
    *,
    buckets: int = 4,
    threads: int = 2,
    join: bool = True,
    more: Callable[[Staged, Engine], None] | None = None,
    progress: Callable[[str], None] | None = None,
) -> ClinicalStore:
    """Read every file and write the tables of the clinical store into `folder`.

    Args:
        practices: files by practice.
        folder: where the store goes; an earlier one there is replaced.
        buckets: parts of people the tables are split into.
        threads: of the engine.
        join: whether patients of different practices who match become one person.
        more: stages records of another source, after the files.
        progress: told of each file begun.

    Raises:
        EmptyResult: no patient of any file could be used.
    """
    clinical_store_folder(folder)
    for name in TABLES:
        remove(folder / name)
    store = ClinicalStore(folder, buckets)
    with (
        scratch_folder(folder) as scratch,
        DuckDBEngine(threads=threads, scratch=scratch) as engine,
    ):
        staged = Staged(scratch)
        large = PieceReaders(threads, scratch, staged, Flattener(staged).readers)
        with closing(large):
            _read(practices, staged, store, large, progress or (lambda said: None))
        if more:
            more(staged, engine)
        staged.close()
        store.identifiers_of_two = staged.set_two_people_aside()
        joined = join_patients(staged.described, join)
        store.patients = len(staged.described)
        store.persons = len(set(joined.person.values()))
        store.joined_by_identifier = joined.by_identifier
        store.joined_by_name = joined.by_name
        store.contradicting_identifiers = joined.contradictions
        store.patients_given_twice = staged.given_twice
        if not joined.person:
            reasons = ", ".join(f"{n} {why}" for why, n in store.set_aside().most_common(3))
            raise EmptyResult(
                "no patient of any file could be used",
                rule=f"set aside: {reasons}" if reasons else "the files hold no resource",
                action="give FHIR R4 resources, one a line or in bundles (docs/quality.md)",
                code="VBC-6901",
            )
        _write_people(scratch / "people.parquet", staged, joined.person, buckets)
        _write(engine, staged, store, scratch)
    store.save()
    return store


def _read(
    practices: dict[str, list[Path]],
    staged: Staged,
    store: ClinicalStore,
    large: PieceReaders,
    say: Callable[[str], None],
) -> None:
    flattener = Flattener(staged)
    for practice, files in sorted(practices.items()):
        flattener.practice = practice
        together = FileRows(f"documents of {practice}, numbered by name", "fhir, qrda1")
        say(f"reading {len(files):,} files of {practice}")
        for place, file in enumerate(files, start=1):
            # A document is often one patient's and named after them: its name is said nowhere.
            is_document = not holds_lines(file)
            rows = together if is_document else FileRows(file.name, "fhir")
            if not is_document:
                say(f"reading {file.name}")
            staged.file, staged.line = file.name, 0
            if is_document or file.stat().st_size < LARGE:
                for read in resources_of(file):
                    _take(read, rows, flattener, place if is_document else read.line)
            else:
                _read_pieces(file, rows, flattener, large)
            staged.before += staged.line
            if not is_document:
                store.waterfall.append(rows)
        if together.records:
            store.waterfall.append(together)
    store.imprecise_dates = flattener.imprecise
    store.times_without_zone = flattener.without_zone


def _read_pieces(file: Path, rows: FileRows, flattener: Flattener, large: PieceReaders) -> None:
    """Read a large file of lines: plain lines as a set, the others one by one."""
    last = 0
    for piece in large.pieces(file, flattener.practice):
        rows.records += piece.used + piece.not_used.total()
        rows.used += piece.used
        for kind, count in piece.not_used.items():
            rows.put_aside(_not_used(kind), count)
        for number, line in piece.left:
            _take(read_line(number, line), rows, flattener, number)
        if piece.problem:
            _take(Read(0, None, piece.problem), rows, flattener, 0)
        last = piece.lines[-1][0] if piece.lines else last
    flattener.staged.line = last


def _take(read: Read, rows: FileRows, flattener: Flattener, place: int) -> None:
    """Read one resource, or set it aside with its reason at a place of the rows."""
    rows.records += 1
    resource = read.resource
    flattener.staged.line = read.line or flattener.staged.line
    if resource is None:
        rows.put_aside(read.problem, 1, [place])
        return
    kind = resource["resourceType"]
    if kind not in flattener.readers:
        rows.put_aside(_not_used(kind), 1)
        return
    try:
        flattener.add(resource)
    except Unusable as reason:
        rows.put_aside(str(reason), 1, [place])
        return
    rows.used += 1


def _not_used(kind: str) -> str:
    return f"{TYPE_NOT_USED}: {kind if _TYPE.fullmatch(kind) else 'unreadable'}"


def _write_people(path: Path, staged: Staged, person: dict[int, str], buckets: int) -> None:
    """A row a patient: its number, its person, the person's bucket, and what it says."""
    pa = pyarrow()
    from pyarrow import parquet

    bucket = {name: bucket_of(name, buckets) for name in set(person.values())}
    numbers = sorted(person)
    said = [staged.described[number] for number in numbers]
    table = pa.table(
        {
            "patient_number": pa.array(numbers, pa.int32()),
            "person_id": [person[number] for number in numbers],
            "bucket": pa.array([bucket[person[number]] for number in numbers], pa.int32()),
            "practice": [one.practice for one in said],
            "patient_id": [one.identifier for one in said],
            "birth_date": pa.array([one.birth_day for one in said], pa.date32()),
            "death_date": pa.array([one.death_day for one in said], pa.date32()),
            "gender": pa.array([one.gender for one in said], pa.string()),
            "sex_code": pa.array([one.sex_code for one in said], pa.string()),
            "race_code": pa.array([one.race_code for one in said], pa.string()),
            "ethnicity_code": pa.array([one.ethnicity_code for one in said], pa.string()),
            "source_file": [one.source_file for one in said],
            "source_line": pa.array([one.source_line for one in said], pa.int64()),
        }
    )
    parquet.write_table(table, path, compression="zstd")
    only_for_owner(path)


def _write(engine: DuckDBEngine, staged: Staged, store: ClinicalStore, scratch: Path) -> None:
    for name in (*EVENTS, "component", "coding", "medication_named", "medication_definition"):
        engine.register(f"staged_{name}", staged.files(name))
    engine.register("staged_patient", scratch / "people.parquet")
    for name, table in TABLES.items():
        private_folder(store.folder / name)
        store.rows[name] = 0
        if table.bucketed:
            for bucket in range(store.buckets):
                path = store.folder / name / f"bucket_{bucket:03d}.parquet"
                store.rows[name] += write_bucket(engine, table, bucket, path)
    path = store.folder / "concept" / "bucket_000.parquet"
    store.rows["concept"] = write_concepts(path, staged.concepts)
    for name in EVENTS:
        for reason, count in _dropped(engine, name):
            store.dropped[f"{name}: {reason}"] = count


def _dropped(engine: DuckDBEngine, name: str) -> Iterable[tuple[str, int]]:
    """Staged records that are in no table, and why."""
    row = engine.rows(DROPPED.format(name=name))[0]
    for reason, column in ((NO_PATIENT_RECORD, "strangers"), (TWICE, "repeats")):
        if row[column]:
            yield reason, int(row[column])
