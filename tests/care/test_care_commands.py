"""vbc billing, equity and effect as a user runs them: bad rows, workbooks, what is refused."""

import csv
import datetime as dt
from decimal import Decimal
from types import SimpleNamespace

import openpyxl
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.programs.care_billing.read_logs import read_logs

OURS = "100000001"
FIRST, SECOND, IN_MODEL = "1AB00000000", "1AB00000001", "1AB00000021"
LOGS = {
    "time_log.csv": [
        "member_id,service_date,minutes,staff_type,service,tin",
        f"{FIRST},2024-05-10,1441,clinical_staff,CCM,{OURS}",
        f"{FIRST},2024-05-10,0,clinical_staff,CCM,{OURS}",
        f"{FIRST},2024-05-10,20,gardener,CCM,{OURS}",
        f"{FIRST},2024-05-11,20,clinical_staff,XYZ,{OURS}",
        f"9ZZ99999999,2024-05-11,20,clinical_staff,CCM,{OURS}",
        f"{FIRST},2024-05-12,20,clinical_staff,CCM,{OURS}",
        f"{IN_MODEL},2024-05-12,25,clinical_staff,CCM,{OURS}",
        f"{IN_MODEL},2024-05-12,25,clinical_staff,CCM,{OURS}",  # the same row again
        f"{SECOND},2024-05-13,900,clinical_staff,CCM,{OURS}",  # with the next, longer than a day
        f"{SECOND},2024-05-13,600,clinical_staff,CCM,{OURS}",
    ],
    "contact_log.csv": [
        "member_id,discharge_date,contact_date,kind,tin",
        f"{FIRST},2024-05-10,2024-05-09,contact,{OURS}",
    ],
    "device_data.csv": [
        "member_id,service_month,data_days,device,tin",
        f"{FIRST},2024-05,17,RPM supply,{OURS}",
        f"{FIRST},2024-05,12,RPM supply,{OURS}",
    ],
    "person_fact.csv": [
        "member_id,first_date,last_date,chronic_conditions",
        f"{SECOND},2024-01-01,,3",
        f"{SECOND},2024-03-01,2024-12-31,1",
    ],
    "model_member.csv": ["member_id,model,first_date,tin", f"{FIRST},E0M,2024-01-01,{OURS}"],
    "panel.csv": [
        "member_id,first_date,last_date,tin",
        f"{SECOND},2024-01-01,,{OURS}",
        f"{SECOND},2024-03-01,2024-04-30,100000002",
    ],
    "fee_schedule.csv": [
        "code,first_date,last_date,allowed_amount",
        "99490,2024-01-01,,60.00",
        "99490,2024-06-01,,61.00",
        "12345,2024-01-01,,10.00",
    ],
    "model_agreement.csv": ["model,code,first_date,last_date", "eom,99490,2024-01-01,"],
}
REASONS = (
    "minutes over a day's length, or none", "staff_type: not one of", "a service that the rules",
    "a person that no claim feed names", "a contact before the discharge",
    "two owners for one person at a time", "a second amount for a code on the same days",
    "a code that the rules do not hold", "the same row again",
    "minutes of one day that are together longer than a day", "two counts of days for one month",
    "two facts of one person for the same days",
    "a model that neither the rules nor an agreement names",
    "fee_schedule.csv has no amount for", "1 of the practices asked for have no line",
)  # fmt: skip


def run(*words):
    return CliRunner().invoke(app, [str(word) for word in words], env={"COLUMNS": "300"})


@pytest.fixture(scope="module")
def judged(billing_sample, tmp_path_factory):
    folder = tmp_path_factory.mktemp("bad") / "logs"
    folder.mkdir()
    for name, lines in LOGS.items():
        (folder / name).write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = folder / "out"
    said = run(
        "billing", billing_sample, "--logs", folder, "--first", "2024-05", "--last", "2024-05",
        "--practice", OURS, "--practice", "999999999", "--output", out,
    )  # fmt: skip
    return said, out


def test_every_bad_row_is_set_aside_with_its_reason(judged):
    said, _ = judged
    assert said.exit_code == 3, said.output
    for reason in REASONS:
        assert reason in said.output, reason
    assert FIRST not in said.output


def test_an_agreement_the_user_loads_denies_where_the_shipped_list_only_doubts(judged):
    _, out = judged
    with DuckDBEngine(threads=1) as engine:
        engine.register("v", out / "tables" / "billed_verdict")
        rows = engine.rows("select rule_id, verdict from v where rule_id in ('M01', 'M02')")
    assert [tuple(row.values()) for row in rows] == [("M01", "deny")]


def test_a_list_opens_as_a_workbook_one_can_filter(judged):
    _, out = judged
    book = openpyxl.load_workbook(out / "lists.xlsx")
    sheet = book["Eligible, never billed"]
    assert sheet.freeze_panes == "B5"
    assert [each.ref[:3] for each in sheet.tables.values()] == ["A4:"]
    assert [cell.value for cell in sheet[4]][:3] == ["Person", "Practice", "Service"]
    assert sheet.max_row > 4


def test_work_for_a_person_who_had_died_is_set_aside(tmp_path):
    """The log of a day after the death; the day itself may have been before it."""
    (tmp_path / "contact_log.csv").write_text(
        "member_id,contact_date,kind,tin\n"
        f"A,2024-05-10,contact,{OURS}\nA,2024-05-11,contact,{OURS}\n", encoding="utf-8",
    )  # fmt: skip
    tables = {
        "person": {"person_id": "string", "death_date": "date"},
        "person_identifier": {"member_id": "string", "person_id": "string"},
    }
    with DuckDBEngine(threads=1) as engine:
        for name, columns in tables.items():
            value = "2024-05-10" if name == "person" else "A"
            engine.register_rows("made", columns, [("A", value)])
            engine.materialise("select * from made", tmp_path / f"{name}.parquet")
        store = SimpleNamespace(parts=lambda name: [tmp_path / f"{name}.parquet"])
        logs = read_logs(tmp_path, engine, store)
    kept = [row["contact_date"] for row in logs.rows["transition_contact"]]
    assert kept == [dt.date(2024, 5, 10)]
    assert dict(logs.files[0].set_aside) == {"a day after the death of the person": 1}


def test_a_practice_that_is_none_is_refused(billing_sample, tmp_path):
    said = run("billing", billing_sample, "--practice", "ours", "--output", tmp_path / "out")
    assert "not a taxpayer number" in str(said.exception or said.output)


def test_a_month_that_is_none_is_refused(billing_sample, tmp_path):
    said = run("billing", billing_sample, "--first", "May", "--output", tmp_path / "out")
    assert said.exit_code != 0
    assert "this is no month" in str(said.exception or said.output)


def test_needs_and_strata_of_a_store(billing_sample, tmp_path):
    names = {
        "screening.csv": (
            ("member_id", "screening_date", "instrument", "code", "answer"),
            [(f"1AB{n:08d}", "2024-05-01", "AHC-HRSN", code, answer)
             for n in range(20)
             for code, answer in (("71802-3", "steady place"), ("96778-6", "none"),
                                  ("88122-7", "often" if n < 15 else "never"),
                                  ("88123-5", "never"), ("93030-5", "no"), ("96779-4", "no"),
                                  ("95614-4", "4"))],
        ),
        "area.csv": (("member_id", "level", "area_code"), [(FIRST, "tract", "nowhere!")]),
        "stratum.csv": (("member_id", "division", "stratum"),
                        [(f"1AB{n:08d}", *value) for n in range(30)
                         for value in (("language", "es" if n < 4 else "en"),
                                       ("practice", "A" if n % 2 else "B"))]),
    }  # fmt: skip
    for name, (heads, rows) in names.items():
        with (tmp_path / name).open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([heads, *rows])
    out = tmp_path / "out"
    said = run("equity", billing_sample, "--files", tmp_path, "--as-of", "2024-06-30",
               "--within", "practice", "--output", out)  # fmt: skip
    assert said.exit_code == 3, said.output  # the area code is none
    with DuckDBEngine(threads=1) as engine:
        engine.register("needs", out / "needs.parquet")
        (food,) = engine.rows("select * from needs where need = 'food'")
        engine.register("strata", out / "strata.parquet")
        language = engine.rows("select * from strata where divided_by = 'language'")
        engine.register("people", out / "people" / "open_needs.parquet")
        (open_needs,) = engine.rows("select count(*) as n from people")
        engine.register("gaps", out / "people" / "gap_parts.parquet")
        (gap,) = engine.rows(
            "select * from gaps where divided_by = 'language' and measure = 'screened whole'"
        )
    assert food["positive_of_those_screened"] == 15
    assert open_needs["n"] == 15
    assert not (out / "gap_parts.parquet").exists()  # it follows from few people a practice
    # es: 4 of 4 screened. en: 8 of 13 of A and 8 of 13 of B. The same share of both everywhere.
    assert (gap["providers"], gap["of_these_with_people_of_both"]) == (2, 2)
    assert gap["gap"] == gap["within"] == round(1 - Decimal(16) / 26, 6)
    assert gap["between"] == 0
    small = [row for row in language if row["stratum"] == "es"]
    assert small
    assert all(row["remark"] == "hidden" and row["people"] is None for row in small)


def test_too_few_people_give_no_effect(billing_sample, tmp_path):
    pytest.importorskip("statsmodels")
    (tmp_path / "program.csv").write_text(
        f"member_id,start_date\n{FIRST},2024-03-01\n{FIRST},2024-04-01\n", encoding="utf-8"
    )
    said = run("effect", billing_sample, "--files", tmp_path, "--output", tmp_path / "out")
    assert said.exit_code != 0
    assert "fewer than 20 people" in str(said.exception or said.output)
