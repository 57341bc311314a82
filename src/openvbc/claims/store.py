"""Build the claim store from the user's files::

    report = build_store(ClaimInputs(cclf=(Path("cclf"),)), Path("store"), buckets=4)

Readers stage typed rows by bucket of people and quarter of service; each cell of a store (a bucket
and a quarter, a year or all of them) is then made into the store's tables: repeats dropped, people
under their current identifier, sorted by person and date. Claim files taken in before are not read
again, and cells that nothing new touches stay as they are. The report holds the waterfall, control
totals and gaps. The same inputs give the same bytes, whether the store grew delivery by delivery or
was made at once.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from openvbc.claims.arrow_columns import pyarrow
from openvbc.claims.found_files import FULL, all_regular, walk
from openvbc.claims.gaps import known_gaps
from openvbc.claims.inputs import ClaimInputs, names_in
from openvbc.claims.model import TABLES
from openvbc.claims.report import DERIVED, REPORT_FILE, TAKEN, StoreReport, claim_store_folder
from openvbc.claims.store_build import grow
from openvbc.claims.taken import DamagedRows
from openvbc.engine.digests import file_digest
from openvbc.engine.duckdb import library_version
from openvbc.engine.own_folder import remove
from openvbc.engine.private_files import private_folder
from openvbc.engine.scratch import scratch_folder, sweep
from openvbc.engine.sealed import read_sealed, write_sealed
from openvbc.errors import EmptyResult, EngineError, InputError, Place

Progress = Callable[[str, float | None], None]

MADE_BY = "made_by.json"
_BYTES_A_BUCKET = 1 << 30
"""Unzipped deliveries a bucket, at most: about three million lines."""


def buckets_for(inputs: ClaimInputs) -> int:
    """As many buckets of people as keep the steps on each in a few hundred megabytes of memory.

    A power of two, so that a store that grows is cut otherwise only when it has doubled.
    """
    size = sum(file.size for file in walk(tuple(inputs.paths()), "deliveries"))
    return int(min(512, 1 << (size // _BYTES_A_BUCKET).bit_length()))


def build_store(
    inputs: ClaimInputs,
    folder: Path,
    *,
    buckets: int = 16,
    threads: int = 2,
    progress: Progress | None = None,
) -> StoreReport:
    """Read every feed given and write the store's tables into `folder`.

    A folder that already holds the store of exactly these inputs is returned as it is; one that
    holds some of them grows by the others. The folder is readable by its owner only. Raises
    InputError for a file that cannot be used at all,
    EmptyResult where no row of any feed could be used.
    """
    say = progress or (lambda message, done: None)
    key = _inputs_key(inputs, buckets)
    claim_store_folder(folder)
    sweep(folder)
    if known := _known(folder, key):
        return known
    pyarrow()
    (folder / REPORT_FILE).unlink(missing_ok=True)
    program = _program()
    anew = _made_otherwise(folder, program, buckets)
    try:
        with scratch_folder(folder) as scratch:
            mended: list[str] = []
            while True:
                try:
                    report = StoreReport(folder=folder, buckets=buckets, inputs_key=key)
                    grow(inputs, report, program, scratch, threads, say)
                    break
                except DamagedRows as damaged:
                    mended.append(f"rows kept of {damaged} were damaged: it was read again")
    except OSError as error:
        if error.errno in FULL:
            raise _full(folder) from error
        raise
    except EngineError as error:
        if "No space left" in str(error):
            raise _full(folder) from error
        raise
    report.work[:0] = [*filter(None, [anew]), *mended]
    for line in report.work:
        say(line, None)
    report.gaps += known_gaps(inputs, report)
    if inputs.paths() and not any(report.rows.values()):
        reasons = ", ".join(f"{n} {why}" for why, n in report.set_aside().most_common(3))
        raise EmptyResult(
            "no row of any file could be used",
            place=Place(file=str(folder)),
            rule=f"set aside: {reasons}" if reasons else f"no rows lie in {_named(inputs)}",
            action="correct what the reasons name, or take the files out"
            if reasons
            else "put the deliveries there as they came (docs/input-files.md says which)",
            code="VBC-6001",
        )
    report.save()
    return report


def _named(inputs: ClaimInputs) -> str:
    """The inputs that the project names, with the name of the file or folder of each."""
    return ", ".join(f"{key[0]} ({path.name})" for key, path in inputs.named_paths())


def _known(folder: Path, key: str) -> StoreReport | None:
    """The store in the folder if it is whole and of these inputs; else it is built anew."""
    try:
        known = StoreReport.load(folder)
    except InputError:
        return None
    return known if known.inputs_key == key and known.is_whole else None


def _inputs_key(inputs: ClaimInputs, buckets: int) -> str:
    """What the store depends on: the files' bytes and names, which input each is, this package.

    Where the files are does not matter: a project that is moved or copied keeps its store.
    """
    present = [path for path in inputs.paths() if path.exists()]
    all_regular(present)
    feeds = ClaimInputs.model_fields
    named = "|".join(
        f"{key[0]} {name}"
        for key, path in inputs.named_paths()
        if key[0] in feeds
        for name in names_in(path)
    )
    parts = (str(buckets), file_digest(present), named, _program())
    return sha256("|".join(parts).encode()).hexdigest()


@cache
def _program() -> str:
    """Digest of this package and of what writes files: another version may do it otherwise."""
    here = Path(__file__).parent
    files = sorted(path for kind in ("py", "sql", "csv") for path in here.rglob(f"*.{kind}"))
    libraries = f"{library_version()} {version('pyarrow')}"
    return sha256(f"{file_digest(files)} {libraries}".encode()).hexdigest()


def _made_otherwise(folder: Path, program: str, buckets: int) -> str:
    """Remove what another version made, or was cut otherwise; say so."""
    taken = folder / TAKEN
    now = {"program": program, "buckets": buckets}
    with suppress(OSError, ValueError):
        if read_sealed(taken / MADE_BY) == now:
            return ""
    there = any((folder / table).exists() for table in TABLES)
    for name in (TAKEN, DERIVED, *TABLES):
        remove(folder / name)
    private_folder(taken)
    write_sealed(taken / MADE_BY, now)
    if not there:
        return ""
    return (
        "the store was made by another version of the program, or cut into another number of "
        "buckets: it was made anew from all deliveries"
    )


def _full(folder: Path) -> EngineError:
    return EngineError(
        "the disk is full",
        place=Place(file=str(folder)),
        action="free space (about the size of the unzipped deliveries) and run again",
        code="VBC-410",
    )
