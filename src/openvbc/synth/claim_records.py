"""Part A claims of a shard as CCLF1 to CCLF4 and CCLFA records."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.columns import Columns, rows
from openvbc.synth.conditions import COVID, DIAGNOSES, DIAGNOSIS, Illness
from openvbc.synth.fixed_width import Bytes, Records, digits, pick
from openvbc.synth.institutional import BILLS, DRGS, HOSPITAL, OUTPATIENT, REVENUE
from openvbc.synth.network import Network
from openvbc.synth.services import CODES, POSITION
from openvbc.synth.settings import Settings

_CLINICIANS = ("ATNDG_PRVDR_NPI_NUM", "OTHR_PRVDR_NPI_NUM")
_PROCEDURES = ("02HV33Z", "5A1D70Z", "0SR90J9", "30233N1")


class Shown:
    """What records need to show of the people: identifiers by delivery, and their diagnoses."""

    def __init__(
        self, mbi: Bytes, versions: NDArray[Any], illness: Illness, settings: Settings
    ) -> None:
        self.mbi = mbi
        """Row person * 3 + version."""
        self.versions = versions
        """delivery, person."""
        self.illness = illness
        self.years = len(settings.years)
        self.first_year = settings.first_year

    def identifiers(self, person: NDArray[Any], delivery: NDArray[Any]) -> Bytes:
        """Identifier current at the delivery."""
        return pick(self.mbi, person * 3 + self.versions[delivery, person])

    def diagnosis(
        self, person: NDArray[Any], day: NDArray[Any], visit: NDArray[Any], n: int
    ) -> NDArray[Any]:
        """The n-th diagnosis (from 0) a claim carries: the person's list of the year, in turn."""
        year = day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
        at = person.astype(np.int64) * self.years + year - self.first_year
        place = (visit.astype(np.int64) * 4 + n) % self.illness.size[at]
        return np.asarray(self.illness.listed[self.illness.start[at] + place])


def principal(claims: Columns, shown: Shown) -> NDArray[Any]:
    """Position of the principal diagnosis."""
    usual = shown.diagnosis(claims["person"], claims["from_day"], claims["visit"], 0)
    return np.where(claims["covid"] == 1, DIAGNOSIS[COVID], usual)


def control_numbers(values: NDArray[Any]) -> Bytes:
    """Claim control numbers: a prefix and digits."""
    out = np.empty((len(values), 17), np.uint8)
    out[:, :4] = np.frombuffer(b"SYNC", np.uint8)
    out[:, 4:] = digits(values, 13)
    return out


def header_records(
    claims: Columns, delivery: NDArray[Any], shown: Shown, network: Network
) -> Bytes:
    """CCLF1: one record a claim."""
    out = Records("CCLF1", rows(claims), {
        "CLM_QUERY_CD": "3", "DGNS_PRCDR_ICD_IND": "0", "PRVDR_FAC_FIPS_ST_CD": "39",
        "CLM_ADMSN_SRC_CD": "1", "CLM_CNTRCTR_NUM": "15101",
    })  # fmt: skip
    out.number("CUR_CLM_UNIQ_ID", claims["claim"])
    for field in ("PRVDR_OSCAR_NUM", "CLM_BLG_PRVDR_OSCAR_NUM"):
        out.text(field, network.ccns, claims["facility"])
    out.put("BENE_MBI_ID", shown.identifiers(claims["person"], delivery))
    out.number("CLM_TYPE_CD", claims["type"])
    out.date("CLM_FROM_DT", claims["from_day"])
    out.date("CLM_THRU_DT", claims["thru_day"])
    out.text("CLM_BILL_FAC_TYPE_CD", [b[0] for b in BILLS], claims["bill"])
    out.text("CLM_BILL_CLSFCTN_CD", [b[1] for b in BILLS], claims["bill"])
    frequency = np.where(claims["adjustment"] == 0, 0, claims["adjustment"])
    out.text("CLM_BILL_FREQ_CD", ["1", "8", "7"], frequency)
    first = principal(claims, shown)
    out.text("PRNCPL_DGNS_CD", DIAGNOSES, first)
    out.text("ADMTG_DGNS_CD", DIAGNOSES, first)
    out.text("CLM_MDCR_NPMT_RSN_CD", ["", "N"], claims["denied"].astype(int))
    out.amount("CLM_PMT_AMT", claims["paid"])
    out.text("BENE_PTNT_STUS_CD", ["", "01"], claims["status"])
    out.text("DGNS_DRG_CD", [*DRGS, ""], claims["drg"])
    stay = (claims["type"] == HOSPITAL).astype(int)
    out.text("CLM_ADMSN_TYPE_CD", ["", "3", "1"], np.where(claims["emergency"], 2, stay))
    npi = [f"{n}9"[:10] for n in (c.replace("0", "1") + "90000" for c in network.ccns)]
    out.text("FAC_PRVDR_NPI_NUM", ["9" + n[1:] for n in npi], claims["facility"])
    for field in _CLINICIANS:
        out.text(field, network.npis, claims["provider"])
        out.text(f"CLM_{field}", network.npis, claims["provider"])
    out.text("CLM_ADJSMT_TYPE_CD", ["0", "1", "2"], claims["adjustment"])
    out.date("CLM_EFCTV_DT", claims["effective"])
    out.date("CLM_IDR_LD_DT", claims["load"])
    out.amount("CLM_MDCR_INSTNL_TOT_CHRG_AMT", claims["charge"])
    out.amount("CLM_MDCR_IP_PPS_CPTL_IME_AMT", claims["capital_ime"])
    out.amount("CLM_OPRTNL_IME_AMT", claims["ime"])
    out.amount("CLM_MDCR_IP_PPS_DSPRPRTNT_AMT", claims["capital_dsh"])
    out.amount("CLM_HIPPS_UNCOMPD_CARE_AMT", claims["uncompensated"])
    out.amount("CLM_OPRTNL_DSPRPRTNT_AMT", claims["dsh"])
    out.put("CLM_CNTL_NUM", control_numbers(claims["claim"]))
    out.put("CLM_ORG_CNTL_NUM", control_numbers(claims["control"]))
    return out.matrix


def _repeat(claims: Columns, times: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row of the claim and number from 0 for each of its detail records."""
    row = np.repeat(np.arange(rows(claims)), times)
    start = np.cumsum(times) - times
    return row, np.arange(len(row)) - np.repeat(start, times)


def line_records(
    claims: Columns, delivery: NDArray[Any], shown: Shown, network: Network
) -> tuple[Bytes, NDArray[Any]]:
    """CCLF2: revenue lines; also the delivery of each record."""
    times = claims["lines"].astype(np.int64)
    row, number = _repeat(claims, times)
    out = Records("CCLF2", len(row))
    _detail(out, claims, row, delivery, shown, network)
    out.number("CLM_LINE_NUM", number + 1)
    for field in ("CLM_LINE_FROM_DT", "CLM_LINE_THRU_DT", "CLM_LINE_INSTNL_REV_CTR_DT"):
        out.date(field, claims["from_day"][row])
    further = (claims["control"][row] + number * 7) % 5 + len(REVENUE) - 5
    revenue = np.where(number == 0, claims["line_revenue"][row], further)
    emergency = claims["emergency"][row] & (number == 1)
    revenue = np.where(emergency, REVENUE.index("0450"), revenue)
    out.text("CLM_LINE_PROD_REV_CTR_CD", REVENUE, revenue)
    tests = np.array([POSITION[c] for c in ("80053", "85025", "36415", "71046", "93000")])
    spare = np.where(claims["type"][row] == OUTPATIENT, tests[further % 5], len(CODES))
    code = np.where(number == 0, claims["line_code"][row], spare)
    out.text("CLM_LINE_HCPCS_CD", [*CODES, ""], code)
    out.quantity("CLM_LINE_SRVC_UNIT_QTY", np.ones(len(row), np.int64))
    # Outpatient lines add up to the header; inpatient is paid by the stay and its lines are zero.
    adds_up = claims["type"][row] == OUTPATIENT
    share = claims["paid"][row] // (times[row] + 1)
    rest = claims["paid"][row] - share * (times[row] - 1)
    paid = np.where(adds_up, np.where(number == 0, rest, share), 0)
    paid = np.where(claims["mismatch"][row], claims["paid"][row] // 10 + number, paid)
    out.amount("CLM_LINE_CVRD_PD_AMT", paid)
    return out.matrix, delivery[row]


def _detail(
    out: Records, claims: Columns, row: NDArray[Any], delivery: NDArray[Any], shown: Shown,
    network: Network,
) -> None:  # fmt: skip
    out.number("CUR_CLM_UNIQ_ID", claims["claim"][row])
    out.put("BENE_MBI_ID", shown.identifiers(claims["person"][row], delivery[row]))
    out.number("CLM_TYPE_CD", claims["type"][row])
    out.text("PRVDR_OSCAR_NUM", network.ccns, claims["facility"][row])
    out.date("CLM_FROM_DT", claims["from_day"][row])
    out.date("CLM_THRU_DT", claims["thru_day"][row])
    twin = "CLM_FAC_PRVDR_OSCAR_NUM" if out.layout.file == "CCLF2" else "CLM_BLG_PRVDR_OSCAR_NUM"
    out.text(twin, network.ccns, claims["facility"][row])


def procedure_records(
    claims: Columns, delivery: NDArray[Any], shown: Shown, network: Network
) -> tuple[Bytes, NDArray[Any]]:
    """CCLF3: procedures of inpatient claims."""
    stay = claims["type"] == HOSPITAL
    times = np.where(stay, claims["control"] % 3, 0).astype(np.int64)
    row, number = _repeat(claims, times)
    out = Records("CCLF3", len(row), {"DGNS_PRCDR_ICD_IND": "0"})
    _detail(out, claims, row, delivery, shown, network)
    out.number("CLM_VAL_SQNC_NUM", number + 1)
    out.text("CLM_PRCDR_CD", _PROCEDURES, (claims["control"][row] + number) % 4)
    out.date("CLM_PRCDR_PRFRM_DT", claims["from_day"][row])
    return out.matrix, delivery[row]


def diagnoses_on_claim(claims: Columns, light: bool) -> NDArray[np.int64]:
    """How many diagnoses each claim carries."""
    stay = np.isin(claims["type"], (HOSPITAL, 61))
    most = np.where(stay, 6, 3) if light else np.where(stay, 14, 8)
    return np.maximum(most, np.where(claims["covid"] == 2, 3, 1)).astype(np.int64)


def diagnosis_records(
    claims: Columns, delivery: NDArray[Any], shown: Shown, network: Network, light: bool
) -> tuple[Bytes, NDArray[Any]]:
    """CCLF4: diagnoses; COVID-19 further down is the third."""
    times = diagnoses_on_claim(claims, light)
    row, number = _repeat(claims, times)
    out = Records("CCLF4", len(row), {"DGNS_PRCDR_ICD_IND": "0"})
    _detail(out, claims, row, delivery, shown, network)
    out.number("CLM_VAL_SQNC_NUM", number + 1)
    person, day, visit = (claims[n][row] for n in ("person", "from_day", "visit"))
    code = np.empty(len(row), np.int64)
    for n in range(int(times.max(initial=0))):
        here = number == n
        code[here] = shown.diagnosis(person[here], day[here], visit[here], n)
    covid = claims["covid"][row]
    code[((covid == 1) & (number == 0)) | ((covid == 2) & (number == 2))] = DIAGNOSIS[COVID]
    out.text("CLM_DGNS_CD", DIAGNOSES, code)
    out.text("CLM_PROD_TYPE_CD", ["D"], np.zeros(len(row), int))
    return out.matrix, delivery[row]


def enhancement_records(
    claims: Columns, delivery: NDArray[Any], shown: Shown
) -> tuple[Bytes, NDArray[Any]]:
    """CCLFA: claims processed under a benefit enhancement, one in fifty inpatient claims."""
    row = np.flatnonzero((claims["type"] == HOSPITAL) & (claims["control"] % 50 == 0))
    out = Records("CCLFA", len(row), {"CLM_NGACO_SNF_WVR_SW": "Y"})
    out.number("CUR_CLM_UNIQ_ID", claims["claim"][row])
    out.put("BENE_MBI_ID", shown.identifiers(claims["person"][row], delivery[row]))
    out.number("CLM_TYPE_CD", claims["type"][row])
    out.date("CLM_ACTV_CARE_FROM_DT", claims["from_day"][row])
    out.amount("CLM_SQSTRTN_RDCTN_AMT", claims["paid"][row] * 2 // 100)
    return out.matrix, delivery[row]
