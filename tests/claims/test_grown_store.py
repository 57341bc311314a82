"""A store that grew delivery by delivery is byte for byte the one made of all of them at once."""

from __future__ import annotations

import hashlib
import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from claims.cclf_text import delivery, record
from claims.stores import rows
from openvbc.claims import cells, staged_claims, store_cells, taken
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import REPORT_FILE, StoreReport
from openvbc.claims.store import build_store

PEOPLE = ["1S00A00AA01", "1S00A00AA02", "1S00A00AA03"]
LATER = {"1S00A00AA01": "1S00A00AB01", "1S00A00AA02": "1S00A00AB02"}
DAYS = ["2023-02-10", "2023-03-31", "2023-04-01", "2023-11-05", "2024-02-29"]
MONTHS = ["240115", "240215", "240315", "240415", "240515"]
NEVER = 10**9
CUTS = {
    "quarter": (0, 0), "year": (0, NEVER), "apart": (NEVER, NEVER), "finer as it grows": (4, 9),
}  # fmt: skip
"""Claims of a bucket from which it is cut by year, and by quarter."""


def at_night(*given: object) -> list[Any]:
    """By default a bucket is cut finer as it grows, which is apart, by year and by quarter."""
    each = [value if isinstance(value, tuple) else (value,) for value in given]
    return [pytest.param(*values, marks=pytest.mark.slow) for values in each]


def cut(patch: pytest.MonkeyPatch, name: str) -> None:
    by_year, by_quarter = CUTS[name]
    patch.setattr(cells, "CLAIMS_BY_YEAR", by_year)
    patch.setattr(cells, "CLAIMS_BY_QUARTER", by_quarter)


@pytest.fixture(autouse=True)
def by_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Large buckets in small tests."""
    cut(monkeypatch, "quarter")


def build(folder: Path, store: Path, buckets: int = 2) -> StoreReport:
    return build_store(ClaimInputs(cclf=(folder,)), store, buckets=buckets, threads=1)


def content(store: Path) -> dict[str, str]:
    """Digest of every file of the store; what is kept to grow by is no part of it."""
    return {
        name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(store.rglob("*"))
        if path.is_file()
        and not (name := path.relative_to(store).as_posix()).startswith((".", "taken"))
    }


def claim_records(chance: random.Random, claim: int, made: dict[str, list[bytes]]) -> None:
    """Records of one claim or event; a claim may come again otherwise, also of another quarter."""
    day = chance.choice(DAYS)
    person = PEOPLE[claim % 3]
    if chance.random() < 0.3:
        person = LATER.get(person, person)
    kind = chance.choice("0012")
    number = f"{claim:013d}"
    known = {"CUR_CLM_UNIQ_ID": number, "BENE_MBI_ID": person}
    dates = {"CLM_FROM_DT": day, "CLM_THRU_DT": day}
    paid = f"{chance.randrange(1, 90)}.25"
    if claim % 3 == 0:
        facility = {"PRVDR_OSCAR_NUM": "360001", "CLM_MDCR_NPMT_RSN_CD": chance.choice(" N")}
        made["1"].append(
            record("1", **known, **dates, **facility, CLM_PMT_AMT=paid, CLM_ADJSMT_TYPE_CD=kind)
        )
        made["2"].append(record("2", **known, **dates, CLM_LINE_CVRD_PD_AMT=paid))
        made["3"].append(record("3", **known, **dates, CLM_PRCDR_CD="0SRC0J9"))
        made["4"].append(record("4", **known, **dates, CLM_DGNS_CD=chance.choice(["I10", "E119"])))
    elif claim % 3 == 1:
        for line in "12":
            made["5"].append(
                record(
                    "5", **known, **dates, CLM_LINE_NUM=line, CLM_LINE_CVRD_PD_AMT=paid,
                    CLM_CNTL_NUM=f"K{claim // 6}", CLM_DGNS_1_CD="E119", CLM_ADJSMT_TYPE_CD=kind,
                    CLM_PRCSG_IND_CD=chance.choice("AD"),
                )
            )  # fmt: skip
    else:
        made["7"].append(
            record(
                "7", **known, CLM_LINE_FROM_DT=day, CLM_LINE_RX_FILL_NUM=str(claim % 2),
                CLM_LINE_NDC_CD=chance.choice(["00000000001", "           "]),
            )
        )  # fmt: skip


def a_delivery(folder: Path, chance: random.Random, date: str, *, run_out: bool) -> None:
    """A small delivery: new claims, corrections, repeats; people come, go and are renamed."""
    made: dict[str, list[bytes]] = {file: [] for file in "123456789AB"}
    for claim in chance.sample(range(12), chance.randrange(0, 8)):
        claim_records(chance, claim, made)
    for person in chance.sample(PEOPLE, chance.randrange(1, 4)):
        known = {"BENE_MBI_ID": person, "BENE_ENTLMT_BUYIN_IND": "3", "BENE_MDCR_STUS_CD": "10"}
        death = {"BENE_DEATH_DT": "2023-12-01"} if chance.random() < 0.2 else {}
        made["8"].append(record("8", **known, **death))
    for person in chance.sample(sorted(LATER), chance.randrange(0, 3)):
        made["9"].append(record("9", CRNT_NUM=LATER[person], PRVS_NUM=person))
    delivery(folder, made, date=date, kind="R" if run_out else "Y")


def grows_as_it_is_made(tmp: Path, seed: int, count: int, name: str) -> None:
    shutil.rmtree(tmp, ignore_errors=True)
    chance = random.Random(seed)
    dates = chance.sample(MONTHS, count)  # a late older month is as likely as a newer one
    with pytest.MonkeyPatch.context() as patch:
        cut(patch, name)
        for number, date in enumerate(dates):
            a_delivery(tmp / "cclf", chance, date, run_out=number == 2)
            if chance.random() < 0.2:  # the same delivery once more, under another folder's name
                shutil.copytree(tmp / "cclf", tmp / "again")
                (tmp / "again").rename(tmp / "cclf" / f"again{number}")
            build(tmp / "cclf", tmp / "grown")
        build(tmp / "cclf", tmp / "at_once")
    assert content(tmp / "grown") == content(tmp / "at_once"), (seed, count)


@pytest.mark.parametrize(
    ("seed", "name"),
    [(3, "finer as it grows"), *at_night((0, "quarter"), (1, "year"), (2, "apart"))],
)
def test_growing_is_making_anew(tmp_path: Path, seed: int, name: str) -> None:
    grows_as_it_is_made(tmp_path / "grown", seed, 3, name)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(60))
def test_growing_is_making_anew_often(tmp_path: Path, seed: int) -> None:
    grows_as_it_is_made(tmp_path / "grown", seed, 4, sorted(CUTS)[seed % len(CUTS)])


def line(claim: int, day: str, person: str = PEOPLE[2], paid: str = "10.00") -> bytes:
    return record(
        "5", CUR_CLM_UNIQ_ID=f"{claim:013d}", BENE_MBI_ID=person, CLM_FROM_DT=day, CLM_THRU_DT=day,
        CLM_LINE_THRU_DT=day, CLM_LINE_CVRD_PD_AMT=paid, CLM_CNTL_NUM=f"K{claim}",
    )  # fmt: skip


def two(folder: Path) -> None:
    delivery(folder, {"5": [line(1, "2023-02-10"), line(2, "2023-05-10")]}, date="240115")
    delivery(folder, {"5": [line(3, "2023-05-12")]}, date="240215")


def test_a_month_touches_its_quarters_alone(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    first = tmp_path / "store" / "professional_line" / "bucket_000" / "2023-Q1.parquet"
    stamp = first.stat().st_mtime_ns
    delivery(tmp_path / "cclf", {"5": [line(4, "2023-06-01")]}, date="240315")
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    assert first.stat().st_mtime_ns == stamp
    assert report.work == [
        "claim files taken in: 10; not read again: 20",
        "parts of the claim store made: 2; as they were: 1",
    ]
    assert [row["claim_id"][-1] for row in rows(report, "select claim_id from professional_line")]


@pytest.mark.parametrize(
    ("name", "files"),
    [
        ("quarter", ["2023-Q1", "2023-Q2", "2024-Q1", "apart"]),
        ("year", ["2023", "2024", "apart"]),
        ("apart", ["apart"]),
    ],
)
def test_a_bucket_is_cut_by_the_number_of_its_claims(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, files: list[str]
) -> None:
    cut(monkeypatch, name)
    delivery(tmp_path / "cclf", {"5": [line(9, "2024-01-05")]}, date="240201")
    two(tmp_path / "cclf")
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    place = tmp_path / "store" / "professional_line" / "bucket_000"
    # files without rows are only in the last part, where no other has the table
    assert sorted({*(path.stem for path in place.iterdir()), "apart"}) == files
    claims = rows(report, "select claim_id as c from professional_line order by 1")
    assert [int(row["c"]) for row in claims] == [1, 2, 3, 9]


def test_a_store_that_grew_is_cut_finer_and_nothing_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cells, "CLAIMS_BY_YEAR", 3)
    monkeypatch.setattr(cells, "CLAIMS_BY_QUARTER", 4)
    place = tmp_path / "store" / "professional_line" / "bucket_000"
    delivery(
        tmp_path / "cclf", {"5": [line(1, "2023-02-10"), line(2, "2023-05-10")]}, date="240115"
    )
    file_names = []
    for number, date in ((3, "240215"), (4, "240315")):
        build(tmp_path / "cclf", tmp_path / "store", buckets=1)
        file_names.append(sorted(path.stem for path in place.iterdir()))
        delivery(tmp_path / "cclf", {"5": [line(number, "2023-05-12")]}, date=date)
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    file_names.append(sorted(path.stem for path in place.iterdir()))
    assert file_names == [["apart"], ["2023"], ["2023-Q1", "2023-Q2"]]
    assert report.work[0] == "claim files taken in: 10; not read again: 20"
    build(tmp_path / "cclf", tmp_path / "at_once", buckets=1)
    assert content(tmp_path / "store") == content(tmp_path / "at_once")


@pytest.mark.parametrize("name", ["quarter", *at_night("year", "apart", "finer as it grows")])
def test_many_rows_are_made_like_few(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    cut(monkeypatch, name)
    chance = random.Random(7)
    for date in MONTHS[:3]:
        a_delivery(tmp_path / "cclf", chance, date, run_out=False)
    few = build(tmp_path / "cclf", tmp_path / "few")
    monkeypatch.setattr(staged_claims, "LARGE", 0)
    many = build(tmp_path / "cclf", tmp_path / "many")
    assert few.rows == many.rows
    assert few.set_aside() == many.set_aside()
    for table in cells.CLAIM_TABLES:
        assert rows(few, f"select * from {table}") == rows(many, f"select * from {table}")


def test_a_new_identifier_touches_no_quarter(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    stamps = {p: p.stat().st_mtime_ns for p in (tmp_path / "store").rglob("*-Q?.parquet")}
    linked = {"9": [record("9", CRNT_NUM="1S00A00AB03", PRVS_NUM=PEOPLE[2])]}
    later = [line(4, "2024-01-05", person="1S00A00AB03")]
    delivery(tmp_path / "cclf", linked | {"5": later}, date="240315")
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    assert stamps == {p: p.stat().st_mtime_ns for p in stamps}
    for table in ("professional_line", "person"):
        people = rows(report, f"select distinct person_id from {table}")
        assert people == [{"person_id": "1S00A00AB03"}], table
    build(tmp_path / "cclf", tmp_path / "at_once", buckets=1)
    assert content(tmp_path / "store") == content(tmp_path / "at_once")


def test_a_correction_of_another_quarter_replaces_the_record(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    delivery(tmp_path / "cclf", {"5": [line(1, "2023-08-01", paid="7.00")]}, date="240315")
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    lines = rows(report, "select claim_id, paid_amount as p from professional_line order by 1")
    assert [(int(row["claim_id"]), str(row["p"])) for row in lines] == [
        (1, "7.00"), (2, "10.00"), (3, "10.00"),
    ]  # fmt: skip
    assert report.set_aside()["replaced by a later delivery"] == 1


def test_a_damaged_quarter_is_made_again(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    before = content(tmp_path / "store")
    place = tmp_path / "store" / "professional_line" / "bucket_000"
    (place / "2023-Q2.parquet").write_bytes(b"PAR1 not what was written PAR1")
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    assert report.work[-1] == "parts of the claim store made: 1; as they were: 2"
    assert content(tmp_path / "store") == before
    (place / "2023-Q1.parquet").unlink()
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    assert content(tmp_path / "store") == before


def test_damaged_rows_that_were_kept_are_read_again(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    before = content(tmp_path / "store")
    kept = next((tmp_path / "store" / "taken").glob("*/professional_line_*.arrow"))
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-20] + bytes(20))  # the same size
    place = tmp_path / "store" / "professional_line" / "bucket_000"
    for file in place.iterdir():
        file.unlink()
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    assert any("were damaged: it was read again" in line for line in report.work)
    assert content(tmp_path / "store") == before


def size_and_name(path: Path) -> tuple[int, str]:
    return path.stat().st_size, str(path)


def test_who_is_in_a_file_is_looked_up_again_where_it_was_damaged(tmp_path: Path) -> None:
    """A bit of the head made a traceback; one of a number would have hidden a person."""
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    before = content(tmp_path / "store")
    kept = tmp_path / "store" / "taken"
    for at in (70, -1):
        # Of all files, and of one: each that is damaged starts the build again.
        of_one = max(kept.glob("*/people.npy"), key=size_and_name)
        for each in (kept / "people.npy", of_one):
            damaged = bytearray(each.read_bytes())
            damaged[at] ^= 1
            each.write_bytes(damaged)
        (tmp_path / "store" / REPORT_FILE).unlink()
        report = build(tmp_path / "cclf", tmp_path / "store", buckets=1)
        assert any("were damaged: it was read again" in line for line in report.work), at
        assert content(tmp_path / "store") == before, at


def test_a_store_of_another_version_is_made_anew_and_it_is_said(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    report = build(tmp_path / "cclf", tmp_path / "store", buckets=2)
    assert "another version of the program, or cut into another number" in report.work[0]
    build(tmp_path / "cclf", tmp_path / "at_once", buckets=2)
    assert content(tmp_path / "store") == content(tmp_path / "at_once")


@pytest.mark.parametrize("after", [1, 2])
def test_a_killed_growth_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    delivery(
        tmp_path / "cclf", {"5": [line(1, "2023-08-01"), line(5, "2023-05-01")]}, date="240315"
    )
    module = taken if after == 1 else store_cells
    real, calls = module.write_sealed, []

    def killed(*given: object) -> None:
        calls.append(given)
        if len(calls) > after:
            raise KeyboardInterrupt
        real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(module, "write_sealed", killed)
    with pytest.raises(KeyboardInterrupt):
        build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    monkeypatch.undo()
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    build(tmp_path / "cclf", tmp_path / "at_once", buckets=1)
    assert content(tmp_path / "store") == content(tmp_path / "at_once")


def test_a_withdrawn_delivery_is_forgotten(tmp_path: Path) -> None:
    two(tmp_path / "cclf")
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    next((tmp_path / "cclf").glob("*D240215*")).unlink()
    build(tmp_path / "cclf", tmp_path / "store", buckets=1)
    build(tmp_path / "cclf", tmp_path / "at_once", buckets=1)
    assert content(tmp_path / "store") == content(tmp_path / "at_once")
    folders = [path for path in (tmp_path / "store" / "taken").iterdir() if path.is_dir()]
    assert len(folders) == 14  # ten files, the lists, the cells and two of what is said of people
