"""Raw deliveries to plain dictionaries, by the CMS layouts of the shared folder."""

from __future__ import annotations

import csv
import datetime as dt
import zipfile
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

NULL_DATES = {"1000-01-01", "9999-12-31", ""}


def date_or_none(text: str) -> dt.date | None:
    text = text.strip()
    return None if text in NULL_DATES else dt.date.fromisoformat(text)


def money(text: str) -> Decimal:
    return Decimal(text.strip() or "0")


class Layouts:
    """Positions of the current layout of each CCLF file (start counted from 1)."""

    def __init__(self, shared: Path) -> None:
        self.fields: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
        with (shared / "data/layouts/cclf_layouts.csv").open(newline="") as handle:
            for row in csv.DictReader(handle):
                if row["ip_version_to"] == "42":
                    span = (int(row["start"]) - 1, int(row["end"]))
                    self.fields[row["file"]][row["field"]] = span

    def record(self, file: str, line: str, wanted: tuple[str, ...]) -> dict[str, str]:
        spans = self.fields[file]
        return {name: line[spans[name][0] : spans[name][1]].strip() for name in wanted}


WANTED = {
    "CCLF1": (
        "CUR_CLM_UNIQ_ID", "PRVDR_OSCAR_NUM", "BENE_MBI_ID", "CLM_TYPE_CD", "CLM_FROM_DT",
        "CLM_THRU_DT", "CLM_BILL_FAC_TYPE_CD", "CLM_BILL_CLSFCTN_CD", "CLM_MDCR_NPMT_RSN_CD",
        "CLM_PMT_AMT", "OPRTG_PRVDR_NPI_NUM", "ATNDG_PRVDR_NPI_NUM", "OTHR_PRVDR_NPI_NUM",
        "CLM_ADJSMT_TYPE_CD", "CLM_IDR_LD_DT", "CLM_MDCR_IP_PPS_CPTL_IME_AMT",
        "CLM_OPRTNL_IME_AMT", "CLM_MDCR_IP_PPS_DSPRPRTNT_AMT", "CLM_HIPPS_UNCOMPD_CARE_AMT",
        "CLM_OPRTNL_DSPRPRTNT_AMT", "CLM_BLG_PRVDR_OSCAR_NUM",
    ),
    "CCLF2": (
        "CUR_CLM_UNIQ_ID", "CLM_LINE_NUM", "CLM_LINE_FROM_DT", "CLM_LINE_PROD_REV_CTR_CD",
        "CLM_LINE_HCPCS_CD", "CLM_LINE_CVRD_PD_AMT",
    ),
    "CCLF4": ("CUR_CLM_UNIQ_ID", "CLM_DGNS_CD"),
    "CCLF5": (
        "CUR_CLM_UNIQ_ID", "CLM_LINE_NUM", "BENE_MBI_ID", "CLM_PRVDR_SPCLTY_CD", "CLM_POS_CD",
        "CLM_LINE_FROM_DT", "CLM_LINE_THRU_DT", "CLM_LINE_HCPCS_CD", "CLM_LINE_CVRD_PD_AMT",
        "CLM_RNDRG_PRVDR_TAX_NUM", "RNDRG_PRVDR_NPI_NUM", "CLM_CARR_PMT_DNL_CD",
        "CLM_PRCSG_IND_CD", "CLM_ADJSMT_TYPE_CD", "CLM_IDR_LD_DT", "CLM_CNTL_NUM",
        "CLM_LINE_ALOWD_CHRG_AMT", "CLM_TYPE_CD",
    ),
    "CCLF6": (
        "CUR_CLM_UNIQ_ID", "CLM_LINE_NUM", "BENE_MBI_ID", "CLM_LINE_FROM_DT", "CLM_LINE_THRU_DT",
        "CLM_LINE_HCPCS_CD", "CLM_LINE_CVRD_PD_AMT", "CLM_CARR_PMT_DNL_CD", "CLM_PRCSG_IND_CD",
        "CLM_ADJSMT_TYPE_CD", "CLM_IDR_LD_DT", "CLM_CNTL_NUM", "CLM_TYPE_CD",
    ),
    "CCLF8": ("BENE_MBI_ID", "BENE_DEATH_DT"),
    "CCLF9": ("CRNT_NUM", "PRVS_NUM"),
}  # fmt: skip
KEYS = {"CCLF1": 1, "CCLF2": 2, "CCLF4": 0, "CCLF5": 2, "CCLF6": 2}


class Feed:
    """Everything the deliveries say, keyed by person (their current identifier)."""

    def __init__(self, folder: Path, shared: Path) -> None:
        layouts = Layouts(shared)
        raw: dict[str, dict[tuple[str, ...], dict[str, str]]] = defaultdict(dict)
        for bundle in sorted((folder / "cclf").glob("*.zip"), key=lambda p: p.name.split(".D")[1]):
            with zipfile.ZipFile(bundle) as archive:
                for member in archive.namelist():
                    file = "CCLF" + member.split(".ZC")[1][0]
                    if file in WANTED:
                        lines = archive.read(member).decode("ascii").splitlines()
                        self._take(layouts, raw[file], file, lines)
        self.current: dict[str, str] = {r["PRVS_NUM"]: r["CRNT_NUM"] for r in raw["CCLF9"].values()}
        self.institutional = self._by_person(raw["CCLF1"])
        self.professional = self._by_person(raw["CCLF5"])
        self.equipment = self._by_person(raw["CCLF6"])
        self.revenue: dict[str, list[dict[str, str]]] = defaultdict(list)
        for record in raw["CCLF2"].values():
            self.revenue[record["CUR_CLM_UNIQ_ID"]].append(record)
        self.diagnoses: dict[str, set[str]] = defaultdict(set)
        for record in raw["CCLF4"].values():
            self.diagnoses[record["CUR_CLM_UNIQ_ID"]].add(record["CLM_DGNS_CD"].replace(".", ""))
        self.death: dict[str, dt.date] = {}
        for record in raw["CCLF8"].values():
            if died := date_or_none(record["BENE_DEATH_DT"]):
                self.death[self.person(record["BENE_MBI_ID"])] = died
        self.spans = self._table(folder / "eligibility.csv")
        self.alignment = self._table(folder / "voluntary_alignment.csv")
        self.other_payments = self._table(folder / "non_claims_payments.csv")
        self.participants = read_csv(folder / "participants.csv")
        self.specialty = {
            r["npi"]: r["specialty_code"] for r in read_csv(folder / "provider_specialty.csv")
        }
        self.teaching = {
            (int(r["performance_year"]), r["ccn"])
            for r in read_csv(folder / "electing_teaching_hospitals.csv")
        }

    @staticmethod
    def _take(layouts, into, file, lines) -> None:
        for line in lines:
            record = layouts.record(file, line, WANTED[file])
            if file in KEYS and file != "CCLF4":
                names = WANTED[file][: KEYS[file]]
                key = (*(record[n] for n in names), record.get("CLM_ADJSMT_TYPE_CD", ""))
            elif file == "CCLF9":
                key = (record["PRVS_NUM"],)
            elif file == "CCLF8":
                key = (record["BENE_MBI_ID"], record["BENE_DEATH_DT"])
            else:
                key = (record["CUR_CLM_UNIQ_ID"], record["CLM_DGNS_CD"])
            into[key] = record  # a later delivery governs

    def person(self, identifier: str) -> str:
        """The identifier in use now, following every change."""
        while identifier in self.current and self.current[identifier] != identifier:
            identifier = self.current[identifier]
        return identifier

    def _by_person(self, records) -> dict[str, list[dict[str, str]]]:
        records_by_person = defaultdict(list)
        for record in records.values():
            records_by_person[self.person(record["BENE_MBI_ID"])].append(record)
        return records_by_person

    def _table(self, path: Path) -> dict[str, list[dict[str, str]]]:
        rows_by_person = defaultdict(list)
        for row in read_csv(path):
            rows_by_person[self.person(row["member_id"])].append(row)
        return rows_by_person


def read_csv(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(newline="") as handle:
        return list(csv.DictReader(handle))
