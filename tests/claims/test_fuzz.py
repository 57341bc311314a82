"""Mutated deliveries by the thousand: never a traceback, never a row unaccounted for.

Each case damages files of a complete small input in a seeded random way and reads it. It passes
when the reader either says in words what is wrong (OpenvbcError) or accounts for every line:
records = used + set aside, and as many rows staged as used.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from claims.cclf_text import control, record
from claims.unwritten import UnwrittenStaging
from openvbc.claims.feeds import read_feeds
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store
from openvbc.errors import OpenvbcError

PEOPLE = [f"1S00A00AA{n:02d}" for n in range(12)]


def deliver() -> dict[str, bytes]:
    """A complete small input, file name to content."""
    return dict(_delivered())


@cache
def _delivered() -> dict[str, bytes]:
    made: dict[str, list[bytes]] = {file: [] for file in "123456789AB"}
    for n, person in enumerate(PEOPLE):
        claim = {"CUR_CLM_UNIQ_ID": f"{n:013d}", "BENE_MBI_ID": person}
        paid = f"{100 + n}.{n:02d}"
        made["1"].append(record("1", **claim, CLM_PMT_AMT=paid, PRVDR_OSCAR_NUM="360001"))
        made["2"].append(record("2", **claim, CLM_LINE_CVRD_PD_AMT=paid))
        made["3"].append(record("3", **claim, CLM_PRCDR_CD="0SRC0J9"))
        made["4"].append(record("4", **claim, CLM_DGNS_CD="I5022"))
        for number in ("1", "2"):
            made["5"].append(
                record(
                    "5", **claim, CLM_LINE_NUM=number, CLM_LINE_CVRD_PD_AMT=paid,
                    CLM_CNTL_NUM=f"K{n}", CLM_DGNS_1_CD="E119", CLM_ADJSMT_TYPE_CD=str(n % 2),
                )
            )  # fmt: skip
        made["6"].append(record("6", **claim, CLM_LINE_CVRD_PD_AMT=paid, CLM_CNTL_NUM=f"D{n}"))
        made["7"].append(record("7", **claim, CLM_LINE_NDC_CD="00000000001"))
        made["8"].append(record("8", BENE_MBI_ID=person, BENE_DOB="1950-01-01"))
        made["9"].append(record("9", CRNT_NUM=person, PRVS_NUM=f"1S00A00AB{n:02d}"))
        made["A"].append(record("A", **claim, CLM_SQSTRTN_RDCTN_AMT="2.00"))
        made["B"].append(record("B", **claim, CLM_SQSTRTN_RDCTN_AMT="2.00"))
    files = {
        f"cclf/P.A9001.ACO.ZC{file}Y24.D240415.T1200000": b"".join(r + b"\n" for r in rows)
        for file, rows in made.items()
    }
    files["cclf/P.A9001.ACO.ZC0Y24.D240415.T1200000"] = control(made)
    spans = "".join(
        f"{person},2024-01-01,2024-12-31,1,1,0,AGED_DUAL,02,0,39035\n" for person in PEOPLE
    )
    header = "member_id,start_date,end_date,part_a,part_b,medicare_advantage,enrollment_type,"
    header += "dual_status_code,other_initiative,state_county\n"
    files["eligibility.csv"] = (header + spans).encode()
    files["participants.csv"] = (
        b"aco_id,performance_year,tin,npi,ccn,start_date,end_date\n"
        b"A9001,2024,012345678,,,,\nA9001,2024,,,360001,2024-01-01,\n"
    )
    files["risk_scores.csv"] = (
        "member_id,calendar_year,enrollment_type,risk_score,demographic_score,hcc_version\n"
        + "".join(f"{person},2024,AGED_DUAL,1.{n:04d},0.9,V28\n" for n, person in enumerate(PEOPLE))
    ).encode()
    flags = ",".join(f'"ENROLLFLAG{n}"' for n in range(1, 13))
    files["alr/P.A9001.ACO.QALR.2024Q1.D249999.T0100000_1-1.csv"] = (
        f'"BENE_MBI_ID","BENE_BRTH_DT",{flags},"AGDU_SCORE"\n'
        + "".join(f"{person},01/31/1950,{','.join('3' * 12)},1.01\n" for person in PEOPLE)
    ).encode()
    files["exclusions/P.A9001.BNEX.Y24.D240415.T1200000.xml"] = (
        b"<PFDCACOBeneData><Beneficiarys><Beneficiary><MBI>1S00A00AC01</MBI><BeneExcReasons>"
        b"<BeneExcReason1>BD</BeneExcReason1></BeneExcReasons></Beneficiary></Beneficiarys>"
        b"</PFDCACOBeneData>"
    )
    return files


def mutate(content: bytes, chance: random.Random, kinds: Sequence[int] = range(16)) -> bytes:
    """One random damage, of one of these kinds."""
    data = bytearray(content)
    if not data:
        return bytes(chance.randbytes(20))
    at = chance.randrange(len(data))
    lines = content.split(b"\n")
    kind = chance.choice(kinds)
    if kind == 0:
        data[at] = chance.randrange(256)
    elif kind == 1:
        del data[at : at + chance.choice([1, 2, 50])]
    elif kind == 2:
        data[at:at] = chance.randbytes(chance.choice([1, 3, 400]))
    elif kind == 3:
        del data[at:]
    elif kind == 4:
        return b"\n".join(lines + [chance.choice(lines)] * chance.randrange(1, 4))
    elif kind == 5:
        chance.shuffle(lines)
        return b"\n".join(lines)
    elif kind == 6:
        return content.replace(b"\n", b"\r\n")
    elif kind == 7:
        return content.replace(b"\n", chance.choice([b"", b"\n\n", b"\r"]))
    elif kind == 8:
        return b""
    elif kind == 9:
        return content.decode("latin-1").encode("utf-16")
    elif kind == 10:
        for _ in range(chance.randrange(1, 30)):
            data[chance.randrange(len(data))] = chance.choice(b"0123456789-. ~ABxyz,\"'\x00\xff\n")
    elif kind == 11:
        return content[:at] + content[at:].upper().replace(b"0", b"O")
    elif kind == 12:
        return content.replace(b"2024-", chance.choice([b"0000-", b"9999-", b"2024/", b"24---"]))
    elif kind == 13:
        return content.replace(b".", chance.choice([b",", b"..", b""]))
    elif kind == 14:
        return content[at:] + content[:at]
    else:
        data[at : at + 17] = b"9" * 17
    return bytes(data)


def lines_of(content: bytes) -> int:
    """Lines that are not blank, counted without any of the reader's code."""
    plain = content.removeprefix(b"\xef\xbb\xbf")
    return sum(1 for line in plain.split(b"\n") if line not in (b"", b"\r"))


def write(folder: Path, files: dict[str, bytes]) -> ClaimInputs:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return ClaimInputs(
        cclf=(folder / "cclf",),
        assignment_reports=(folder / "alr",),
        exclusions=(folder / "exclusions",),
        participants=folder / "participants.csv",
        eligibility=folder / "eligibility.csv",
        risk_scores=folder / "risk_scores.csv",
    )


def damaged(seed: int) -> tuple[dict[str, bytes], list[str]]:
    chance = random.Random(seed)
    files = deliver()
    names = chance.sample(sorted(files), chance.choice([1, 1, 1, 2, 5]))
    for name in names:
        for _ in range(chance.choice([1, 1, 2, 4])):
            files[name] = mutate(files[name], chance)
    return files, names


def check(folder: Path, seed: int) -> None:
    files, names = damaged(seed)
    inputs = write(folder, files)
    report = StoreReport(folder, 2)
    staged: Counter[str] = Counter()

    def count(table: str, batch: Any) -> None:
        staged.update(f"{table} {name}" for name in batch.column("source_file").to_pylist() if name)

    staging = UnwrittenStaging(folder / "staging", 2, count)
    try:
        read_feeds(inputs, staging, report, 1, lambda text, done: None)
    except OpenvbcError as error:
        said = str(error)
        if any(person in said for person in PEOPLE):
            pytest.fail(f"seed {seed}: an error names a person")
        return
    for entry in report.waterfall:
        assert entry.balanced, (seed, names, entry)
        assert not any(person in reason for reason in entry.set_aside for person in PEOPLE)
        content = files.get(f"cclf/{entry.file}")
        if content is not None and entry.table != "control totals":
            assert entry.records == lines_of(content), (seed, names, entry)
        if content is not None and ".ZC0" not in entry.file and ".ZC9" not in entry.file:
            assert staged[f"{entry.table} {entry.file}"] == entry.used, (seed, names, entry)


def run(folder: Path, seeds: range) -> None:
    import shutil

    for seed in seeds:
        try:
            check(folder, seed)
        except OpenvbcError:
            raise
        except AssertionError:
            raise
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
        shutil.rmtree(folder)
        folder.mkdir()


def test_damaged_deliveries_are_accounted_for(tmp_path: Path) -> None:
    run(tmp_path / "case", range(30))


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(10))
def test_damaged_deliveries_by_the_thousand(tmp_path: Path, slice_: int) -> None:
    run(tmp_path / "case", range(1000 + 500 * slice_, 1500 + 500 * slice_))


@pytest.mark.parametrize("seed", range(3))
def test_stores_of_damaged_deliveries_hold_what_was_used(tmp_path: Path, seed: int) -> None:
    whole(tmp_path, seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(100, 300))
def test_many_stores_of_damaged_deliveries_hold_what_was_used(tmp_path: Path, seed: int) -> None:
    whole(tmp_path, seed)


def whole(folder: Path, seed: int) -> None:
    files, _ = damaged(seed)
    try:
        report = build_store(write(folder / "in", files), folder / "store", buckets=1)
    except OpenvbcError:
        return
    claims = ("institutional_claim", "institutional_line", "professional_line", "procedure")
    for table in (*claims, "pharmacy_claim", "payment_detail"):
        used = sum(entry.used for entry in report.waterfall if entry.table == table)
        assert used == report.rows[table], (seed, table)
    assert all(entry.balanced for entry in report.waterfall)
