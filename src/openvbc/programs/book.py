"""The book of worked contracts: one for every track and level, settled by the same worksheets.

The book ships with the package (``openvbc/book/*.yaml``): invented contracts, each with its
settlement worked by hand. It shows a new user what a settlement looks like, and it is a test that
runs without any published file. A contract may hold its benchmark years; then its totals come from
the benchmark worksheet, which becomes a detail sheet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from openvbc.errors import Place
from openvbc.programs.mssp import results as mssp_results
from openvbc.programs.mssp.benchmark import link_benchmark
from openvbc.programs.mssp.contract import SharedSavingsContract, read_contract
from openvbc.programs.reach import results as reach_results
from openvbc.programs.settlement import ContractYear, Settlement, Sheet
from openvbc.rules.exact_yaml import read_yaml
from openvbc.rules.load import RuleSet, load_rules
from openvbc.shipped import shipped_text
from openvbc.worksheets.capitation.risk_corridors import REACH_SETTLEMENT
from openvbc.worksheets.kernel.evaluation import Evaluation
from openvbc.worksheets.kernel.worksheet import Worksheet
from openvbc.worksheets.shared_savings.benchmark import BENCHMARK
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES
from openvbc.worksheets.shared_savings.mssp import SHARED_SAVINGS

NOTE = "Invented contracts: no number here is of a real organisation."


@dataclass(frozen=True)
class WorkedContract:
    """One entry of the book."""

    name: str
    contract: Mapping[str, Any]
    given: Mapping[str, Any]
    benchmark: Mapping[str, Any]
    """Inputs of the benchmark worksheet, a list being one value an enrollment type; or empty."""
    expect: Mapping[str, Any]
    """Lines worked by hand."""


@dataclass(frozen=True)
class Chapter:
    """One file of the book: the contracts of a program."""

    title: str
    within: Decimal
    """What an unrounded line may differ by from the hand result."""
    contracts: Sequence[WorkedContract]


def read_chapter(name: str) -> Chapter:
    """The chapter ``openvbc/book/<name>.yaml``."""
    content = read_yaml(shipped_text(f"book/{name}.yaml"), f"book/{name}.yaml", shipped=True)
    contracts = [
        WorkedContract(
            entry["name"],
            entry["contract"],
            entry["given"],
            entry.get("benchmark", {}),
            entry["expect"],
        )
        for entry in content["contracts"]
    ]
    return Chapter(content["title"], Decimal(str(content["within"])), contracts)


def settle_book() -> dict[str, Settlement]:
    """Every chapter, settled, by the name of its program."""
    return {"mssp": _shared_savings(), "reach": _reach()}


def _shared_savings() -> Settlement:
    chapter, rules = read_chapter("shared_savings"), load_rules("mssp")
    contracts = [
        read_contract(entry.contract, Place("book/shared_savings.yaml"), rules)
        for entry in chapter.contracts
    ]
    given: list[dict[str, Any]] = []
    worked: dict[int, Evaluation] = {}
    for entry, contract in zip(chapter.contracts, contracts, strict=True):
        inputs = {**contract.settlement_inputs(), **entry.given}
        if entry.benchmark:
            benchmark = _benchmark(entry, contract, inputs, rules)
            inputs["updated_benchmark_expenditures"] = benchmark.value("total_benchmark")
            inputs["performance_year_expenditures"] = benchmark.value("total_expenditures")
            inputs["guardrail_applied"] = benchmark.value("guardrail_applied")
            worked[len(given)] = benchmark
        given.append(inputs)
    evaluation = SHARED_SAVINGS.evaluate(_columns(SHARED_SAVINGS, given), rules)
    sheets = {}
    for row, benchmark in worked.items():
        who = _of(chapter.contracts[row], contracts[row])
        link_benchmark(evaluation, benchmark, who.identifier, row)
        sheets[f"benchmark_{who.identifier}"] = Sheet([who], benchmark, [who.identifier])
    return Settlement(
        program="mssp",
        title=chapter.title,
        main=Sheet(
            [_of(e, c) for e, c in zip(chapter.contracts, contracts, strict=True)],
            evaluation,
        ),
        presentation=mssp_results.PRESENTATION,
        rows_in=len(contracts),
        set_aside=(),
        details=sheets,
        notes=(NOTE,),
    )


def _of(entry: WorkedContract, contract: SharedSavingsContract) -> ContractYear:
    track = contract.track.replace("TRACK_1_PLUS", "Track 1+").replace("TRACK", "Track")
    return ContractYear(
        contract.aco_id, contract.performance_year, track.replace("_", " "), entry.name
    )


def _benchmark(
    entry: WorkedContract,
    contract: SharedSavingsContract,
    inputs: Mapping[str, Any],
    rules: RuleSet,
) -> Evaluation:
    totals = {"updated_benchmark_expenditures": None, "performance_year_expenditures": None}
    before = SHARED_SAVINGS.evaluate({**inputs, **totals}, rules)
    given: dict[str, Any] = {
        "performance_year": contract.performance_year,
        "agreement_start": contract.agreement_start,
        "agreement_number": contract.agreement_number,
        "two_sided": before.value("risk_model") == "two-sided",
        "minimum_loss_rate": before.value("minimum_savings_rate"),
    }
    for name, value in entry.benchmark.items():
        if isinstance(value, list):
            by_type = zip(ENROLLMENT_TYPES, value, strict=True)
            given |= {f"{name}_{each}": amount for each, amount in by_type}
        else:
            given[name] = value
    return BENCHMARK.evaluate(given, rules)


def _reach() -> Settlement:
    chapter, rules = read_chapter("reach"), load_rules("reach")
    given = [
        {
            "performance_year": entry.contract["performance_year"],
            "risk_arrangement": entry.contract["risk_arrangement"],
            **entry.given,
        }
        for entry in chapter.contracts
    ]
    contracts = [
        ContractYear(
            entry.contract["identifier"],
            entry.contract["performance_year"],
            entry.contract["risk_arrangement"].title(),
            entry.name,
        )
        for entry in chapter.contracts
    ]
    return Settlement(
        program="reach",
        title=chapter.title,
        main=Sheet(contracts, REACH_SETTLEMENT.evaluate(_columns(REACH_SETTLEMENT, given), rules)),
        presentation=reach_results.PRESENTATION,
        rows_in=len(contracts),
        set_aside=(),
        notes=(NOTE,),
    )


def _columns(worksheet: Worksheet, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Inputs by column; what a contract does not give is missing."""
    named = {name for row in rows for name in row}
    return {name: [row.get(name) for row in rows] for name in worksheet.inputs if name in named}
