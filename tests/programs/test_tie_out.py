"""A generated set of CMS's reports with planted gaps: every one is found, and sized."""

import csv
import datetime as dt
from decimal import Decimal

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.engine.reading import reading
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.made_again import made_again
from openvbc.programs.mssp.tie_out.gaps import gap_of
from openvbc.programs.mssp.tie_out.own_lines import own_lines
from openvbc.programs.mssp.tie_out.reports import read_reports
from openvbc.programs.mssp.tie_out.tie_out import tie_out_listings
from openvbc.run import Run
from programs.cms_reports import benchmark_workbook, expenditure_report

NAME = "P.A9001.ACO.QEXPU.D249999.T0100000.xlsx"
COMPONENTS = {
    "Hospital Inpatient Facility, Short-Term Stay": "INPATIENT_SHORT_TERM",
    "Skilled Nursing Facility": "SKILLED_NURSING",
    "Outpatient Facility": "OUTPATIENT",
    "Part B Physician/Supplier": "PHYSICIAN_AND_SUPPLIER",
    "Home Health": "HOME_HEALTH",
}
RATES = {
    "Short-Term Hospital Discharges": "INPATIENT_SHORT_TERM",
    "Emergency Department Visits": "EMERGENCY_DEPARTMENT",
}


def test_the_causes_of_a_gap_by_hand():
    # CMS 102 person-years at 11,000 = 1,122,000; ours 98 at 10,000 = 980,000: gap 142,000.
    # 3 person-years opted out: 30,000; 102 - 98 - 3 = 1 more: 10,000; known later 50,000;
    # 142,000 - 30,000 - 10,000 - 50,000 = 52,000 are left.
    d = Decimal
    gap = gap_of("PY", (d(102), d(11000)), (d(98), d(10000)), d(3), d(50000))
    assert (gap.gap, gap.opt_outs, gap.person_years) == (142000, 30000, 10000)
    assert (gap.run_out, gap.left) == (50000, 52000)


@pytest.fixture(scope="module")
def own(finished):
    with reading() as engine:
        return dict(own_lines(Run.open(finished / "run"), engine))


def as_cms_says(own, period="PY"):
    """The run's own numbers in the form of a report, before gaps are planted."""

    def of(measure):
        return {k[2]: v for k, v in own.items() if k[:2] == (period, measure)}

    return {
        "persons": own[period, "persons", ""],
        "person_years": of("person_years"),
        "per_capita": of("per_capita"),
        "risk_score": of("risk_score"),
        "component": {w: of("component").get(c, Decimal(0)) for w, c in COMPONENTS.items()},
        "utilization": {w: of("utilization").get(c, Decimal(0)) for w, c in RATES.items()},
        "non_claims": own.get((period, "non_claims", ""), Decimal(0)),
        "declined": 0,
    }  # fmt: skip


def rows_of(listing):
    heads = [field.label for field in listing.fields]
    return [dict(zip(heads, row, strict=True)) for row in listing.rows]


def test_reports_that_say_what_the_run_says_leave_no_gap(finished, own, tmp_path):
    expenditure_report(tmp_path / NAME, as_cms_says(own), 2024)
    lines, causes, unknown = tie_out_listings(Run.open(finished / "run"), [tmp_path / NAME])
    for row in rows_of(lines):
        if row["Own"] is not None:
            assert abs(row["Difference"]) < Decimal("0.06"), row
    (cause,) = rows_of(causes)
    assert abs(cause["Left"]) < 5
    assert [row["Label"] for row in rows_of(unknown)] == ["Something CMS added this year"]


def test_every_planted_gap_is_found_and_sized(finished, own, tmp_path):
    said = as_cms_says(own)
    years, per_capita = said["person_years"][""], said["per_capita"][""]
    # 4 people declined data sharing, whole years; CMS counts 1.5 person-years more besides;
    # substance use suppression keeps 2% of the per capita from us.
    people = said["persons"]
    run = Run.open(finished / "run")
    assigned = {r["person_id"] for r in run.table("population").rows(
        "period = 'PY' and population = 'ASSIGNED'")}  # fmt: skip
    said["declined"] = 4
    said["persons"] = people + 4
    more = (years + Decimal("1.5")) * 4 / people  # as the report's own mean months will say
    all_years = years + Decimal("1.5") + more
    with reading() as engine:
        made_again(run, engine, ["payment_month"])
        months = engine.rows("select * from payment_month where period = 'PY'")
    later = sum(
        row["amount"]
        for row in months
        if row["set_aside"] == "KNOWN_LATER" and row["person_id"] in assigned
    )  # CMS made its report in December of the next year
    assert later
    said["person_years"] |= {"": all_years}
    said["per_capita"] |= {"": per_capita * Decimal("1.02") + later / all_years}
    said["component"]["Outpatient Facility"] *= Decimal("1.10")
    said["utilization"]["Emergency Department Visits"] += 25
    expenditure_report(tmp_path / NAME, said, 2024)
    lines, causes, _ = tie_out_listings(
        Run.open(finished / "run"), [tmp_path / NAME], dt.date(2025, 12, 31)
    )
    (cause,) = rows_of(causes)
    cents = Decimal(2)
    assert cause["Gap"] == cause["CMS"] - cause["Own"]
    assert abs(cause["Opt-outs"] - more * per_capita) < cents
    assert abs(cause["Person-years"] - Decimal("1.5") * per_capita) < cents
    assert cause["Run-out"] == later
    left = all_years * per_capita * Decimal("0.02")
    assert abs(cause["Left"] - left) < 10
    parts = [cause[name] for name in ("Opt-outs", "Person-years", "Run-out", "Left")]
    assert abs(sum(parts) - cause["Gap"]) <= Decimal("0.03")
    by_line = {(r["Line"], r["Of"]): r for r in rows_of(lines)}
    outpatient = by_line["Component", "Outpatient"]
    assert abs(outpatient["Part"] - Decimal(1) / 11) < Decimal("0.001")
    assert abs(by_line["Utilization", "Emergency department"]["Difference"] - 25) < Decimal("0.1")
    assert by_line["Persons", ""]["Difference"] == 4
    skilled = by_line["Component", "Skilled nursing"]
    assert abs(skilled["Difference"]) < Decimal("0.01")


def test_a_benchmark_workbook_is_read_by_year_and_type(finished, own, tmp_path):
    path = tmp_path / "P.A9001.ACO.BNMRK.D249999.T0100000.xlsx"
    by_year = [as_cms_says(own, period) for period in ("BY1", "BY2", "BY3")]
    by_year[1]["per_capita"] = {**by_year[1]["per_capita"], "DISABLED": Decimal("99999.00")}
    benchmark_workbook(path, by_year)
    lines = rows_of(tie_out_listings(Run.open(finished / "run"), [path])[0])
    wrong = [r for r in lines if r["Own"] is not None and abs(r["Difference"]) > Decimal("0.01")]
    assert [(r["Year"], r["Line"], r["Of"]) for r in wrong] == [("BY2", "Per capita", "Disabled")]
    assert {r["Year"] for r in lines} == {"BY1", "BY2", "BY3"}
    assert {r["Line"] for r in lines} == {"Persons", "Person years", "Per capita", "Risk score"}


def test_people_on_cms_s_list_are_held_against_ours(finished, tmp_path):
    run = Run.open(finished / "run")
    ours = [r["person_id"] for r in run.table("assignment").rows("is_assigned and period = 'PY'")]
    path = tmp_path / "P.A9001.ACO.QALR.2024Q4.D249999.T0100000_1-1.csv"
    flags = [f"ENROLLFLAG{n}" for n in range(1, 13)]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["BENE_MBI_ID", *flags])
        for person in ours[:-2]:  # two of ours are not on it
            writer.writerow([person, *["4"] * 12])
        for person in ("9ZZ9ZZ9ZZ91", "9ZZ9ZZ9ZZ92"):  # two whose claims never came: 12 + 6 months
            writer.writerow([person, *["4"] * 6, *(["0"] * 6 if person[-1] == "2" else ["4"] * 6)])
    (table,) = rows_of(tie_out_listings(run, [path])[1])
    assert table["People"] == len(ours)
    assert table["Also assigned here"] == len(ours) - 2
    assert table["Of them without claims"] == 2
    assert table["Assigned here, not listed"] == 2


def test_files_that_are_no_reports_are_refused(finished, own, tmp_path):
    run = Run.open(finished / "run")
    nameless = tmp_path / "report.xlsx"
    expenditure_report(nameless, as_cms_says(own), 2024)
    with pytest.raises(InputError, match="not known which report"):
        tie_out_listings(run, [nameless])
    empty = tmp_path / NAME.replace("xlsx", "csv")
    empty.write_text("nothing,here\n1,2\n")
    with pytest.raises(InputError, match="no line that is known"):
        read_reports([empty])
    other = tmp_path / "P.A9001.ACO.AEXPU.Y2012.D249999.T0100000.xlsx"
    expenditure_report(other, as_cms_says(own), 2012)
    with pytest.raises(EmptyResult, match="none of the reports"):
        tie_out_listings(run, [other])


def test_the_command_prints_and_writes_every_list(finished, own, tmp_path):
    expenditure_report(tmp_path / NAME, as_cms_says(own), 2024)
    said = CliRunner().invoke(
        app, ["tie-out", str(finished), str(tmp_path / NAME), "--csv", str(tmp_path / "out")]
    )
    assert said.exit_code == 3, said.exception  # a row of the report was not understood
    assert "Why the dollars differ" in said.output
    assert (tmp_path / "out" / "tie_out.csv").exists()
