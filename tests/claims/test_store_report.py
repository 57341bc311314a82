"""A store's report is the same when it is read again: nothing a check looks at is lost."""

from dataclasses import fields

from openvbc.claims.report import (
    ControlTotal,
    FileRows,
    Finding,
    Gap,
    HeldReport,
    Received,
    StoreReport,
)

NOT_SAVED = {"replaced", "renamed", "work"}
"""What only a build needs."""


def of_annotation(kind, names):
    """An instance of a record with a value in every field."""
    return kind(**{f.name: names.get(f.name, "x" if "str" in str(f.type) else 1) for f in
                   fields(kind)})  # fmt: skip


def test_every_field_is_read_again(tmp_path):
    """Filled throughout, so that a field that is not read shows: its default is another value."""
    filled = StoreReport(
        tmp_path, 4, "key", ["person"], {"person": 1}, {"person": 2}, {"person": "sha"},
        [of_annotation(FileRows, {"set_aside": {"why": 1}})], [of_annotation(ControlTotal, {})],
        [of_annotation(Gap, {})], [of_annotation(Finding, {})], [2024], {2024: "eligibility"},
        [of_annotation(Received, {})], [of_annotation(HeldReport, {})], ["A9001"],
        {"service": {"2024-03": 1}},
    )  # fmt: skip
    again = StoreReport.of_content(tmp_path, filled.content())
    empty = StoreReport(tmp_path, 4)
    for each in fields(StoreReport):
        if each.name in NOT_SAVED | {"folder", "buckets"}:
            continue
        assert getattr(filled, each.name) != getattr(empty, each.name), each.name
        assert getattr(again, each.name) == getattr(filled, each.name), each.name
