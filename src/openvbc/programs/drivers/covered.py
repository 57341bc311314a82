"""The care of a contract's people by kind, read from the claim store when drivers are asked for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass
from decimal import Decimal
from typing import Any

from openvbc.claims.report import StoreReport
from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.scratch import scratch_folder
from openvbc.errors import EmptyResult
from openvbc.rules.load import load_rules
from openvbc.run import Run
from openvbc.steps import covered_care
from openvbc.steps.expenditure import PROGRAM, claim_services
from openvbc.steps.rule_table import code_table

Row = Mapping[str, Any]
STORE = ("institutional_claim", "professional_line", "non_claims_payment", "payment_detail")
MEMORY = "600MB"


@dataclass(frozen=True)
class Basis:
    """What of the claims counts."""

    counts_known_types: bool = False
    """Claims of types known to count only; else all that are not denied."""
    takes_add_ons_off: bool = False
    adds_reductions: bool = False
    """What a model took off the claims and paid ahead."""
    counts_non_claims: bool = False


def care_by_kind(
    run: Run,
    needs: Sequence[str],
    small: Mapping[str, Mapping[str, str]],
    months: str,
    basis: Basis,
) -> Sequence[Row]:
    """Rows of care by period, group, category and item, with the people of each kind.

    Args:
        run: the run; its claim store must be there still.
        needs: tables of the run that `months` reads.
        small: small tables that the run's steps were given and `months` reads, each with the types
            of its columns.
        months: a query for person_id, period, of_group, first_day, last_day, known_by: the months
            that count.
        basis: what counts.

    Raises:
        EmptyResult: the claim store is not there any more.
    """
    if run.store is None:
        raise EmptyResult(
            "the claim store of this run is not there any more",
            rule="kinds of care are read from the claims when they are asked for",
            action="run again: vbc run",
            code="VBC-99031",
        )
    store = StoreReport.load(run.store)
    (step,) = covered_care.steps()
    with (
        scratch_folder(run.folder) as folder,
        DuckDBEngine(memory_limit=MEMORY, scratch=run.folder) as engine,
    ):
        for name in STORE:
            engine.register(name, store.checked_parts(name))
        run.register(engine, *needs)
        for name, columns in small.items():
            register_rule_table(engine, run, name, columns)
        _register_rules(engine, basis)
        engine.materialise(months, folder / "covered_month.parquet")
        engine.register("covered_month", folder / "covered_month.parquet")
        engine.materialise(step.sql, folder / "covered_care.parquet")
        engine.register("covered_care", folder / "covered_care.parquet")
        return engine.rows(_BY_KIND)


def register_rule_table(engine: Engine, run: Run, name: str, columns: Mapping[str, str]) -> None:
    """Make a small table that a run's steps were given readable, as far as `columns` go."""
    rows = [tuple(row[column] or None for column in columns) for row in run.rule_rows(name)]
    engine.register_rows(name, columns, rows)


_BY_KIND = (
    "with kind as (select period, of_group, service_category, "
    "count(distinct person_id) as people from covered_care "
    "group by period, of_group, service_category) "
    "select c.period, c.of_group, c.service_category, c.item, k.people, "
    "cast(sum(c.quantity) as bigint) as quantity, "
    "cast(sum(c.amount) as decimal(18, 2)) as amount from covered_care c "
    "join kind k on k.period = c.period and k.of_group = c.of_group "
    "and k.service_category = c.service_category "
    "group by c.period, c.of_group, c.service_category, c.item, k.people order by all"
)


def _register_rules(engine: DuckDBEngine, basis: Basis) -> None:
    rules = load_rules(PROGRAM)
    engine.register_small(claim_services().table)
    codes = {
        "hospital_type": ("hospital_types", {"ccn_characters_3_4": "string",
                                             "service_category": "string"}),
        "service_code": ("service_codes", {"hcpcs_code": "string", "service_category": "string"}),
    }  # fmt: skip
    for name, (concept, columns) in codes.items():
        engine.register_small(code_table(PROGRAM, concept, name, columns).table)
    flags = ("counts_known_types", "takes_add_ons_off", "adds_reductions", "counts_non_claims")
    position = int(str(rules.get("ccn_type_position").value))
    engine.register_rows(
        "care_basis",
        {**dict.fromkeys(flags, "boolean"), "ccn_type_position": "int"},
        [(*astuple(basis), position)],
    )


def same_dollars(rows: Sequence[Row], settled: Decimal) -> None:
    """Make sure that the claims are those the run counted.

    Raises:
        EmptyResult: they are not: the store was built anew since.
    """
    dollars = sum((row["amount"] for row in rows), Decimal(0))
    if dollars != settled:
        raise EmptyResult(
            "the claims of the store are not those this run counted",
            rule=f"the run counted {settled:,} USD, the store holds {dollars:,} USD for its months",
            action="run again: vbc run",
            code="VBC-99032",
        )
