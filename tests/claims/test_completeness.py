"""What a contract's years need, and what of it lacks: by names, and by what the claims show."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from openvbc.claims.completeness import Expected, MeasuredYear, completeness
from openvbc.claims.data_notes import data_checks, data_notes, refuse_to_settle
from openvbc.claims.report import ControlTotal, FileRows, HeldReport, Received, StoreReport
from openvbc.errors import InputError

YEARS = (2021, 2022, 2023, 2024)


def expected(as_of: dt.date | None = None, gives: tuple[str, ...] = ()) -> Expected:
    measured = (MeasuredYear(y, dt.date(y, 1, 1), dt.date(y, 12, 31)) for y in YEARS)
    return Expected("A9001", tuple(measured), as_of, gives)


def months(first: int, last: int, lines: int) -> dict[str, int]:
    return {f"{y}-{m:02d}": lines for y in range(first, last + 1) for m in range(1, 13)}


def report(every: int = 1, **changes: object) -> StoreReport:
    """Everything there: a delivery every so many months, a run-out a year, months of all kinds."""
    held = [
        Received("monthly", y, f"{y}-{m:02d}-26") for y in YEARS for m in range(every, 13, every)
    ]
    held += [Received("run-out", y, f"{y + 1}-04-20") for y in YEARS]
    store_report = StoreReport(Path("store"), 1, deliveries=sorted(held, key=lambda d: str(d.date)))
    store_report.organizations = ["A9001"]
    store_report.enrollment_sources = dict.fromkeys(YEARS, "eligibility.csv")
    store_report.months = {
        "service": months(2020, 2024, 900),
        "loaded": months(2020, 2024, 900) | {f"2025-0{m}": 90 for m in range(1, 5)},
        "covered": months(2020, 2024, 400),
    }
    for name, value in changes.items():
        setattr(store_report, name, value)
    return store_report


def said(store: StoreReport, wanted: Expected | None = None) -> list[str]:
    return [f.subject for f in completeness(store, wanted or expected()) if f.severity == "error"]


@pytest.mark.parametrize("every", [1, 2, 3, 6, 12])
def test_where_everything_is_there_nothing_is_said(every: int) -> None:
    assert completeness(report(every), expected()) == []


@pytest.mark.parametrize("every", [1, 3, 6])
def test_each_delivery_that_is_taken_away_is_missed(every: int) -> None:
    whole = report(every).deliveries
    for one in whole:
        left = [other for other in whole if other != one]
        store_report = report(every, deliveries=left)
        if one == whole[0]:  # the first brought the history: its claims are gone with it
            service = dict(store_report.months["service"])
            for year, month in ((2020, m) for m in range(8, 13)):
                service[f"{year}-{month:02d}"] = 10
            for month in range(1, every + 1):
                service[f"2021-{month:02d}"] = 10
            store_report.months["service"] = service
        assert said(store_report), one


def test_a_new_organisation_gets_its_history_with_the_first_delivery() -> None:
    held = [one for one in report().deliveries if one.year == 2024][2:]  # from March 2024
    assert said(report(deliveries=held)) == []


def test_in_the_year_only_what_is_due_is_asked_for() -> None:
    held = [one for one in report().deliveries if str(one.date) < "2024-07-01"]
    assert said(report(deliveries=held), expected(dt.date(2024, 7, 10))) == []
    assert "monthly delivery 2024-07" in said(report(deliveries=held))


def test_months_with_few_lines_and_months_without_loading() -> None:
    store_report = report()
    for month in ("2022-03", "2022-04"):
        store_report.months["service"][month] = 250
    del store_report.months["loaded"]["2023-05"]
    assert said(store_report) == ["thin months 2022-03 to 2022-04", "load months 2023-05"]


def test_coverage_that_ends_early_or_is_of_another_year() -> None:
    store_report = report(enrollment_sources=dict.fromkeys(YEARS[:3], "eligibility.csv"))
    assert said(store_report) == ["coverage 2024"]
    store_report = report()
    for month in range(7, 13):
        store_report.months["covered"][f"2024-{month:02d}"] = 100
    assert said(store_report) == ["coverage 2024-07 to 2024-12"]


def held_reports(last_quarter: int, people: int = 500) -> list[HeldReport]:
    years = [HeldReport(y, 5, y, True, 500) for y in YEARS[:3]]
    return [*years, HeldReport(2024, last_quarter, 2024, True, people)]


def test_assignment_reports_are_asked_for_where_they_decide() -> None:
    sources = dict.fromkeys(YEARS, "ALR")
    whole = report(enrollment_sources=sources, assignment_reports=held_reports(4))
    assert said(whole) == []
    cut = report(enrollment_sources=sources, assignment_reports=held_reports(3))
    assert said(cut) == ["assignment report 2024"]
    assert said(cut, expected(dt.date(2024, 10, 5))) == []
    few = report(enrollment_sources=sources, assignment_reports=held_reports(4, 200))
    assert said(few) == ["size of assignment report 2024"]
    unused = report(assignment_reports=held_reports(3))
    assert said(unused) == []
    assert said(unused, expected(gives=("risk scores",))) == ["assignment report 2024"]


def test_files_of_another_organisation() -> None:
    assert said(report(organizations=["A9001", "A7777"])) == ["organisation A7777"]


def wrong(tmp_path: Path) -> StoreReport:
    total = ControlTotal("monthly 2024-06-26", "CCLF5", 9, 7, 388, 388, "CCLF0 says 9, there are 7")
    lost = FileRows("x.csv", "coverage_span", 4, 0, {"no date": 4})
    store_report = report(control_totals=[total], waterfall=[lost], folder=tmp_path)
    (tmp_path / "participant").mkdir()
    return store_report


def test_what_stops_a_settlement_and_what_accepting_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openvbc.claims.data_notes.list_checks", lambda engine, report: [])
    checks = data_checks(wrong(tmp_path), expected())
    with pytest.raises(InputError, match="VBC-188"):
        refuse_to_settle(checks)
    accepted = {"CCLF5 of monthly 2024-06-26": "CMS says so", "X.CSV": "empty"}
    checks = data_checks(wrong2 := wrong_again(tmp_path), expected(), accepted)
    assert wrong2.control_totals
    refuse_to_settle(checks)
    notes = data_notes(checks)
    assert all(note.startswith(("Accepted", "Data warning")) for note in notes)
    assert any("CMS says so" in note for note in notes)
    checks = data_checks(wrong_again(tmp_path), expected(), {"CCLF6": "a slip"})
    assert any("accepts what is not found" in note for note in data_notes(checks))


def wrong_again(tmp_path: Path) -> StoreReport:
    (tmp_path / "participant").rmdir()
    return wrong(tmp_path)
