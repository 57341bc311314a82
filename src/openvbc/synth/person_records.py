"""The people of a shard as CCLF8 (who they are) and CCLF9 (which identifiers they had)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.deliveries import Delivery
from openvbc.synth.fixed_width import NULL_HIGH, NULL_LOW, Bytes, Records, pick
from openvbc.synth.network import COUNTIES
from openvbc.synth.people import ESRD, NEVER, Population, month_of
from openvbc.synth.settings import Settings

_FIRST = ("JAMES", "MARY", "ROBERT", "ANNA", "JOHN", "LINDA", "DAVID", "SUSAN")
_LAST = ("EXAMPLE", "SAMPLE", "SPECIMEN", "MODEL", "PATTERN", "TEMPLATE", "FIGURE")
ABROAD = "00000"


def demographic_records(
    people: Population, delivery: Delivery, mbi: Bytes, versions: NDArray[Any],
    hospice: NDArray[np.bool_], several: NDArray[Any], settings: Settings,
) -> Bytes:  # fmt: skip
    """CCLF8 of a delivery: everybody seen so far who shares claims; one record a hospice span."""
    month = int(month_of(np.array([delivery.day]), settings)[0])
    month = min(month, settings.months - 1)
    covered = people.part_a | people.part_b
    seen = covered[:, : month + 1].any(axis=1) & ~people.opted_out
    dead = people.death <= delivery.day
    span = hospice & dead
    who = np.flatnonzero(seen)
    again = np.array([p for p in several if seen[p]], np.int64)
    row = np.concatenate([who, again])
    second = np.arange(len(row)) >= len(who)
    out = Records("CCLF8", len(row), {
        "BENE_LINE_1_ADR": "1 INVENTED STREET",
        "GEO_ZIP_PLC_NAME": "SAMPLETOWN", "GEO_USPS_STATE_CD": "OH", "GEO_ZIP5_CD": "43099",
        "BENE_ZIP_CD": "43099",
    })  # fmt: skip
    out.put("BENE_MBI_ID", pick(mbi, row * 3 + versions[row]))
    places = [*COUNTIES, ABROAD]
    county = people.county[row, month]
    out.text("BENE_FIPS_STATE_CD", [c[:2] for c in places], county)
    out.text("BENE_FIPS_CNTY_CD", [c[2:] for c in places], county)
    out.date("BENE_DOB", people.birth[row])
    out.text("BENE_SEX_CD", ["0", "1", "2"], people.sex[row])
    out.text("BENE_RACE_CD", ["0", "1", "2", "3", "4", "5", "6"], people.race[row])
    age = (delivery.day - people.birth[row]) // 365.25
    out.number("BENE_AGE", np.clip(age, 0, 120).astype(np.int64))
    aged = age >= 65
    failed = people.kind[row, month] == ESRD
    status = np.select([aged & failed, aged, failed], [1, 0, 3], 2)
    out.text("BENE_MDCR_STUS_CD", ["10", "11", "20", "21"], status)
    out.text("BENE_DUAL_STUS_CD", ["NA", "02"], people.dual[row, month].astype(int))
    out.date("BENE_DEATH_DT", np.where(dead[row], people.death[row], NULL_LOW))
    begins = np.where(span[row], people.death[row] - 90, NULL_LOW)
    ends = np.where(span[row], people.death[row], NULL_LOW)
    first = np.isin(row, again) & ~second
    begins = np.where(second, delivery.day - 40, np.where(first, delivery.day - 200, begins))
    ends = np.where(second, NULL_HIGH, np.where(first, delivery.day - 150, ends))
    out.date("BENE_RNG_BGN_DT", begins)
    out.date("BENE_RNG_END_DT", ends)
    out.text("BENE_1ST_NAME", _FIRST, (people.first + row) % len(_FIRST))
    out.text("BENE_LAST_NAME", _LAST, (people.first + row) % len(_LAST))
    out.text("BENE_ORGNL_ENTLMT_RSN_CD", ["0", "1"], people.original_reason[row])
    a, b = people.part_a[row, month], people.part_b[row, month]
    bought = people.dual[row, month]
    buy = np.select([a & b & bought, a & b, a, b], [4, 3, 1, 2], 0)
    out.text("BENE_ENTLMT_BUYIN_IND", ["0", "1", "2", "3", "C"], buy)
    start = np.maximum(people.birth[row] + 23_741, 0)
    start = np.where(people.original_reason[row] == 1, people.birth[row] + 16_000, start)
    for field in ("BENE_PART_A_ENRLMT_BGN_DT", "BENE_PART_B_ENRLMT_BGN_DT"):
        out.date(field, start)
    return out.matrix


def cross_reference_records(
    people: Population, delivery: Delivery, mbi: Bytes, settings: Settings
) -> Bytes:
    """CCLF9 of a delivery: each change so far, from the identifier before to the one after."""
    del settings
    row, change = np.nonzero(
        (people.mbi_changed <= delivery.day)
        & (people.mbi_changed < NEVER)
        & ~people.opted_out[:, None]
    )
    out = Records("CCLF9", len(row), {"HICN_MBI_XREF_IND": "M"})
    out.put("CRNT_NUM", pick(mbi, row * 3 + change + 1))
    out.put("PRVS_NUM", pick(mbi, row * 3 + change))
    days = people.mbi_changed[row, change]
    before = np.where(change == 1, people.mbi_changed[row, 0], NEVER)
    out.date("PRVS_ID_EFCTV_DT", np.where(before < NEVER, before, NULL_LOW))
    out.date("PRVS_ID_OBSLT_DT", days)
    return out.matrix
