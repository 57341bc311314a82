"""The field table is complete: it tiles every record, and equals the independent extraction."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from openvbc.claims.layout import FILES, layouts_of

SHARED = Path(os.environ.get("OPENVBC_SHARED", "../shared"))


@pytest.mark.parametrize("file", FILES)
def test_fields_tile_the_record_without_gap_or_overlap(file: str) -> None:
    for layout in layouts_of(file).values():
        end = 0
        for field in sorted(layout.fields.values(), key=lambda field: field.start):
            assert field.start == end, (layout.file, layout.versions, field.name)
            end = field.end
        assert end == layout.record_length


def test_one_length_belongs_to_one_layout() -> None:
    lengths = {file: sorted(layouts_of(file)) for file in FILES}
    assert lengths["1"] == [292, 352, 437]
    assert lengths["5"] == [363, 383, 388]
    assert lengths["7"] == [195, 230]
    assert lengths["8"] == [549]


def test_equals_the_extraction_beside_the_checkout() -> None:
    path = SHARED / "data" / "layouts" / "cclf_layouts.csv"
    if not path.exists():
        pytest.skip("shared layouts are not beside the checkout")
    for row in csv.DictReader(path.open()):
        if row["file"].startswith("CCLF0"):
            continue
        newest = row["ip_version_to"] == "42"
        layout = max(
            (x for x in layouts_of(row["file"][4]).values() if (x.versions[1] == 42) == newest),
            key=lambda layout: layout.record_length,
        )
        field = layout.fields[row["field"]]
        assert (field.start + 1, field.end) == (int(row["start"]), int(row["end"]))
