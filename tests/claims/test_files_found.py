"""Files are told by name or content, in whatever wrapping; damage is said, never passed over."""

from __future__ import annotations

import gzip
import io
import os
import zipfile
from pathlib import Path

import pytest

from claims.cclf_text import control, delivery, record
from openvbc.claims.delivery import find_members, plain_name, told_by_content
from openvbc.claims.feeds import read_feeds
from openvbc.claims.fixed_width import Block, OddRecords, blocks
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.staging import Staging
from openvbc.claims.store import build_store
from openvbc.errors import InputError

LINE = record("5", CLM_LINE_CVRD_PD_AMT="100.00", CLM_CNTL_NUM="K")


def build(tmp_path: Path) -> StoreReport:
    """What reading finds, without building the tables."""
    report = StoreReport(tmp_path, 2)
    staging = Staging(tmp_path / "staging", 2)
    inputs = ClaimInputs(cclf=(tmp_path / "cclf",))
    read_feeds(inputs, staging, report, 1, lambda text, done: None)
    staging.close()
    return report


def lines_used(report: StoreReport) -> int:
    return sum(entry.used for entry in report.waterfall if entry.table == "professional_line")


def zipped(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, content in members.items():
            bundle.writestr(name, content)
    return out.getvalue()


def whole(tmp_path: Path) -> tuple[str, bytes]:
    path = delivery(tmp_path / "made", {"5": [LINE]})
    return path.name, path.read_bytes()


def put(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / "cclf").mkdir(exist_ok=True)
    (tmp_path / "cclf" / name).write_bytes(content)


CCLF5 = "P.A9001.ACO.ZC5Y24.D240415.T1200000"


WRAPPED = {
    CCLF5: LINE + b"\n",
    CCLF5 + ".txt": LINE + b"\n",
    CCLF5 + " (1)": LINE + b"\n",
    "Copy of " + CCLF5 + " (2).txt": LINE + b"\n",
    CCLF5 + " - Copy": LINE + b"\n",
    CCLF5 + ".gz": gzip.compress(LINE + b"\n"),
    "CCLF5_2024.txt": LINE + b"\n",
    "2024-cclf5.csv": LINE + b"\n",
    "lines of april.dat": LINE + b"\n",
    "nameless": LINE + b"\r\n",
    "inner.zip": zipped({"a/b/inside.zip": zipped({"x.bin": LINE + b"\n"})}),
    "bundle": zipped({"part.gz": gzip.compress(LINE + b"\n")}),
}
"""Names a CCLF5 of one line may have, and what is then in the file."""


@pytest.mark.parametrize("name", sorted(WRAPPED))
def test_a_file_is_read_under_any_name(tmp_path: Path, name: str) -> None:
    put(tmp_path, name, WRAPPED[name])
    assert lines_used(build(tmp_path)) == 1


@pytest.mark.parametrize("name", ["readme.txt", "notes.pdf", "QEXPU.xlsx", "image"])
def test_a_file_that_is_nothing_known_is_an_error(tmp_path: Path, name: str) -> None:
    put(tmp_path, CCLF5, LINE + b"\n")
    put(tmp_path, name, b"Dear colleague,\nhere are the claims\n")
    errors = [f for f in build(tmp_path).findings if f.severity == "error"]
    assert [name in f.detail for f in errors] == [True]


def test_what_desktops_leave_in_folders_is_no_file_of_the_user(tmp_path: Path) -> None:
    put(tmp_path, CCLF5, LINE + b"\n")
    for name in (".DS_Store", "Thumbs.db", "._" + CCLF5, "~$list.xlsx"):
        put(tmp_path, name, b"\0\1")
    assert not [f for f in build(tmp_path).findings if f.severity == "error"]


def test_every_file_is_told_by_its_record_length_alone() -> None:
    for file in "123456789AB":
        one = b"1" + record(file)[1:]
        assert told_by_content(one + b"\n" + one) == file
    assert told_by_content(control({})) == "0"
    assert told_by_content(b"hello\nthere\n") is None
    assert told_by_content(b"") is None


def test_what_copies_add_to_a_name_is_looked_through() -> None:
    assert plain_name("Copy of a.b (1).csv.txt") == "a.b"
    assert plain_name("P.A9001.ACO.QALR.2024Q4_1-1 (12).csv") == "P.A9001.ACO.QALR.2024Q4_1-1"


@pytest.mark.parametrize("how", ["empty", "joined", "joined with an empty one", "cut", "directory"])
def test_a_zip_that_hides_or_lost_something_is_refused(tmp_path: Path, how: str) -> None:
    name, content = whole(tmp_path)
    nothing = zipped({})
    central = content.find(b"PK\x01\x02")
    made = {
        "empty": nothing,
        "joined": content + content,
        "joined with an empty one": content + nothing,
        "cut": content[: len(content) * 2 // 3],
        "directory": content[: central + 1] + b"\x4a" + content[central + 2 :],
    }[how]
    put(tmp_path, name, made)
    with pytest.raises(InputError, match=r"VBC-(110|1007):"):
        build(tmp_path)


def test_a_zip_in_a_zip_in_a_zip_has_an_end(tmp_path: Path) -> None:
    content = LINE + b"\n"
    for level in range(5):
        content = zipped({f"{level}.zip" if level else "a.txt": content})
    put(tmp_path, "deep.zip", content)
    with pytest.raises(InputError, match="VBC-186"):
        build(tmp_path)


def test_an_archive_that_unpacks_beyond_measure_is_refused(tmp_path: Path) -> None:
    put(tmp_path, "a.zip", zipped({CCLF5: bytes(200 << 20)}))
    with pytest.raises(InputError, match="VBC-186"):
        build(tmp_path)
    (tmp_path / "cclf" / "a.zip").unlink()
    put(tmp_path, CCLF5 + ".gz", gzip.compress(bytes(200 << 20)))
    with pytest.raises(InputError, match="VBC-186"):
        build(tmp_path)


def test_a_pipe_is_refused_at_once(tmp_path: Path) -> None:
    put(tmp_path, CCLF5, LINE + b"\n")
    os.mkfifo(tmp_path / "cclf" / "pipe")
    with pytest.raises(InputError, match="VBC-185"):
        build(tmp_path)
    with pytest.raises(InputError, match="VBC-185"):
        build_store(ClaimInputs(participants=Path("/dev/zero")), tmp_path / "other")


def test_blanks_behind_records_are_passed_over_and_said(tmp_path: Path) -> None:
    put(tmp_path, CCLF5, LINE + b" \n" + LINE + b"\n" + LINE + b"   \r\n" + LINE + b" x\n")
    report = build(tmp_path)
    entry = next(e for e in report.waterfall if e.table == "professional_line")
    assert (entry.records, entry.used) == (4, 3)
    assert [f.count for f in report.findings if f.name == "records with blanks behind"] == [2]


class Endless:
    """A stream of one endless line; the bytes held by the reader would show in its sizes."""

    def __init__(self, pieces: int, end: bytes) -> None:
        self.left, self.end = pieces, end

    def read(self, size: int) -> bytes:
        self.left -= 1
        if self.left > 0:
            return b"x" * size
        end, self.end = self.end, b""
        return end


@pytest.mark.parametrize(
    "end", [b"", b"\n", b"\n" + LINE, b"yz\n" + LINE + b"\n"], ids=["none", "end", "a", "b"]
)
def test_a_line_without_end_is_one_line_set_aside(end: bytes) -> None:
    all_blocks = list(blocks(Endless(50, end), frozenset({388}), 1 << 20))  # type: ignore[arg-type]
    odd = [block for block in all_blocks if isinstance(block, OddRecords)]
    assert [int(n) for block in odd for n in block.lines] == [1]
    assert int(odd[0].lengths[0]) == 49 * (1 << 20) + end.split(b"\n")[0].__len__()
    good = [block for block in all_blocks if isinstance(block, Block)]
    assert [int(n) for block in good for n in block.lines] == ([2] if LINE in end else [])


def test_members_of_one_delivery_stay_together_in_nested_zips(tmp_path: Path) -> None:
    name, content = whole(tmp_path)
    put(tmp_path, "outer.zip", zipped({name: content}))
    members, unknown = find_members((tmp_path / "cclf",))
    assert len({member.delivery for member in members}) == 1
    assert {member.kind for member in members} == {"monthly"}
    assert not unknown
