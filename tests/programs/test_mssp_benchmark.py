"""From small tables to the benchmark: the walk-through's ACO, given as tables of rows."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from decimal import Decimal

import pytest

from openvbc.errors import ContractError, InputError, ParameterMissing
from openvbc.programs.mssp.benchmark import (
    BenchmarkContract,
    BenchmarkTables,
    compute_benchmark,
)
from openvbc.rules.load import load_rules

TYPES = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
PERIODS = {"BY1": 2022, "BY2": 2023, "BY3": 2024, "PY": 2025}
CONTRACT = BenchmarkContract(
    "A0001",
    performance_year=2025,
    agreement_start=dt.date(2025, 1, 1),
    agreement_number=2,
    two_sided=True,
    minimum_loss_rate=Decimal("0.02"),
)


def rows(values, columns, years=False):
    return [
        {
            ("calendar_year" if years else "period"): PERIODS[period] if years else period,
            "enrollment_type": kind,
            **{column: values[column][period][i] for column in columns},
        }
        for period in PERIODS
        for i, kind in enumerate(TYPES)
    ]


def walk_through():
    """One county, of risk score 1, in which the ACO has 5, 8, 10 and 12% of the assignable."""
    person_years = {p: ["125", "1750", "1250", "9375"] for p in ("BY1", "BY2", "BY3")}
    person_years["PY"] = ["132", "1620", "1248", "9000"]
    spent = {
        "BY1": ["80000", "10500", "17000", "9800"],
        "BY2": ["83000", "10900", "17600", "10150"],
        "BY3": ["86000", "11300", "18300", "10500"],
        "PY": ["90000", "12000", "19000", "11000"],
    }
    risk = {
        "BY1": ["1.00", "1.02", "1.01", "1.00"],
        "BY2": ["1.01", "1.01", "1.01", "1.01"],
        "BY3": ["1.02", "1.03", "1.00", "1.02"],
        "PY": ["1.0302", "1.0815", "1.00", "1.0557"],
    }
    demographic = {p: ["1", "1", "1", "1"] for p in ("BY1", "BY2", "BY3")}
    demographic["PY"] = ["1.00", "1.01", "1.005", "1.004"]
    national = {
        "BY1": ["81000", "10800", "17500", "10000"],
        "BY2": ["84500", "11200", "18200", "10400"],
        "BY3": ["88000", "11600", "18900", "10800"],
        "PY": ["91960", "12180", "19656", "11394"],
    }
    regional = {
        "BY1": ["79000", "10600", "17200", "9900"],
        "BY2": ["82500", "11000", "17900", "10300"],
        "BY3": ["86500", "11500", "18600", "10700"],
        "PY": ["89960", "12052", "19399.8", "11235"],
    }
    share = [Decimal("0.05"), Decimal("0.08"), Decimal("0.10"), Decimal("0.12")]
    assignable = {
        p: [Decimal(n) / s for n, s in zip(person_years[p], share, strict=True)] for p in PERIODS
    }
    ones = {p: ["1"] * 4 for p in PERIODS}
    county = rows(
        {
            "per_capita": regional,
            "risk_score": ones,
            "demographic_score": ones,
            "person_years": assignable,
        },
        ("per_capita", "risk_score", "demographic_score", "person_years"),
        years=True,
    )
    in_county = rows({"person_years": person_years}, ("person_years",))
    return BenchmarkTables(
        per_capita=rows(
            {"per_capita": spent, "person_years": person_years}, ("per_capita", "person_years")
        ),
        risk_scores=rows(
            {"risk_score": risk, "demographic_score": demographic},
            ("risk_score", "demographic_score"),
        ),
        county_person_years=[{**row, "county": "01001"} for row in in_county],
        national=rows({"per_capita": national}, ("per_capita",), years=True),
        county=[{**row, "county": "01001"} for row in county],
        accountable_care_prospective_trend=[
            {"performance_year": 2025, "enrollment_type": kind, "flat_dollar_amount": amount}
            for kind, amount in zip(TYPES, ("2640", "464", "756", "432"), strict=True)
        ],
        prior_savings=[
            {
                "performance_year": year,
                "updated_benchmark": benchmark,
                "expenditures": "100000000",
                "person_years": "11800",
            }
            for year, benchmark in ((2022, "102950000"), (2023, "99528000"), (2024, "103658000"))
        ],
        dual_person_years=Decimal(2000),
        low_income_or_dual_share=Decimal("0.22"),
    )


RULES = load_rules("mssp")


def test_tables_give_the_walk_through():
    benchmark = compute_benchmark(CONTRACT, walk_through(), RULES)
    # Specification's walk-through: 13,466.8746 per capita over 12,000 person-years.
    assert abs(benchmark.evaluation.value("total_benchmark") - Decimal("161602495.57")) <= Decimal(
        "0.01"
    )
    assert benchmark.evaluation.value("adjustment_chosen") == "population"
    assert benchmark.counties is not None
    assert benchmark.counties.count == len(benchmark.county_rows) == 16
    # ESRD 90,000 x 132 + disabled 12,000 x 1,620 + 19,000 x 1,248 + 11,000 x 9,000
    assert benchmark.evaluation.value("total_expenditures") == 154032000


def _with(rows, calendar_year, column, values):
    """The rows of a year with another value of a column, by enrollment type."""
    by_type = dict(zip(TYPES, values, strict=True))
    return [
        {**row, column: by_type[row["enrollment_type"]]}
        if row["calendar_year"] == calendar_year
        else row
        for row in rows
    ]


def test_the_cap_on_regional_risk_growth_follows_the_counties_scores():
    """Specification's case: one county whose scores grow by 2, 6, 5 and 7% in the year."""
    tables = walk_through()
    county = _with(tables.county, 2025, "risk_score", ["1.02", "1.06", "1.05", "1.07"])
    county = _with(county, 2025, "demographic_score", ["1.00", "1.005", "1.01", "1.01"])
    lines = compute_benchmark(CONTRACT, replace(tables, county=county), RULES).evaluation
    assert abs(lines.value("share_of_region") - Decimal("0.111750")) < Decimal("0.000001")
    for kind, factor in zip(TYPES, ("1", "1.018057", "1.008452", "1.027661"), strict=True):
        cap_factor = lines.value(f"regional_risk_cap_factor_{kind.lower()}")
        assert abs(cap_factor - Decimal(factor)) < Decimal("0.000001")


def test_an_agreement_from_2024_needs_the_counties_demographic_scores():
    tables = walk_through()
    without = [{k: v for k, v in row.items() if k != "demographic_score"} for row in tables.county]
    with pytest.raises(InputError, match="Mean demographic score of the region"):
        compute_benchmark(CONTRACT, replace(tables, county=without), RULES)


def test_a_year_whose_savings_were_not_payable_counts_as_zero():
    # (0 - 40 + 310) / 3 = 90
    tables = walk_through()
    first, *others = tables.prior_savings
    changed = replace(tables, prior_savings=[{**first, "payable": False}, *others])
    lines = compute_benchmark(CONTRACT, changed, RULES).evaluation
    assert lines.value("average_prior_savings") == 90


def test_two_counties_are_weighted_by_who_lives_there():
    """A second county with a third of the people and amounts 10% higher lifts the region 1/30."""
    tables = walk_through()
    split = []
    for row in tables.county_person_years:
        half = Decimal(row["person_years"]) / 3
        split += [
            {**row, "person_years": 2 * half},
            {**row, "county": "01003", "person_years": half},
        ]
    higher = [
        {**row, "county": "01003", "per_capita": Decimal(row["per_capita"]) * Decimal("1.1")}
        for row in tables.county
    ]
    changed = replace(tables, county_person_years=split, county=[*tables.county, *higher])
    before = compute_benchmark(CONTRACT, tables, RULES).evaluation
    after = compute_benchmark(CONTRACT, changed, RULES).evaluation
    name = "regional_expenditure_benchmark_year_3_esrd"
    assert abs(after.value(name) / before.value(name) - Decimal(31) / 30) < Decimal("1e-20")


def test_a_county_without_a_factor_is_set_aside_with_its_person_years():
    tables = walk_through()
    abroad = {"period": "PY", "county": "FOREIGN", "enrollment_type": "ESRD", "person_years": "1.5"}
    changed = replace(tables, county_person_years=[*tables.county_person_years, abroad])
    benchmark = compute_benchmark(CONTRACT, changed, RULES)
    assert [aside.reason for aside in benchmark.set_aside] == ["county without a factor"]
    assert "1.5 ESRD person-years of 2025" in str(benchmark.set_aside[0])


@pytest.mark.parametrize(
    ("change", "error", "words"),
    [
        ({"county_person_years": []}, InputError, "Regional expenditure"),
        ({"accountable_care_prospective_trend": ()}, InputError, "Prospective Trend"),
        ({"national": []}, InputError, "National expenditure, benchmark year 1, ESRD"),
    ],
)
def test_a_missing_table_is_named(change, error, words):
    with pytest.raises(error, match=words):
        compute_benchmark(CONTRACT, replace(walk_through(), **change), RULES)


def test_contracts_that_cannot_be():
    late = replace(CONTRACT, agreement_start=dt.date(2030, 1, 1), performance_year=2031)
    tables = _all_years(walk_through())
    with pytest.raises(ParameterMissing, match="2030"):
        compute_benchmark(late, tables, RULES)
    with pytest.raises(ContractError, match="before the agreement"):
        compute_benchmark(replace(CONTRACT, performance_year=2024), walk_through(), RULES)
    with pytest.raises(ContractError, match="minimum loss rate"):
        compute_benchmark(replace(CONTRACT, minimum_loss_rate=None), walk_through(), RULES)


def _all_years(tables):
    shift = {2022: 2027, 2023: 2028, 2024: 2029, 2025: 2031}
    moved = [{**row, "calendar_year": shift[row["calendar_year"]]} for row in tables.national]
    return replace(tables, national=moved)


def test_an_unknown_type_or_period_is_named():
    tables = walk_through()
    wrong = [{**tables.per_capita[0], "enrollment_type": "CHILD"}]
    with pytest.raises(InputError, match="unknown enrollment type 'CHILD'"):
        compute_benchmark(CONTRACT, replace(tables, per_capita=wrong), RULES)
    wrong = [{**tables.per_capita[0], "period": "BY9"}]
    with pytest.raises(InputError, match="unknown period 'BY9'"):
        compute_benchmark(CONTRACT, replace(tables, per_capita=wrong), RULES)


def older_cap(tmp_path):
    """An overlay of one parameter, not confirmed: each type's risk ratio capped."""
    overlay = tmp_path / "older_cap.yaml"
    overlay.write_text(
        "baseline: mssp\n"
        "title: What if each enrollment type were capped, as before 2024\n"
        "risk_adjustment_method:\n"
        "  label: How risk is adjusted\n"
        "  unit: text\n"
        "  by: [agreement_start]\n"
        "  values:\n"
        "    - for: {agreement_start: 2024-01-01..2026-12-31}\n"
        "      value: cap by enrollment type\n"
        "      cite: what if\n"
        "      status: unverified\n"
    )
    return overlay


def test_an_overlay_may_ask_what_the_older_risk_cap_would_give(tmp_path):
    """Each type's risk ratio held to 1.03, as before 2024: 13,391.8836 per capita."""
    rules = load_rules("mssp", (older_cap(tmp_path),))
    evaluation = compute_benchmark(CONTRACT, walk_through(), rules).evaluation
    assert abs(evaluation.value("updated_benchmark") - Decimal("13391.8836")) < Decimal("0.0001")


def test_a_regional_amount_is_explained_down_to_its_counties():
    trace = compute_benchmark(CONTRACT, walk_through(), RULES).evaluation.trace("total_benchmark")
    (region,) = [
        node for node in trace.walk() if node.name == "regional_expenditure_performance_year_esrd"
    ]
    (county,) = region.children
    assert "PY 01001 ESRD" in county.label
    assert county.value == Decimal("89960")
