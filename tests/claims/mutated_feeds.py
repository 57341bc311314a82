"""Generated damage to claim feeds and assignment reports: columns lost, moved, in another unit.

A mutation is silent where the rows staged differ from those of the untouched input, and neither an
error, a finding, a row set aside nor a control total says so.
"""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from claims.cclf_text import control, record
from claims.unwritten import UnwrittenStaging
from openvbc.claims.cclf_columns import MAPS
from openvbc.claims.feeds import read_feeds
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.layout import layouts_of
from openvbc.claims.report import StoreReport
from openvbc.claims.store import build_store

COUNT = 40
PEOPLE = [f"1S00A00AA{n:02d}" for n in range(COUNT)]
DELIVERY = "Y24.D240415.T1200000"


def cclf() -> dict[str, list[bytes]]:
    """A delivery in which every field of weight is filled."""
    made: dict[str, list[bytes]] = {file: [] for file in "123456789AB"}
    for n, person in enumerate(PEOPLE):
        claim = {"CUR_CLM_UNIQ_ID": f"{n:013d}", "BENE_MBI_ID": person}
        paid = {"CLM_LINE_CVRD_PD_AMT": f"{100 + n}.{n:02d}"}
        who = {
            "FAC_PRVDR_NPI_NUM": "9100000001", "ATNDG_PRVDR_NPI_NUM": "9100000002",
            "PRVDR_OSCAR_NUM": "360001", "CLM_BLG_PRVDR_OSCAR_NUM": "360001",
        }  # fmt: skip
        made["1"].append(
            record(
                "1", **claim, **who, CLM_PMT_AMT=f"{1000 + n}.10", BENE_PTNT_STUS_CD="01",
                CLM_MDCR_INSTNL_TOT_CHRG_AMT=f"{9000 + n}.00", DGNS_DRG_CD="470",
                CLM_BILL_FAC_TYPE_CD="1", CLM_BILL_CLSFCTN_CD="1", CLM_BILL_FREQ_CD="1",
                PRNCPL_DGNS_CD="I5022", CLM_ADMSN_TYPE_CD="1",
                CLM_OPRTNL_IME_AMT=f"{1000 + n}.01",
                CLM_OPRTNL_DSPRPRTNT_AMT=f"{800 + n}.02",
                CLM_MDCR_IP_PPS_CPTL_IME_AMT=f"{90 + n}.03",
                CLM_MDCR_IP_PPS_DSPRPRTNT_AMT=f"{80 + n}.04",
                CLM_HIPPS_UNCOMPD_CARE_AMT=f"{500 + n}.05",
            )
        )  # fmt: skip
        made["2"].append(
            record("2", **claim, **paid, CLM_LINE_PROD_REV_CTR_CD="0450", CLM_LINE_HCPCS_CD="99283")
        )
        made["3"].append(
            record("3", **claim, CLM_PRCDR_CD="0SRC0J9", CLM_PRCDR_PRFRM_DT="2024-03-02")
        )
        made["4"].append(record("4", **claim, CLM_DGNS_CD="I5022", CLM_PROD_TYPE_CD="D"))
        line = {
            **claim, **paid, "CLM_LINE_HCPCS_CD": "99213", "CLM_POS_CD": "11",
            "CLM_LINE_ALOWD_CHRG_AMT": f"{130 + n}.{n:02d}", "CLM_LINE_DGNS_CD": "E119",
            "CLM_PRCSG_IND_CD": "A" if n % 4 else "D", "CLM_CARR_PMT_DNL_CD": "1" if n % 5 else "0",
        }  # fmt: skip
        for number in ("1", "2"):
            made["5"].append(
                record(
                    "5", **line, CLM_LINE_NUM=number, CLM_CNTL_NUM=f"K{n}", CLM_DGNS_1_CD="E119",
                    CLM_PRVDR_SPCLTY_CD="08", RNDRG_PRVDR_NPI_NUM="9000000001",
                    CLM_RNDRG_PRVDR_TAX_NUM="012345678", CLM_ADJSMT_TYPE_CD=str(n % 2),
                    CLM_LINE_SRVC_UNIT_QTY="1.0000",
                )
            )  # fmt: skip
        line.pop("CLM_LINE_DGNS_CD")
        made["6"].append(
            record("6", **line, CLM_CNTL_NUM=f"D{n}", PAYTO_PRVDR_NPI_NUM="9000000003")
        )
        made["7"].append(
            record(
                "7", **claim, CLM_LINE_NDC_CD="00000000001", CLM_LINE_SRVC_UNIT_QTY="30.0000",
                CLM_LINE_DAYS_SUPLY_QTY="30", CLM_LINE_BENE_PMT_AMT=f"{n}.50",
                CLM_LINE_RX_SRVC_RFRNC_NUM=f"{n:012d}",
            )
        )  # fmt: skip
        made["8"].append(
            record(
                "8", BENE_MBI_ID=person, BENE_DOB="1950-01-01", BENE_SEX_CD="1", BENE_RACE_CD="1",
                BENE_FIPS_STATE_CD="39", BENE_FIPS_CNTY_CD="035", GEO_USPS_STATE_CD="OH",
                BENE_MDCR_STUS_CD="10", BENE_DUAL_STUS_CD="NA", BENE_ORGNL_ENTLMT_RSN_CD="0",
                BENE_ENTLMT_BUYIN_IND="3", BENE_PART_A_ENRLMT_BGN_DT="2015-01-01",
                BENE_PART_B_ENRLMT_BGN_DT="2015-01-01",
            )
        )  # fmt: skip
        made["9"].append(
            record(
                "9", CRNT_NUM=person, PRVS_NUM=f"1S00A00AB{n:02d}", PRVS_ID_OBSLT_DT="2022-01-01"
            )
        )
        made["A"].append(record("A", **claim, CLM_SQSTRTN_RDCTN_AMT="2.00", **ahead(1000 + n)))
        made["B"].append(record("B", **claim, CLM_SQSTRTN_RDCTN_AMT="2.00", **ahead(30 + n)))
    return made


def ahead(dollars: int) -> dict[str, str]:
    """What a model pays ahead and takes off a claim."""
    return {"CLM_PBP_RDCTN_AMT": f"{dollars}.00", "CLM_PBP_INCLSN_AMT": f"{dollars}.00"}


def assignment_report() -> str:
    flags = ",".join(f"ENROLLFLAG{n}" for n in range(1, 13))
    head = f"BENE_MBI_ID,BENE_SEX_CD,BENE_BRTH_DT,BENE_DEATH_DT,STATE_COUNTY_CD,{flags},"
    head += "VA_TIN,VA_NPI,AGDU_SCORE,DEM_AGDU_SCORE\n"
    rows = (
        f"{person},1,01/31/1950,{'03/05/2024' if n == 7 else ''},39035,{','.join('3' * 12)},"
        f"{'012345678,9000000001' if n % 4 == 0 else ','},1.{n:02d},0.9{n:02d}\n"
        for n, person in enumerate(PEOPLE)
    )
    return head + "".join(rows)


def tuva() -> dict[str, str]:
    medical = (
        "claim_id,claim_line_number,claim_type,person_id,claim_start_date,claim_end_date,"
        "claim_line_start_date,claim_line_end_date,discharge_disposition_code,"
        "place_of_service_code,bill_type_code,drg_code,revenue_center_code,hcpcs_code,"
        "rendering_npi,rendering_tin,facility_npi,facility_ccn,specialty_code,paid_date,"
        "paid_amount,allowed_amount,diagnosis_code_type,diagnosis_code_1\n"
    )
    for n, person in enumerate(PEOPLE):
        day = f"2024-03-{n % 28 + 1:02d}"
        medical += (
            f"I{n},1,institutional,{person},{day},{day},{day},{day},01,,111,470,0120,,,,"
            f"9100000001,360001,,2024-04-20,{900 + n}.10,,icd-10-cm,I50.22\n"
            f"P{n},1,professional,{person},{day},{day},{day},{day},,11,,,,99213,9000000001,"
            f"012345678,,,08,2024-04-20,{90 + n}.10,{120 + n}.00,icd-10-cm,E11.9\n"
        )
    eligibility = (
        "person_id,gender,race,birth_date,death_date,enrollment_start_date,enrollment_end_date,"
        "original_reason_entitlement_code,dual_status_code,medicare_status_code\n"
    )
    eligibility += "".join(
        f"{person},male,white,1950-01-01,{'2024-05-05' if n == 3 else ''},2024-01-01,2024-12-31,"
        f"0,0{n % 3},10\n"
        for n, person in enumerate(PEOPLE)
    )
    pharmacy = "claim_id,claim_line_number,person_id,dispensing_date,ndc_code,quantity,"
    pharmacy += "days_supply,paid_date,copayment_amount\n" + "".join(
        f"R{n},1,{person},2024-02-01,00000000001,30,30,2024-02-03,4.50\n"
        for n, person in enumerate(PEOPLE)
    )
    return {
        "tuva/medical_claim.csv": medical, "tuva/eligibility.csv": eligibility,
        "tuva/pharmacy_claim.csv": pharmacy,
    }  # fmt: skip


def synpuf() -> dict[str, str]:
    summary = (
        "DESYNPUF_ID,BENE_BIRTH_DT,BENE_DEATH_DT,BENE_SEX_IDENT_CD,BENE_RACE_CD,BENE_ESRD_IND,"
        "BENE_HI_CVRAGE_TOT_MONS,BENE_SMI_CVRAGE_TOT_MONS,BENE_HMO_CVRAGE_TOT_MONS\n"
    ) + "".join(
        f"{p},19400101,{'20080607' if p == PEOPLE[5] else ''},1,1,0,12,12,0\n" for p in PEOPLE
    )
    names = ",".join(f"ICD9_DGNS_CD_{n}" for n in range(1, 11))
    inpatient = (
        "DESYNPUF_ID,CLM_ID,SEGMENT,CLM_FROM_DT,CLM_THRU_DT,PRVDR_NUM,CLM_PMT_AMT,AT_PHYSN_NPI,"
        f"OP_PHYSN_NPI,CLM_DRG_CD,{names}\n"
    ) + "".join(
        f"{p},{n},1,20080301,20080305,360001,{4000 + n}.00,9000000001,,470,4280,,,,,,,,,\n"
        for n, p in enumerate(PEOPLE)
    )
    return {
        "synpuf/DE1_0_2008_Beneficiary_Summary_File_Sample_1.csv": summary,
        "synpuf/DE1_0_2008_to_2010_Inpatient_Claims_Sample_1.csv": inpatient,
    }


@cache
def feeds() -> Mapping[str, bytes]:
    """Every feed, file name to content."""
    made = cclf()
    contents = {
        f"cclf/P.A9001.ACO.ZC{file}{DELIVERY}": b"".join(row + b"\n" for row in rows)
        for file, rows in made.items()
    }
    contents[f"cclf/P.A9001.ACO.ZC0{DELIVERY}"] = control(made)
    text = {
        "alr/P.A9001.ACO.QALR.2024Q4.D249999.T0400000_1-1.csv": assignment_report(),
        **tuva(), **synpuf(),
    }  # fmt: skip
    return {**contents, **{name: content.encode() for name, content in text.items()}}


def read_all(folder: Path, files: dict[str, bytes]) -> tuple[Any, list[str]]:
    """The rows staged from the feed that the files are of, and everything that is said of them."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    report = StoreReport(folder, 1)
    seen: list[Any] = []

    def note(table: str, batch: Any) -> None:
        names = [n for n in batch.schema.names if not n.startswith("source") and n != "delivery"]
        columns = [batch.column(name).to_pylist() for name in names]
        seen.append((table, names, sorted(zip(*columns, strict=True), key=repr)))

    staging = UnwrittenStaging(folder / "staging", 1, note)
    read_feeds(inputs_of(folder), staging, report, 1, lambda text, done: None)
    seen.append(sorted(report.replaced.items()))
    return sorted(seen, key=repr), said_of(report)


def inputs_of(folder: Path) -> ClaimInputs:
    """The feed that is in the folder."""
    there = {name: (folder / name).exists() for name in ("cclf", "alr", "tuva", "synpuf")}
    return ClaimInputs(
        cclf=(folder / "cclf",) if there["cclf"] else (),
        assignment_reports=(folder / "alr",) if there["alr"] else (),
        tuva=folder / "tuva" if there["tuva"] else None,
        synpuf=folder / "synpuf" if there["synpuf"] else None,
    )


def said_of(report: StoreReport) -> list[str]:
    said = [f"{f.severity} {f.name} {f.detail} {f.count}" for f in report.findings]
    said += [f"{e.file} {why} {n}" for e in report.waterfall for why, n in e.set_aside.items()]
    return said + [f"{t.file} {t.problem}" for t in report.control_totals if t.problem]


def built(folder: Path) -> tuple[Any, list[str]]:
    """The store made of the feed in the folder, and everything that is said of it."""
    report = build_store(inputs_of(folder), folder / "store", buckets=1)
    rows_by_table: dict[str, list[Any]] = {}
    for table in report.tables:
        rows = pq.read_table(report.parts(table)[0]).to_pylist()
        rows_by_table[table] = sorted(
            (
                {k: v for k, v in row.items() if not k.startswith("source") and k != "delivery"}
                for row in rows
            ),
            key=repr,
        )
    return rows_by_table, said_of(report)


Lines = list[bytes]


def _blanked(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [line[:start] + b" " * (end - start) + line[end:] for line in lines]


def _shifted(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [line[:start] + line[start + 1 :] + b" " for line in lines]


def _pushed(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [line[:start] + b" " + line[start:-1] for line in lines]


def _taken_out(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [line[:start] + line[end:] for line in lines]


def _cut(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [line[:start] for line in lines]


def _rescaled_field(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    factor = chance.choice([0.001, 0.01, 100, 1000])
    new_lines = []
    for line in lines:
        value = line[start:end].decode().strip()
        if "." not in value:
            return lines  # no amount
        new_lines.append(
            line[:start]
            + f"{float(value) * factor:.2f}".encode().ljust(end - start)[: end - start]
            + line[end:]
        )
    return new_lines


def _without_point(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [
        line[:start] + line[start:end].replace(b".", b"").ljust(end - start) + line[end:]
        for line in lines
    ]


def _other_date(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    new_lines = []
    for line in lines:
        value = line[start:end].decode().strip()
        if len(value) != 10 or value[4] != "-":
            return lines
        year, month, day = value.split("-")
        other = chance.choice(
            [f"{year}{month}{day}", f"{month}/{day}/{year}", f"{year}/{month}/{day}"]
        )
        new_lines.append(line[:start] + other.encode().ljust(end - start) + line[end:])
    return new_lines


def _header(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [b"CUR_CLM_UNIQ_ID|CLM_LINE_NUM".ljust(len(lines[0])), *lines]


def _trailer(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return [*lines, b"TRL0000000040".ljust(len(lines[0]))]


def _lost(lines: Lines, start: int, end: int, chance: random.Random) -> Lines:
    return lines[: chance.randrange(1, len(lines))]


FIXED: tuple[Callable[[Lines, int, int, random.Random], Lines], ...] = (
    _blanked, _blanked, _shifted, _pushed, _taken_out, _cut, _rescaled_field, _rescaled_field,
    _without_point, _other_date, _header, _trailer, _lost,
)  # fmt: skip
"""Damages of a file of fixed width, at a field."""


def fixed_width(name: str, content: bytes, chance: random.Random) -> tuple[bytes, str]:
    """A CCLF file with one field damaged in every record."""
    file = name.split(".ZC")[1][0]
    lines = content.splitlines()
    layout = layouts_of(file)[len(lines[0])]
    if file == "9":
        fields = ["CRNT_NUM", "PRVS_NUM", "PRVS_ID_OBSLT_DT"]
    else:
        fields = sorted(
            {f for take in MAPS[file].columns for f in take.fields if layout.has(f)}
            | {f for names in MAPS[file].chain for f in names.split("|") if layout.has(f)}
            | {"BENE_MBI_ID", "CLM_PRCSG_IND_CD", "CLM_CARR_PMT_DNL_CD"} & set(layout.fields)
        )
    field = chance.choice(fields)
    at = layout.fields[field]
    damage = chance.choice(FIXED)
    damaged = damage(lines, at.start, at.end, chance)
    return b"".join(line + b"\n" for line in damaged), f"{damage.__name__} CCLF{file} {field}"


def table(
    name: str, content: bytes, damages: tuple[Callable[..., None], ...], chance: random.Random
) -> tuple[bytes, str]:
    """A CSV table with one column damaged."""
    rows = list(csv.reader(io.StringIO(content.decode())))
    at = chance.randrange(len(rows[0]))
    column = rows[0][at]
    damage = chance.choice(damages)
    damage(rows, at, chance)
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode(), f"{damage.__name__} {Path(name).name} {column}"
