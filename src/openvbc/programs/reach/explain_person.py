"""One person of a REACH run: why aligned or not, which months count, what they cost and bring."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from openvbc.errors import EmptyResult
from openvbc.format import in_words
from openvbc.programs.asked_person import person_of_run
from openvbc.programs.explanation import (
    EXACT_DOLLARS,
    Explanation,
    Field,
    Heading,
    Part,
    Sentence,
    SmallGrid,
)

if TYPE_CHECKING:
    from openvbc.run import Run

Row = Mapping[str, Any]
TABLES = ("alignment", "alignment_charges", "alignment_line", "designated_entity", "aligned_month",
          "aligned_person")  # fmt: skip
REASONS = {
    "DIED_BEFORE_PERIOD": "died before the year began",
    "WITHOUT_PARTS_A_AND_B": "without Parts A and B in the first month of the year",
    "MEDICARE_ADVANTAGE": "in Medicare Advantage in the first month of the year",
    "OTHER_INITIATIVE": "in another initiative in the first month of the year",
    "OUTSIDE_UNITED_STATES": "outside the United States in the first month of the year",
    "NO_HIGH_NEEDS_CRITERION": "meets no criterion of High Needs entities on the first day",
    "DESIGNATED_ELSEWHERE": "the last designation before the year names somebody else",
    "NO_QUALIFYING_SERVICE": "no service that aligns in the two alignment years",
    "NO_SERVICE_OF_THE_ENTITY": "no service of the entity among those that compete",
    "TIE_LOST": "equal weighted charges, and another saw the person more recently",
    "PLURALITY_ELSEWHERE": "another has more weighted charges",
}
STEPS = {
    "PRIMARY_CARE": "primary care specialties compete: they have a tenth of all charges or more",
    "OTHER_SPECIALTY": "the other listed specialties compete: primary care has less than a tenth",
}
_CHARGES = [
    Field("entity", whole=True), Field("older primary", EXACT_DOLLARS),
    Field("recent primary", EXACT_DOLLARS), Field("older other", EXACT_DOLLARS),
    Field("recent other", EXACT_DOLLARS), Field("weighted primary", EXACT_DOLLARS),
    Field("weighted other", EXACT_DOLLARS), Field("last service", "date", True),
]  # fmt: skip
_LINES = [
    Field("date", "date", True), Field("code", whole=True), Field("year"), Field("specialty"),
    Field("entity", whole=True), Field("charges", EXACT_DOLLARS), Field("left out because"),
]  # fmt: skip
_MONTHS = [
    Field("months", whole=True), Field("entitlement"), Field("county"),
    Field("county rate", EXACT_DOLLARS), Field("equity"),
]  # fmt: skip
_MONEY = [
    Field("entitlement"), Field("months", "count"), Field("benchmark a month", EXACT_DOLLARS),
    Field("benchmark", EXACT_DOLLARS), Field("equity", EXACT_DOLLARS),
    Field("expenditure", EXACT_DOLLARS), Field("taken off claims", EXACT_DOLLARS),
    Field("predicted", EXACT_DOLLARS), Field("stop-loss bands", EXACT_DOLLARS),
]  # fmt: skip


def explain_person(run: Run, identifier: str, period: str | None = None) -> Explanation:
    """Every measured year of a person: verdict, charges by entity, lines, months, money."""
    from openvbc.engine.duckdb import DuckDBEngine

    with DuckDBEngine(threads=1) as engine:
        run.register(engine, *TABLES)
        mine = f"where person_id in ({person_of_run(engine, run, identifier)})"
        rows = {name: engine.rows(f"select * from {name} {mine}") for name in TABLES}
    if not rows["alignment"]:
        raise EmptyResult(
            "nobody in this run has that identifier",
            rule="a person is in a run if any delivery named them",
            action="check the identifier",
            code="VBC-6031",
        )
    benchmarks = _benchmarks(run)
    parts: list[Part] = []
    ordered = sorted(rows["alignment"], key=lambda row: (row["period"] != "PY", row["period"]))
    for decided in ordered:
        if period is None or decided["period"] == period.upper():
            own = {name: [row for row in table_rows if row.get("period", "PY") == decided["period"]]
                   for name, table_rows in rows.items()}  # fmt: skip
            parts += _parts(decided, own, benchmarks, run)
    return Explanation(parts)


def _parts(
    decided: Row, own: Mapping[str, Sequence[Row]], benchmarks: Mapping[tuple[str, str], Row],
    run: Run,
) -> list[Part]:  # fmt: skip
    name = run.period_names.get(decided["period"], str(decided["period"]))
    parts: list[Part] = [Heading(name, _verdict(decided))]
    named = {row["designated_on"]: row for row in sorted(
        own["designated_entity"], key=lambda row: -row["start_month"]
    )}  # fmt: skip
    parts += [Sentence(_designation(named[day])) for day in sorted(named)]
    if decided["step"] in STEPS:
        parts.append(Sentence(STEPS[decided["step"]]))
    if decided["tie"]:
        how = {"RECENCY": "the most recent service decided", "UNRESOLVED":
               "equal last service too: the rule does not decide; by name"}  # fmt: skip
        parts.append(Sentence(f"equal weighted charges: {how[decided['tie']]}"))
    if own["alignment_charges"]:
        rows = sorted(
            own["alignment_charges"],
            key=lambda r: (-r["weighted_primary"], -r["weighted_other"], r["entity"]),
        )
        title = "Charges by entity (weighted: older year once, recent year twice)"
        parts.append(SmallGrid(title, _CHARGES, [_charged(row) for row in rows]))
    if own["alignment_line"]:
        lines = sorted(own["alignment_line"], key=lambda r: (r["service_date"], r["claim_id"]))
        parts.append(SmallGrid("Services that align", _LINES, [_line(row) for row in lines]))
    if own["aligned_month"]:
        parts.append(SmallGrid("Months that count", _MONTHS, _months(own["aligned_month"])))
    if own["aligned_person"]:
        money = [_money(row, benchmarks) for row in own["aligned_person"]]
        parts.append(SmallGrid("What the months bring and cost", _MONEY, money))
        if decided["period"] == "PY" and not benchmarks:
            parts.append(Sentence("the run is not settled: there is no benchmark yet"))
    return parts


def _verdict(row: Row) -> str:
    if row["is_aligned"] and row["alignment"] == "VOLUNTARY":
        return f"aligned by designation, from month {row['first_month']}"
    if row["is_aligned"]:
        return f"aligned by claims, from month {row['first_month']}"
    return f"not aligned: {REASONS[row['reason']]}"


def _designation(row: Row) -> str:
    whom = "the entity" if row["is_to_entity"] else "somebody outside the entity"
    return (
        f"designation of {row['designated_on']}, in force from month {row['start_month']}: {whom}"
    )


def _charged(row: Row) -> list[Any]:
    names = ("older_primary_charges", "recent_primary_charges", "older_other_charges",
             "recent_other_charges", "weighted_primary", "weighted_other")  # fmt: skip
    days = [day for day in (row["last_primary_service"], row["last_other_service"]) if day]
    return [
        f"{row['entity_type']} {row['entity']}",
        *(row[name] or None for name in names),
        max(days),
    ]


def _line(row: Row) -> list[Any]:
    return [
        row["service_date"], row["hcpcs_code"], row["alignment_year"].lower(),
        in_words(row["role"] or "", begins=False),
        f"{row['entity_type']} {row['entity'] or ''}", row["charges"],
        in_words(row["left_out"] or "", begins=False),
    ]  # fmt: skip


def _months(rows: Sequence[Row]) -> list[list[Any]]:
    """Months in a row with the same county, entitlement and group are one line."""
    spans: list[list[Any]] = []
    for row in sorted(rows, key=lambda r: r["month_number"]):
        what = [in_words(row["entitlement"] or ""), row["county"], row["rate"],
                in_words(row["equity_group"] or "", begins=False)]  # fmt: skip
        month = row["month_number"]
        if spans and spans[-1][1:] == what and spans[-1][0][1] == month - 1:
            spans[-1][0] = (spans[-1][0][0], month)
        else:
            spans.append([(month, month), *what])
    return [[f"{low} to {high}" if high > low else str(low), *what] for (low, high), *what in spans]


def _money(row: Row, benchmarks: Mapping[tuple[str, str], Row]) -> list[Any]:
    is_main = row["period"] == "PY"
    benchmark = benchmarks.get((row["alignment"], row["entitlement"])) if is_main else None
    monthly = benchmark["monthly_benchmark"] if benchmark else None
    cents = None
    if monthly is not None:
        cents = (monthly * row["months"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
    equity = None
    if benchmark and benchmark["added"] is not None:
        equity = row["equity_months_added"] * benchmark["added"]
        equity += row["equity_months_taken"] * benchmark["taken"]
    return [
        in_words(row["entitlement"] or ""), row["months"], monthly, cents, equity, row["amount"],
        row["reduced_amount"], row["predicted_amount"], row["stop_loss_payout"],
    ]  # fmt: skip


def _benchmarks(run: Run) -> dict[tuple[str, str], dict[str, Any]]:
    """Monthly benchmark of each category and the equity rates; empty where nothing is settled."""
    from openvbc.programs.stored_run import StoredRun

    if not run.is_settled:
        return {}
    stored = StoredRun(run.folder)
    main = stored.rows("settlement", None, None)[0]
    rules = stored.rules_in_force(main)
    year = main.values["performance_year"]
    added, taken = (
        rules.get(name, performance_year=year).value
        for name in ("equity_rate_added", "equity_rate_taken")
    )
    return {
        (row.values["alignment"], row.values["entitlement"]): {
            "monthly_benchmark": row.values["monthly_benchmark"], "added": added, "taken": taken,
        }
        for row in stored.rows("detail_reach_category_benchmark", None, None)
    }  # fmt: skip
