"""What a contract file lacks, says twice or says in vain: every finding at once.

A file that cannot be settled has findings that must be corrected; a file that can may still have
clauses that a lawyer would miss (no run-out, no day of payment), and terms that move nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from openvbc.errors import ContractError
from openvbc.programs.terms.agreed import Agreed, content_of_contract, problems_of, read_agreed
from openvbc.programs.terms.catalogue import catalogue

Kind = Literal["must be corrected", "moves nothing", "no clause"]

_BY_CARE = ("attribution_measure", "attribution_months", "attribution_is_prospective")
_READ_BY_FORM: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "benchmark_form": {
        "target per member per month": ("target_per_member_per_month",),
        "prior year trended": ("prior_year_per_member_per_month", "trend_rate"),
        "historical average": ("historical_years",),
        "peer group": ("peer_factor",),
        "share of premium": ("target_loss_ratio",),
    },
    "price_form": {
        "threshold": ("acceptable_cost", "commendable_cost", "gain_limit_cost"),
        "fixed price": ("price_list",),
        "retrospective budget": ("budget_per_episode",),
        "typical and avoidable": ("avoidable_cost_allowance",),
        "prospective payment": ("price_list",),
    },
    "population": {
        "plurality": _BY_CARE,
        "hierarchy": _BY_CARE,
        "fallback": _BY_CARE,
        "majority": (*_BY_CARE, "majority_share"),
    },
    "capitation_form": {
        "percent of premium": ("premium_share",),
        "percent of plan payment": ("premium_share", "rebate_counts", "sequestration_counts"),
    },
}
"""Of terms that choose a form: the terms that only that form reads."""
_NEEDS_ONE_OF: Mapping[str, tuple[str, ...]] = {
    "savings_cap": ("savings_share", "savings_ladder"),
    "minimum_savings_rate": ("savings_share", "savings_ladder"),
    "quality_tiers": ("savings_share", "savings_ladder", "withhold_rate",
                      "quality_pool_per_member_per_month"),
    "loss_cap": ("loss_share", "loss_ladder"),
    "minimum_loss_rate": ("loss_share", "loss_ladder"),
    "advance_is_owed_back": ("advance_per_member_per_month",),
    "aggregate_limit": ("aggregate_attachment",),
}  # fmt: skip
"""Terms that move nothing where none of these is agreed."""


@dataclass(frozen=True)
class ClauseFinding:
    """One thing to know of a contract file."""

    kind: Kind
    says: str


def review(path: Path) -> list[ClauseFinding]:
    """Every finding of a contract file, what must be corrected first.

    Raises:
        InputError: the file cannot be read.
        ContractError: it is no YAML.
    """
    content = content_of_contract(path)
    program = content.get("program") if isinstance(content, Mapping) else ""
    if program in (None, "p4p-contract"):
        return _of_performance(path)
    if wrong := problems_of(content, path.name):
        return [ClauseFinding("must be corrected", each) for each in wrong]
    agreed = read_agreed(path)
    values = _values(agreed)
    findings = [ClauseFinding("moves nothing", each) for each in _idle(values)]
    silent = [
        ClauseFinding("no clause", f"{term.name}: {term.label[0].lower()}{term.label[1:]}")
        for term in agreed.silent_on
        if term.name not in _of_other_forms(values)
    ]
    return [*findings, *silent]


def moves_nothing(agreed: Agreed) -> list[str]:
    """Terms that are agreed and that no line of the settlement can read, each in a sentence."""
    return _idle(_values(agreed))


def _values(agreed: Agreed) -> dict[str, Any]:
    return {name: agreed.value(name) or None for name in catalogue(agreed.rules.program)}


def _of_performance(path: Path) -> list[ClauseFinding]:
    from openvbc.programs.p4p_contract.draft import moves_nothing, without_clause
    from openvbc.programs.p4p_contract.terms import read_terms

    try:
        terms = read_terms(path)
    except ContractError as error:
        return [ClauseFinding("must be corrected", each) for each in error.what.split("; ")]
    return [
        *(ClauseFinding("moves nothing", each) for each in moves_nothing(terms)),
        *(ClauseFinding("no clause", each) for each in without_clause(terms)),
    ]


def _of_other_forms(values: Mapping[str, Any]) -> set[str]:
    """Terms that belong to a form the contract did not choose."""
    terms: set[str] = set()
    for chooses, forms in _READ_BY_FORM.items():
        if chooses not in values:
            continue  # no term of this program
        mine = forms.get(str(values.get(chooses)), ())
        terms |= {name for names in forms.values() for name in names if name not in mine}
    return terms


def _idle(values: Mapping[str, Any]) -> list[str]:
    """Terms that are agreed and that no line of the settlement can read."""
    said = [name for name, value in values.items() if value is not None]
    remarks = [
        f"{name} is agreed, and the form chosen does not read it"
        for name in said
        if name in _of_other_forms(values)
    ]
    remarks += [
        f"{name} is agreed, and none of {', '.join(others)} is"
        for name, others in _NEEDS_ONE_OF.items()
        if name in said and not any(other in said for other in others)
    ]
    return remarks
