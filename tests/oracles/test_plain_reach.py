"""A REACH run over the deliveries of the general generator against an independent plain oracle.

Its claims have cancellations, denials, late records, deaths, moves, Medicare Advantage, kidney
disease and reductions, none of them planted for this program.
"""

import csv
import datetime as dt
import random
import shutil
from decimal import Decimal

import pytest

import openvbc
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.rules.load import load_code_table
from oracles.plain_reach import Plain, cents, rows

YEAR, ENTITY, KNOWN_BY = 2024, "A9001", dt.date(2023, 9, 30)
STORED = ("person", "person_identifier", "coverage", "enrollment", "residence",
          "professional_line", "institutional_claim", "payment_detail",
          "non_claims_payment")  # fmt: skip
PROJECT = """\
program: reach
contract: {{entity_id: {entity}, performance_year: {year}, entity_type: STANDARD,
  risk_arrangement: PROFESSIONAL, payment_mechanism: PCC, alignment_ends: 2023-06-30,
  alignment_known_by: {known_by}, quarterly_alignment: true, retention_withhold: 0,
  stop_loss: true}}
inputs: {{cclf: [{made}/cclf], participants: {made}/participants.csv,
  eligibility: {made}/eligibility.csv, non_claims_payments: {made}/non_claims_payments.csv,
  alignment_codes: alignment_codes.csv, alignment_specialties: alignment_specialties.csv,
  designations: designations.csv, rate_book: rate_book.csv, base_years: base_years.csv,
  national_amounts: national_amounts.csv, entity_risk: entity_risk.csv,
  member_scores: member_scores.csv, stop_loss_bands: stop_loss_bands.csv}}
known: {{quality_score: 0.9, retrospective_trend_factor: 1, completion_factor: 1,
  estimated_amount: 900, primary_care_share: 0.03, equity_adjustment_up: 1000,
  equity_adjustment_down: -400, stop_loss_neutrality_factor: 1}}
"""


def write(folder, name, heads, records):
    with (folder / f"{name}.csv").open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(heads)
        writer.writerows(records)


def lists(folder, made):
    """Invented lists for the people of the deliveries; specialties and codes as MSSP has them."""
    rng = random.Random(11)
    eligible = rows(made / "eligibility.csv")
    members = sorted({row["member_id"] for row in eligible})
    own = sorted({r["tin"] for r in rows(made / "participants.csv")
                  if r["aco_id"] == ENTITY and r["tin"]})  # fmt: skip
    codes = sorted({r["hcpcs_code"] for r in load_code_table("mssp", "primary_care_codes")})
    write(folder, "alignment_codes", ["hcpcs_code"], [[code] for code in codes])
    roles = {
        r["specialty_code"]: "PRIMARY_CARE" if r["role"] == "PRIMARY_CARE" else "OTHER_SPECIALTY"
        for r in load_code_table("mssp", "provider_specialties")
        if int(r["last_performance_year"] or YEAR) >= YEAR
    }
    write(folder, "alignment_specialties", ["specialty_code", "role"], sorted(roles.items()))
    days = [dt.date(2023, 11, 1), dt.date(2024, 1, 1), dt.date(2024, 2, 5), dt.date(2024, 8, 30)]
    write(
        folder, "designations", ["member_id", "designated_on", "tin", "npi"],
        [[member, rng.choice(days), rng.choice([*own[:2], "999999999"]), ""]
         for member in rng.sample(members, len(members) // 4)],
    )  # fmt: skip
    counties = sorted({row["state_county"] for row in eligible if row["state_county"]})
    kinds = (("AGED_DISABLED", "950.10"), ("ESRD", "7000.55"))
    write(
        folder, "rate_book",
        ["performance_year", "county", "entitlement", "rate", "stop_loss_charge"],
        [[YEAR, county, kind, Decimal(rate) + n, "4.00"]
         for n, county in enumerate(counties) for kind, rate in kinds],
    )  # fmt: skip
    write(
        folder, "base_years",
        ["calendar_year", "entitlement", "base_area_factor", "performance_area_factor",
         "risk_score", "amount"],
        [[year, kind, "0.98", "0.99", "1.01", rate]
         for year in (2017, 2018, 2019) for kind, rate in kinds],
    )  # fmt: skip
    write(
        folder, "national_amounts", ["calendar_year", "entitlement", "amount"],
        [[year, kind, rate] for year in (2017, 2018, 2019, YEAR) for kind, rate in kinds],
    )  # fmt: skip
    write(
        folder, "entity_risk", ["entitlement", "alignment", "final_score"],
        [[kind, how, "1.02"] for kind, _ in kinds for how in ("CLAIMS", "VOLUNTARY")],
    )  # fmt: skip
    people = sorted(
        row["person_id"] for row in rows(made / "truth" / "people.csv")
    )  # one score each
    write(folder, "member_scores", ["member_id", "risk_score"],
          [[person, Decimal(rng.randrange(400, 1800)) / 1000] for person in people])  # fmt: skip
    write(
        folder, "stop_loss_bands", ["entitlement", "from", "to", "share"],
        [[kind, low, high, share] for kind, _ in kinds
         for low, high, share in ((2_000, 9_000, "0.25"), (9_000, "", "0.85"))],
    )  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[200, pytest.param(2_000, marks=pytest.mark.slow)],
    ids=["200 people", "2,000 people"],
)
def computed(request, tmp_path_factory):
    """The run, and everything once more by the plain oracle."""
    folder = tmp_path_factory.mktemp("reach")
    if request.param == 200:
        made = request.getfixturevalue("finished")
        shutil.copytree(made / "store", folder / "store")  # its deliveries are not read again
    else:
        from openvbc.synth import Settings, generate

        made = folder / "made"
        generate(Settings(people=request.param, seed=8, light=True), made)
    lists(folder, made)
    text = PROJECT.format(entity=ENTITY, year=YEAR, known_by=KNOWN_BY, made=made)
    (folder / "openvbc.yaml").write_text(text)
    run = openvbc.Project(folder).run()
    with DuckDBEngine() as engine:
        store = {}
        for name in STORED:
            engine.register(name, run.store / name)
            store[name] = engine.rows(f"select * from {name}")
    return run, Plain(folder, made / "participants.csv", store, ENTITY, YEAR, KNOWN_BY)


def test_everybody_is_aligned_as_by_the_plain_oracle(computed):
    run, plain = computed
    alignments = {row["person_id"]: row for row in run.table("alignment").rows()}
    assert set(alignments) == set(plain.alignment)
    seen = set()
    for who, (how, first, reason) in plain.alignment.items():
        got = alignments[who]
        assert (got["alignment"], got["first_month"]) == (how, first)
        if reason == "NOT_ELIGIBLE":
            assert got["reason"] in {
                "DIED_BEFORE_PERIOD", "WITHOUT_PARTS_A_AND_B", "MEDICARE_ADVANTAGE",
                "OTHER_INITIATIVE", "OUTSIDE_UNITED_STATES",
            }  # fmt: skip
        else:
            assert got["reason"] == reason
        seen.add((how, reason))
    assert {how for how, _ in seen} == {"CLAIMS", "VOLUNTARY", None}
    assert {"PLURALITY_ELSEWHERE", "DESIGNATED_ELSEWHERE", "NOT_ELIGIBLE"} <= {r for _, r in seen}


def test_everybodys_months_and_money_are_those_of_the_plain_oracle(computed):
    run, plain = computed
    months = {}
    for row in run.table("aligned_month").rows():
        own = months.setdefault(row["person_id"], {})
        own[row["month_number"]] = (row["entitlement"], row["county"])
    assert months == {who: own for who, own in plain.months.items() if own}
    names = ("months", "regional_amount", "paid_amount", "reduced_amount", "excluded_amount",
             "amount", "predicted_amount", "stop_loss_payout")  # fmt: skip
    money = {}
    for row in run.table("aligned_person").rows():
        own = money.setdefault(row["person_id"], {})
        own[row["entitlement"]] = tuple(row[name] for name in names)
    assert money == {who: plain.money(who) for who, own in plain.months.items() if own}
    assert any(each[7] for own in money.values() for each in own.values())


def test_the_settlement_is_what_the_plain_totals_give(computed):
    """The contract by hand over the oracle's totals; history is restated to the same for all."""
    run, plain = computed
    totals = {}
    for who, (how, _, _) in plain.alignment.items():
        for kind, values in plain.money(who).items():
            before = totals.get((how, kind), (0,) * 8)
            totals[how, kind] = tuple(a + b for a, b in zip(before, values, strict=True))
    benchmark = Decimal(0)
    for (how, kind), (months, regional, *_) in totals.items():
        rate, base = regional / months, Decimal("950.10" if kind == "AGED_DISABLED" else "7000.55")
        if how == "CLAIMS":
            history = base / Decimal("0.98") * Decimal("0.99") / Decimal("1.01")
            change = (rate - history) * Decimal("0.45")
            change = max(min(change, base * Decimal("0.05")), base * Decimal("-0.02"))
            rate = history + change
        benchmark += cents(rate * Decimal("1.02") * months)
    value = run.settlement.main.evaluation.value
    assert value("unadjusted_benchmark") == benchmark
    settled = cents(benchmark * Decimal("0.998")) + 600  # withhold 2% x (1 - 0.9); equity
    months = sum(each[0] for each in totals.values())
    cost = sum(each[5] for each in totals.values()) + 4 * months
    cost -= sum(each[7] for each in totals.values())
    assert value("net_cost_of_care") == cost
    gross = settled - cost
    assert value("gross_savings") == gross
    rate, shared, low = abs(gross / settled), Decimal(0), Decimal(0)
    for high, share in ((5, "0.5"), (10, "0.35"), (15, "0.15"), (10_000, "0.05")):
        end = Decimal(high) / 100
        shared += max(min(rate, end) - low, Decimal(0)) * Decimal(share)
        low = end
    paid = shared * settled * (Decimal("0.98") if gross > 0 else -1)
    assert value("shared_savings_after_sequestration") == cents(paid)
    assert value("settlement_due") == cents(paid)  # base capitation is not taken back
