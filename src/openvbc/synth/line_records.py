"""Part B lines, equipment lines and drug events of a shard as CCLF5, CCLFB, CCLF6 and CCLF7."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.claim_records import Shown, control_numbers
from openvbc.synth.columns import Columns, rows
from openvbc.synth.conditions import DIAGNOSES
from openvbc.synth.fixed_width import Bytes, Records, text_table
from openvbc.synth.network import Network
from openvbc.synth.services import CODES, PLACES
from openvbc.synth.supplies import DRUGS


def physician_records(
    lines: Columns, delivery: NDArray[Any], shown: Shown, network: Network
) -> Bytes:
    """CCLF5: one record a line, header fields repeated."""
    out = Records("CCLF5", rows(lines), {
        "CLM_TYPE_CD": "71", "RNDRG_PRVDR_TYPE_CD": "0", "RNDRG_PRVDR_FIPS_ST_CD": "39",
        "DGNS_PRCDR_ICD_IND": "0", "CLM_CNTRCTR_NUM": "15102",
    })  # fmt: skip
    out.number("CUR_CLM_UNIQ_ID", lines["claim"])
    out.number("CLM_LINE_NUM", lines["line"])
    out.put("BENE_MBI_ID", shown.identifiers(lines["person"], delivery))
    for field in ("CLM_FROM_DT", "CLM_THRU_DT", "CLM_LINE_FROM_DT", "CLM_LINE_THRU_DT"):
        out.date(field, lines["day"])
    out.text("CLM_PRVDR_SPCLTY_CD", network.specialty, lines["provider"])
    out.text("CLM_POS_CD", PLACES, lines["place"])
    out.text("CLM_LINE_HCPCS_CD", CODES, lines["code"])
    out.amount("CLM_LINE_CVRD_PD_AMT", lines["paid"], zero_filled=False)
    out.amount("CLM_LINE_ALOWD_CHRG_AMT", lines["allowed"], zero_filled=False)
    tins = [network.tins[t] for t in network.provider_tin]
    out.text("CLM_RNDRG_PRVDR_TAX_NUM", tins, lines["provider"])
    for field in ("RNDRG_PRVDR_NPI_NUM", "CLM_RNDRG_PRVDR_NPI_NUM"):
        out.text(field, network.npis, lines["provider"])
    out.text("CLM_CARR_PMT_DNL_CD", ["1", "0", "1"], lines["denied"])
    out.text("CLM_PRCSG_IND_CD", ["A", "D", "D"], lines["denied"])
    out.text("CLM_ADJSMT_TYPE_CD", ["0", "1"], lines["cancels"].astype(int))
    out.text("CLM_DISP_CD", ["01", "03"], lines["cancels"].astype(int))
    out.date("CLM_EFCTV_DT", lines["effective"])
    out.date("CLM_IDR_LD_DT", lines["load"])
    out.put("CLM_CNTL_NUM", control_numbers(lines["control"]))
    out.quantity("CLM_LINE_SRVC_UNIT_QTY", lines["units"])
    table = text_table(DIAGNOSES, 7)
    from openvbc.synth.fixed_width import pick

    for n in range(4):
        code = pick(table, shown.diagnosis(lines["person"], lines["day"], lines["visit"], n))
        out.put(f"CLM_DGNS_{n + 1}_CD", code)
        if n == 0:
            out.put("CLM_LINE_DGNS_CD", code)
    return out.matrix


def line_enhancement_records(
    lines: Columns, delivery: NDArray[Any], shown: Shown
) -> tuple[Bytes, NDArray[Any]]:
    """CCLFB: lines processed under a benefit enhancement, one in five hundred."""
    row = np.flatnonzero(lines["control"] % 500 == 0)
    out = Records("CCLFB", len(row), {"CLM_TYPE_CD": "71", "CLM_LINE_NGACO_TLHLTH_SW": "Y"})
    out.number("CUR_CLM_UNIQ_ID", lines["claim"][row])
    out.number("CLM_LINE_NUM", lines["line"][row])
    out.put("BENE_MBI_ID", shown.identifiers(lines["person"][row], delivery[row]))
    out.amount("CLM_SQSTRTN_RDCTN_AMT", lines["paid"][row] * 2 // 100)
    return out.matrix, delivery[row]


def equipment_records(
    lines: Columns, delivery: NDArray[Any], shown: Shown, network: Network
) -> Bytes:
    """CCLF6: one record a line."""
    out = Records("CCLF6", rows(lines), {"CLM_TYPE_CD": "82"})
    out.number("CUR_CLM_UNIQ_ID", lines["claim"])
    out.number("CLM_LINE_NUM", lines["line"])
    out.put("BENE_MBI_ID", shown.identifiers(lines["person"], delivery))
    for field in ("CLM_FROM_DT", "CLM_THRU_DT", "CLM_LINE_FROM_DT", "CLM_LINE_THRU_DT"):
        out.date(field, lines["day"])
    out.text("CLM_POS_CD", PLACES, lines["place"])
    out.text("CLM_LINE_HCPCS_CD", CODES, lines["code"])
    out.amount("CLM_LINE_CVRD_PD_AMT", lines["paid"])
    out.amount("CLM_LINE_ALOWD_CHRG_AMT", lines["allowed"])
    for field in ("PAYTO_PRVDR_NPI_NUM", "ORDRG_PRVDR_NPI_NUM", "CLM_BLG_PRVDR_NPI_NUM"):
        out.text(field, network.npis, lines["provider"])
    out.text("CLM_CARR_PMT_DNL_CD", ["1", "0", "1"], lines["denied"])
    out.text("CLM_PRCSG_IND_CD", ["A", "D", "D"], lines["denied"])
    out.text("CLM_ADJSMT_TYPE_CD", ["0", "1"], lines["cancels"].astype(int))
    out.text("CLM_DISP_CD", ["01", "03"], lines["cancels"].astype(int))
    out.date("CLM_EFCTV_DT", lines["effective"])
    out.date("CLM_IDR_LD_DT", lines["load"])
    out.put("CLM_CNTL_NUM", control_numbers(lines["control"]))
    return out.matrix


def drug_records(events: Columns, delivery: NDArray[Any], shown: Shown, network: Network) -> Bytes:
    """CCLF7: one record an event."""
    out = Records("CCLF7", rows(events), {
        "CLM_TYPE_CD": "01", "PRVDR_SRVC_ID_QLFYR_CD": "01", "PRVDR_PRSBNG_ID_QLFYR_CD": "01",
        "CLM_DSPNSNG_STUS_CD": "C", "CLM_DAW_PROD_SLCTN_CD": "0", "CLM_ADJSMT_TYPE_CD": "0",
        "CLM_LINE_RX_FILL_NUM": "0", "CLM_PHRMCY_SRVC_TYPE_CD": "01",
        "CLM_SRVC_PRVDR_GNRC_ID_NUM": "9000000777",
    })  # fmt: skip
    out.number("CUR_CLM_UNIQ_ID", events["claim"])
    out.put("BENE_MBI_ID", shown.identifiers(events["person"], delivery))
    out.text("CLM_LINE_NDC_CD", DRUGS, events["drug"])
    out.date("CLM_LINE_FROM_DT", events["day"])
    out.date("CLM_EFCTV_DT", events["load"])
    out.date("CLM_IDR_LD_DT", events["load"])
    out.quantity("CLM_LINE_SRVC_UNIT_QTY", events["quantity"])
    out.number("CLM_LINE_DAYS_SUPLY_QTY", events["quantity"])
    out.amount("CLM_LINE_BENE_PMT_AMT", events["patient_paid"])
    out.number("CLM_LINE_RX_SRVC_RFRNC_NUM", events["claim"] % 10**12)
    out.text("CLM_PRSBNG_PRVDR_GNRC_ID_NUM", network.npis, events["claim"] % len(network.npis))
    return out.matrix
