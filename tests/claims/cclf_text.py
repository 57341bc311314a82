"""Write CCLF records for tests: named values laid out by the field table."""

from __future__ import annotations

import zipfile
from pathlib import Path

from openvbc.claims.layout import layouts_of

DEFAULTS = {
    "CUR_CLM_UNIQ_ID": "0000000000001",
    "BENE_MBI_ID": "1S00A00AA01",
    "CLM_FROM_DT": "2024-03-01",
    "CLM_THRU_DT": "2024-03-05",
    "CLM_LINE_FROM_DT": "2024-03-01",
    "CLM_LINE_THRU_DT": "2024-03-01",
    "CLM_LINE_NUM": "0000000001",
    "CLM_EFCTV_DT": "2024-03-20",
    "CLM_IDR_LD_DT": "2024-03-22",
    "CLM_ADJSMT_TYPE_CD": "0",
    "CLM_VAL_SQNC_NUM": "01",
    "DGNS_PRCDR_ICD_IND": "0",
}
TYPES = {"1": "60", "2": "60", "3": "60", "4": "60", "5": "71", "6": "82", "7": "01"}


def record(file: str, version: int = 40, **values: str) -> bytes:
    """One record of CCLF `file` as packet `version` lays it out; unnamed fields are blank."""
    layout = next(
        layout
        for layout in layouts_of(file).values()
        if layout.versions[0] <= version <= layout.versions[1]
    )
    line = bytearray(b" " * layout.record_length)
    known = DEFAULTS | {"CLM_TYPE_CD": TYPES.get(file, "60")} | values
    for name, value in known.items():
        if name in layout.fields:
            at = layout.fields[name]
            width = at.end - at.start
            line[at.start : at.end] = value.encode("latin-1").ljust(width)[:width]
        elif name in values:
            raise KeyError(f"{name} is not in CCLF{file} version {version}")
    return bytes(line)


def control(records: dict[str, list[bytes]]) -> bytes:
    """A CCLF0 that is right about the records."""
    lines = ["File Number  |File Description    |Total Records Count |Record Length"]
    for file in "123456789AB":
        rows = records.get(file, [])
        length = len(rows[0]) if rows else next(iter(layouts_of(file)))
        lines.append(f"CCLF{file}  |{'a file':<43}|{len(rows):>11}|{length:>5}")
    return ("\n".join(lines) + "\n").encode()


def delivery(
    folder: Path,
    records: dict[str, list[bytes]],
    *,
    date: str = "240415",
    kind: str = "Y",
    year: str = "24",
    totals: bytes | None = None,
    ending: bytes = b"\n",
) -> Path:
    """A zip with the records, named as CMS names them, with its CCLF0."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"P.A9001.ACO.ZC{kind}{year}.D{date}.T1200000.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
        for file in "123456789AB":
            rows = records.get(file, [])
            name = f"P.A9001.ACO.ZC{file}{kind}{year}.D{date}.T1200000"
            bundle.writestr(name, b"".join(row + ending for row in rows))
        name = f"P.A9001.ACO.ZC0{kind}{year}.D{date}.T1200000"
        bundle.writestr(name, control(records) if totals is None else totals)
    return path
