"""A REACH run from claims against the truth of its generator."""

import csv
from decimal import Decimal

import pytest

import openvbc
from openvbc.errors import ContractError, EmptyResult
from openvbc.programs.reach.from_claims import CLAIMS
from openvbc.programs.reach.sample import write_sample


@pytest.fixture(
    scope="module",
    params=[
        (300, 3, "GLOBAL", "TCC"),
        (300, 3, "PROFESSIONAL", "PCC"),
        *(
            pytest.param((10_000, seed, *how), marks=pytest.mark.slow)
            for seed in (4, 5, 6)
            for how in (("GLOBAL", "TCC"), ("GLOBAL", "PCC"), ("PROFESSIONAL", "PCC"))
        ),
    ],
    ids=lambda made: "-".join(map(str, made)),
)
def made(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("reach") / "sample"
    write_sample(folder, *request.param)
    return folder, openvbc.Project(folder).run()


def truth(folder, name):
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def person_of(run):
    return {row["member_id"]: row["person_id"] for row in identifiers(run)}


def identifiers(run):
    from openvbc.engine.duckdb import DuckDBEngine

    with DuckDBEngine() as engine:
        engine.register("person_identifier", run.store / "person_identifier")
        return engine.rows("select * from person_identifier")


def test_everybody_is_aligned_as_planted_with_the_reason(made):
    folder, run = made
    known = person_of(run)
    alignments = {r["person_id"]: r for r in run.table("alignment").rows() if r["period"] == "PY"}
    planted = truth(folder, "alignment")
    assert len(alignments) == len(planted)
    stories = set()
    for row in planted:
        got = alignments[known[row["person_id"]]]
        assert (got["alignment"] or "", got["reason"] or "", str(got["first_month"] or "")) == (
            row["alignment"], row["reason"], row["first_month"]
        ), row["story"]  # fmt: skip
        stories.add(row["story"])
    assert len(stories) == 23


def test_every_month_counts_with_entitlement_and_county(made):
    folder, run = made
    known = person_of(run)
    year = {"PY": 2023, "BY1": 2017, "BY2": 2018, "BY3": 2019}
    months = {
        (r["person_id"], year[r["period"]], r["month_number"], r["entitlement"], r["county"])
        for r in run.table("aligned_month").rows()
    }
    assert months == {
        (known[r["person_id"]], int(r["year"]), int(r["month"]), r["entitlement"], r["county"])
        for r in truth(folder, "aligned_month")
    }


def test_everybodys_spending_is_the_planted_one(made):
    folder, run = made
    known = person_of(run)
    year = {"PY": "2023", "BY1": "2017", "BY2": "2018", "BY3": "2019"}
    amounts = {
        (r["person_id"], year[r["period"]], r["entitlement"]): r["amount"]
        for r in run.table("aligned_person").rows()
    }
    assert amounts == {
        (known[r["person_id"]], r["year"], r["entitlement"]): Decimal(r["amount"])
        for r in truth(folder, "spending")
    }


def test_benchmark_and_settlement_are_the_planted_ones_to_the_cent(made):
    folder, run = made
    value = run.settlement.main.evaluation.value
    cent = Decimal("0.01")
    for row in truth(folder, "settlement"):
        assert value(row["line"]).quantize(cent) == Decimal(row["value"]).quantize(cent), row


def test_the_way_of_paying_changes_gross_savings_by_exactly_nothing(made):
    """The same year under total care and under primary care, in every line up to gross savings."""
    folder, run = made
    text = (folder / "openvbc.yaml").read_text()
    is_global = "risk_arrangement: GLOBAL" in text
    paid = text.partition("payment_mechanism: ")[2][:3]
    other, lacks, gives = {
        "TCC": ("PCC", "outside_withhold: 0.30", "primary_care_share: 0.03"),
        "PCC": ("TCC", "primary_care_share: 0.03", "outside_withhold: 0.30"),
    }[paid]
    changed = text.replace(f"payment_mechanism: {paid}", f"payment_mechanism: {other}")
    changed = changed.replace(lacks, gives) + "output: other\n"
    (folder / "other.yaml").write_text(changed)
    if not is_global:
        with pytest.raises(ContractError, match="TCC"):
            openvbc.Project(folder / "other.yaml").run()
        return
    again = openvbc.Project(folder / "other.yaml").run()
    value, otherwise = (each.settlement.main.evaluation.value for each in (run, again))
    for line in ("settlement_benchmark", "net_cost_of_care", "gross_savings"):
        assert value(line) - otherwise(line) == 0
    assert value("total_care_capitation") != otherwise("total_care_capitation")


def test_drivers_lead_from_the_benchmark_to_gross_savings(made):
    """By kind of care against the last base year; every dollar of the year and of that one."""
    _, run = made
    told = {each.name: each for each in CLAIMS.driver_lists(run)}
    value = run.settlement.main.evaluation.value
    effect = [row[6] for row in told["drivers"].rows]
    assert effect[-1] == value("gross_savings")
    assert sum(effect[:-1]) == effect[-1]
    assert abs(effect[-2]) < Decimal("0.5")  # rounding
    totals = run.table("alignment_total").rows()
    spent = {p: sum(r["amount"] for r in totals if r["period"] == p) for p in ("BY3", "PY")}
    history = told["drivers_history"].rows[:-2]
    assert sum(row[1] for row in history) == spent["BY3"]
    assert sum(row[-2] for row in history) == spent["PY"]
    assert sum(row[4] for row in told["drivers_types"].rows) == pytest.approx(
        value("settlement_benchmark"), abs=Decimal("0.05")
    )


def test_rows_in_are_rows_used_and_rows_set_aside(made):
    folder, run = made
    rows = run.table("aligned_payment").rows()
    with (folder / "tuva" / "medical_claim.csv").open() as file:
        claims = list(csv.DictReader(file))
    assert sum(row["records"] for row in rows) == len(claims)
    assert sum(row["paid_amount"] for row in rows) == sum(Decimal(c["paid_amount"]) for c in claims)
    assert {row["set_aside"] for row in rows} >= {None, "NOT_ALIGNED", "KNOWN_LATER"}


def test_a_person_is_explained(made):
    """Why aligned, which months, what they bring: the parts of the benchmark add up to it."""
    folder, _ = made
    run = openvbc.Run.open(folder / "run")
    subject = CLAIMS.subjects()["person"]
    planted = {row["story"]: row["person_id"] for row in truth(folder, "alignment")}

    def told(story):
        parts = subject(run, planted[story], "py").parts
        grids = {part.title.split(" (")[0]: part.rows for part in parts if hasattr(part, "rows")}
        return parts, grids

    parts, grids = told("WEIGHTS_FOR")
    assert parts[0].text == "aligned by claims, from month 1"
    assert [row[5] for row in grids["Charges by entity"]] == [600, 500]
    assert grids["Months that count"][0][0] == "1 to 12"
    parts, grids = told("DESIGNATED_IN_THE_YEAR")
    assert parts[0].text == "aligned by designation, from month 4"
    assert parts[1].text == ("designation of 2023-02-20, in force from month 4: the entity")
    assert grids["Months that count"][0][0] == "4 to 12"
    parts, _ = told("TIE_LOST")
    assert "saw the person more recently" in parts[0].text
    _, grids = told("KIDNEY_DISEASE")
    assert {row[0] for row in grids["What the months bring and cost"]} == {"ESRD", "Aged disabled"}
    for row in grids["What the months bring and cost"]:
        assert abs(row[3] - row[1] * row[2]) <= Decimal("0.01")
    with pytest.raises(EmptyResult):
        subject(run, "NOBODY", None)


def test_a_second_run_keeps_everything(made):
    folder, first = made
    again = openvbc.Project(folder).run()
    due = [run.settlement.main.evaluation.value("settlement_due") for run in (first, again)]
    assert due[0] == due[1]


def test_a_year_is_simulated_by_its_own_settlement(made):
    """Scenarios of no change give what is due; a percent more spending gives less."""
    from openvbc.programs.reach.simulation import SIMULATION
    from openvbc.programs.simulation import Choices, Range, Scenarios, WhichRow

    folder, run = made
    due = float(run.settlement.main.evaluation.value("settlement_due"))

    def outcome(trend):
        scenarios = Scenarios(count=10, expenditure_trend=Range(trend, trend))
        simulation = SIMULATION.run(folder / "run", WhichRow(), scenarios, Choices())
        return simulation.outcomes[0].amounts

    assert abs(outcome(1.0) - due).max() < 0.02
    assert outcome(1.01).max() < due - 100
