"""What a roster, rate book or division cannot say is refused with field, value and rule."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.engine.table import SmallTable, Table
from openvbc.errors import InputError
from openvbc.programs.capitation.division import read_division
from openvbc.programs.capitation.lists import read_rates, read_roster
from openvbc.programs.capitation.roster_contradictions import refuse_contradictions
from openvbc.programs.capitation.shown import _funds
from openvbc.programs.claims_program import Workbench
from openvbc.programs.one_value_a_person import refuse_two_values
from openvbc.programs.reach.project import MEMBER_SCORES
from openvbc.steps import capitation
from openvbc.steps.capitation import LAST_DAY, RosterChange, Terms

HEAD = "member_id,action,first_day,last_day,rate_cell,received_on,area,risk_score,plan"
GOOD = "M1,ADDITION,2025-01-01,,ADULT,2024-12-20,,1.1,A"


def roster(folder, *lines):
    path = folder / "roster.csv"
    path.write_text("\n".join([HEAD, GOOD, *lines]) + "\n")
    return read_roster(path, {"ADULT"}, {""}, True)


@pytest.mark.parametrize(
    ("line", "column", "said"),
    [
        ("M2,ADDITION,2025-03-01,2025-02-01,ADULT,2025-01-01,,1,A", "last_day", "negative"),
        ("M2,ADDITION,2025-03-01,,CHILD,2025-01-01,,1,A", "rate_cell", "does not define"),
        ("M2,ADDITION,2025-03-01,,ADULT,2025-01-01,NORTH,1,A", "area", "no factor"),
        ("M2,ADDITION,2025-03-01,,ADULT,2025-01-01,,,A", "risk_score", "without risk score"),
        ("M2,ADDITION,,,ADULT,2025-01-01,,1,A", "first_day", "without its first day"),
        ("M2,TERMINATION,,,,2025-01-01,,,A", "last_day", "without its last day"),
        ("M1,ADDITION,2025-06-01,,ADULT,2025-05-01,,1,B", "plan", "two plans in one month"),
        ("M1,ADDITION,2025-06-01,,ADULT,2024-12-20,,1.2,A", "risk_score", "received on one day"),
    ],
)
def test_a_roster_row_that_cannot_be_meant(tmp_path, line, column, said):
    with pytest.raises(InputError, match=said) as refused:
        roster(tmp_path, line)
    place = refused.value.place
    assert (place.line, place.column) == (3, column)
    assert "M2" not in str(refused.value)
    assert "M1" not in str(refused.value)


def test_a_member_who_moves_from_plan_to_plan_is_in_one_at_a_time(tmp_path):
    changes = roster(
        tmp_path, "M1,ADDITION,2025-06-01,,ADULT,2025-05-01,,1,B",
        "M1,TERMINATION,,2025-05-31,,2025-05-02,,,A",
    )  # fmt: skip
    assert len(changes) == 3


def test_two_identifiers_of_one_person_contradict_each_other(tmp_path):
    """M9 is M1: received on one day, 1.1 and 1.2; the day after, the later word stands."""
    one_day = roster(tmp_path, "M9,ADDITION,2025-06-01,,ADULT,2024-12-20,,1.2,A")
    with pytest.raises(InputError, match="two rows received on one day") as refused:
        refuse_contradictions(one_day, "roster.csv", {"M9": "M1"})
    assert (refused.value.place.line, refused.value.place.column) == (3, "risk_score")
    assert "M9" not in str(refused.value)
    later = roster(tmp_path, "M9,ADDITION,2025-06-01,,ADULT,2024-12-21,,1.2,A")
    refuse_contradictions(later, "roster.csv", {"M9": "M1"})
    other_plan = roster(tmp_path, "M9,ADDITION,2025-06-01,,ADULT,2024-12-21,,1.2,B")
    with pytest.raises(InputError, match="two plans"):
        refuse_contradictions(other_plan, "roster.csv", {"M9": "M1"})


def test_a_list_that_gives_a_person_two_scores_under_two_identifiers(tmp_path):
    """M2 is M1 and has another score; M4 is M3 and has the same: one fault, in line 3."""
    path = tmp_path / "member_scores.csv"
    rows = [("M1", "1.1"), ("M2", "1.2"), ("M3", "0.9"), ("M4", "0.9")]
    path.write_text("member_id,risk_score\n" + "".join(f"{m},{s}\n" for m, s in rows))
    columns = {"member_id": "string", "risk_score": "decimal(9,6)"}
    known = {"member_id": "string", "person_id": "string"}
    with DuckDBEngine() as engine:
        engine.register_rows("k", known, [("M1", "M1"), ("M2", "M1"), ("M3", "M3"), ("M4", "M3")])
        engine.materialise("select * from k", tmp_path / "k.parquet")
        store = [Table("person_identifier", (tmp_path / "k.parquet",), "")]
        bench = Workbench(engine, store, tmp_path)
        scored = SmallTable("scored_member", columns, rows)
        with pytest.raises(InputError, match="gives 1 person two values of risk score") as refused:
            refuse_two_values(bench, scored, "risk_score", path, MEMBER_SCORES)
        assert refused.value.place.line == 3
        assert "M2" not in str(refused.value)
        agreeing = SmallTable("scored_member", columns, rows[2:])
        refuse_two_values(bench, agreeing, "risk_score", path, MEMBER_SCORES)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2024,ADULT,900.00", "another year"),
        ("2025,ADULT,900.00", "is given twice"),
        ("2025,CHILD,-1.00", "negative"),
        ("2025,CHILD,much", "cannot be used"),
    ],
)
def test_a_rate_book_that_cannot_be_used(tmp_path, line, said):
    path = tmp_path / "rates.csv"
    path.write_text(f"contract_year,rate_cell,rate\n2025,ADULT,950.00\n{line}\n")
    with pytest.raises(InputError, match=said):
        read_rates(path, None, 2025, Decimal(1))


def test_a_service_in_two_funds(tmp_path):
    path = tmp_path / "division.csv"
    path.write_text(
        "service,fund,claim_kind\nvisits,GROUP,professional\nvisits,PLAN,professional\n"
    )
    with pytest.raises(InputError, match="a service is in two funds"):
        read_division(path)


def test_a_column_that_is_not_understood(tmp_path):
    path = tmp_path / "division.csv"
    path.write_text("service,fund,claim_kind,hcpcs\nvisits,GROUP,professional,99213\n")
    with pytest.raises(InputError, match="not understood"):
        read_division(path)


YEAR = dt.date(2025, 1, 1)
MONTHS = [first for _, first, _ in capitation.months(YEAR, 12)]
TERMS = Terms(
    dt.date(2026, 3, 31), 3, True, Decimal(35), False, Decimal(1), Decimal(1), Decimal(1),
    None, None,
)  # fmt: skip
RATES = [("ADULT", "", Decimal("950.00")), ("SENIOR", "", Decimal("1210.55"))]
WANTED = ("capitation_line", "capitated_month")


def runs_of(folder, roster, count=12, terms=TERMS):
    """Lines and months of a roster through the steps."""
    days = capitation.run_days(YEAR, count, terms.known_by)
    small = capitation.tables(roster, RATES, [], [], [], terms, YEAR, count, days)
    identifiers = SmallTable(
        "person_identifier", {"member_id": "string", "person_id": "string"}, []
    )
    steps = Pipeline(capitation.steps()).needed_for(WANTED)
    with DuckDBEngine() as engine:
        made = steps.run(engine, [], [*small, identifiers], folder)
        for name in WANTED:
            engine.register(name, made[name].table.parts)
        return [engine.rows(f"select * from {name}") for name in WANTED]


def added(member, month, cell, risk, received):
    return RosterChange(member, True, month, LAST_DAY, cell, "", risk, received)


def ended(member, last, received):
    return RosterChange(member, False, None, last, "", "", Decimal(1), received)


def test_a_late_termination_is_an_adjustment_of_the_original_month(tmp_path):
    """Paid 950 x 1.1 - 35 = 1,010 for January to March; in April told of leaving in January."""
    lines, months = runs_of(
        tmp_path / "t",
        [
            added("M1", MONTHS[0], "ADULT", Decimal("1.1"), dt.date(2024, 12, 20)),
            ended("M1", dt.date(2025, 1, 31), dt.date(2025, 3, 15)),
        ],
    )
    told = sorted((r["run_number"], r["month_number"], r["kind"], r["amount"]) for r in lines)
    paid = Decimal("1010.00")
    assert told == [
        (1, 1, "ORIGINAL", paid), (2, 2, "ORIGINAL", paid), (3, 3, "ORIGINAL", paid),
        (4, 2, "ADJUSTMENT", -paid), (4, 3, "ADJUSTMENT", -paid),
    ]  # fmt: skip
    assert [(r["month_number"], r["amount"]) for r in months] == [(1, paid)]


def test_a_risk_sweep_is_paid_in_arrears_at_the_original_rate(tmp_path):
    """The score of January to June, 1.1, becomes 1.2 in July: 95 more for the months in reach."""
    lines, _ = runs_of(
        tmp_path / "t",
        [
            added("M1", MONTHS[0], "ADULT", Decimal("1.1"), dt.date(2024, 12, 20)),
            added("M1", MONTHS[0], "ADULT", Decimal("1.2"), dt.date(2025, 6, 20)),
        ],
    )
    swept = {r["month_number"]: r["amount"] for r in lines if r["run_number"] == 7}
    assert swept == {4: 95, 5: 95, 6: 95, 7: 1105}


CHANGES = st.lists(
    st.tuples(
        st.sampled_from("AB"), st.booleans(), st.integers(0, 11),
        st.sampled_from(["ADULT", "SENIOR"]), st.integers(50, 300), st.integers(0, 420),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(deadline=None, max_examples=8, phases=[Phase.generate])
@given(CHANGES)
def test_lines_add_up_to_the_months_and_a_month_less_costs_its_rate(tmp_path_factory, drawn):
    roster = [
        added(m, MONTHS[at], cell, Decimal(risk) / 100, YEAR + dt.timedelta(days - 30))
        if adds
        else ended(m, MONTHS[at], YEAR + dt.timedelta(days - 30))
        for m, adds, at, cell, risk, days in drawn
    ]
    endless = Terms(*[36 if n == 1 else v for n, v in enumerate(vars(TERMS).values())])
    folder = tmp_path_factory.mktemp("runs")
    lines, months = runs_of(folder / "all", roster, terms=endless)
    revenue = sum(row["amount"] for row in lines)
    assert revenue == sum(row["amount"] for row in months)
    own = sorted((row for row in months if row["person_id"] == "A"),
                 key=lambda row: row["month_number"])  # fmt: skip
    if not own:
        return
    last = own[-1]
    before = MONTHS[last["month_number"] - 1] - dt.timedelta(1)
    fewer = [*roster, ended("A", before, dt.date(2026, 3, 1))]
    lines, _ = runs_of(folder / "fewer", fewer, terms=endless)
    assert revenue - sum(row["amount"] for row in lines) == last["amount"]


@pytest.mark.slow
def test_a_hundred_thousand_members_and_36_months_take_seconds(tmp_path):
    import time

    roster = [
        added(f"M{n}", YEAR, "ADULT", Decimal(80 + n % 100) / 100, dt.date(2024, 12, 1))
        for n in range(100_000)
    ]
    roster += [
        ended(f"M{n}", dt.date(2025 + n % 3, 1 + n % 12, 28), dt.date(2025 + n % 3, 12, 15))
        for n in range(0, 100_000, 10)
    ]
    terms = Terms(*[dt.date(2028, 3, 31) if n == 0 else v
                    for n, v in enumerate(vars(TERMS).values())])  # fmt: skip
    began = time.process_time(), time.perf_counter()
    lines, months = runs_of_counted(tmp_path / "big", roster, terms)
    used = time.process_time() - began[0]
    print(f"{used:.1f} CPU seconds, {time.perf_counter() - began[1]:.1f} s, {lines:,} lines")
    assert months > 3_000_000
    assert used <= 20  # measured: 10.2 CPU seconds on a busy two-core machine


def runs_of_counted(folder, roster, terms):
    days = capitation.run_days(YEAR, 36, terms.known_by)
    small = capitation.tables(roster, RATES, [], [], [], terms, YEAR, 36, days)
    identifiers = SmallTable(
        "person_identifier", {"member_id": "string", "person_id": "string"}, []
    )
    steps = Pipeline(capitation.steps()).needed_for(WANTED)
    with DuckDBEngine(threads=2) as engine:
        made = steps.run(engine, [], [*small, identifiers], folder)
        return tuple(made[name].rows for name in WANTED)


def test_lines_in_no_fund_or_in_two_are_listed_without_a_service():
    """The report of a run that cannot be settled names them; it ended in an error."""
    shares = dict.fromkeys(("group_fund_share", "hospital_fund_share", "shared_fund_share"), "1")
    with DuckDBEngine(threads=1) as engine:
        engine.register_rows(
            "fund_line",
            {"person_id": "string", "month_number": "int", "fund": "string", "service": "string",
             "expense": "decimal(18,2)"},
            [("P1", 1, "GROUP", "office", "10.00"), ("P1", 1, "UNASSIGNED", None, "4.00"),
             ("P2", 2, "ASSIGNED_TWICE", None, "3.00")],
        )  # fmt: skip
        engine.register_rows(
            "capitation_term", dict.fromkeys(shares, "decimal(9,6)"), [tuple(shares.values())]
        )
        funds = _funds(engine)
    assert {(row[0], row[1], row[3]) for row in funds.rows} == {
        ("Group", "Office", 1), ("Unassigned", "–", 1), ("Assigned twice", "–", 1),
    }  # fmt: skip
