"""A contract file: who agreed, for which year, and every term with its clause.

::

    program: payer-contract
    title: Value agreement of an invented health plan
    contract: NW-2025
    year: 2025
    agreement: Agreement of 1 November 2024
    terms:
      savings_share: {value: 0.50, clause: "4.1"}

A term is a parameter: its citation is the clause of the agreement, its status is confirmed, because
the agreement is the governing text. A term the file does not name is no part of the contract: it
has no value, and :attr:`Agreed.silent_on` names it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openvbc.errors import ContractError, Place, RuleError
from openvbc.programs.terms.catalogue import Term, catalogue
from openvbc.project_file import ProjectFile
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.rules.load import RuleSet
from openvbc.rules.parameter import Parameter, Status, Table, Value
from openvbc.validation import wrong_fields

_SHARES = ("savings_share", "loss_share")
NEEDED_BY_FORM: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "benchmark_form": {
        "given total": (),
        "target per member per month": ("target_per_member_per_month",),
        "prior year trended": ("prior_year_per_member_per_month", "trend_rate"),
        "historical average": ("historical_years",),
        "peer group": ("peer_factor",),
        "share of premium": ("target_loss_ratio",),
    },
    "price_form": {
        "threshold": ("acceptable_cost", "commendable_cost", "gain_limit_cost", *_SHARES),
        "fixed price": ("price_list", *_SHARES),
        "retrospective budget": ("budget_per_episode", *_SHARES),
        "typical and avoidable": ("avoidable_cost_allowance", *_SHARES),
        "prospective payment": ("price_list",),
    },
    "population": {
        "roster": (),
        "voluntary": (),
        "geography": (),
        "plurality": ("attribution_measure", "attribution_months", "attribution_is_prospective"),
        "hierarchy": ("attribution_measure", "attribution_months", "attribution_is_prospective"),
        "fallback": ("attribution_measure", "attribution_months", "attribution_is_prospective"),
        "majority": (
            "attribution_measure",
            "attribution_months",
            "attribution_is_prospective",
            "majority_share",
        ),
    },
    "capitation_form": {
        "rate cells": (),
        "percent of premium": ("premium_share",),
        "percent of plan payment": ("premium_share", "rebate_counts", "sequestration_counts"),
    },
}
"""For each term that chooses a form, the terms that each form must have."""
INSTEAD_OF = {"savings_ladder": "savings_share", "loss_ladder": "loss_share"}
"""Terms that say the same in another way: with both it is not clear which one counts."""


class _Term(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    value: Any
    clause: Annotated[str, Field(min_length=1)]
    note: str = ""


class _Form(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    program: Literal["payer-contract", "episodes", "capitation"]
    title: Annotated[str, Field(min_length=1)]
    contract: Annotated[str, Field(min_length=1)]
    year: Annotated[int, Field(ge=2000, le=2099)]
    agreement: Annotated[str, Field(min_length=1)]
    provider: str = ""
    terms: dict[str, _Term]


@dataclass(frozen=True)
class Agreed:
    """What the parties of one contract agreed for one year."""

    title: str
    contract: str
    """Its identifier."""
    year: int
    agreement: str
    provider: str
    rules: RuleSet
    """Every term of the catalogue as a parameter."""
    silent_on: Sequence[Term]
    """Terms of the catalogue the contract says nothing of."""

    def value(self, name: str) -> Any:
        """The agreed value of a term; None where the contract has none."""
        return self.rules.get(name).value


def read_agreed(path: Path) -> Agreed:
    """Read and check a contract file.

    Raises:
        InputError: the file cannot be read, or is no regular file or too large.
        ContractError: it is no YAML, or its fields or terms are wrong (all are named).
    """
    digest = hashlib.sha256(text_of_yaml(path).encode()).hexdigest()
    return agreed(content_of_contract(path), path.name, digest)


def content_of_contract(path: Path) -> Any:
    """What a contract file holds, not yet checked.

    Raises:
        InputError: the file cannot be read, or is no regular file or too large.
        ContractError: it is no YAML.
    """
    try:
        return read_yaml(text_of_yaml(path), path.name)
    except RuleError as error:
        raise ContractError(
            f"the contract cannot be read: {error.what}", place=error.place, code="VBC-231"
        ) from error


def agreed_in_project(project: ProjectFile, place: Place) -> Agreed:
    """The contract of a project: the file that it names, or what it says itself.

    Raises:
        OpenvbcError: as :func:`read_agreed`.
    """
    contract = project.contract
    if set(contract) == {"file"}:
        return read_agreed(Path(place.file or ".").parent / str(contract["file"]))
    return agreed({"program": project.program, **contract}, place.file or "", "")


def problems_of(content: Any, source: str) -> list[str]:
    """Everything that keeps the content of a contract file from being settled.

    Raises:
        ContractError: it is no mapping.
    """
    if not isinstance(content, Mapping):
        raise ContractError("a contract is a mapping", place=Place(source), code="VBC-2006")
    try:
        form = _Form.model_validate(dict(content))
    except ValidationError as error:
        return wrong_fields(error, "a field of a contract")
    return [*_unknown(form), *_wrong_values(form), *_missing(form), *_ambiguous(form)]


def agreed(content: Any, source: str, digest: str) -> Agreed:
    """A contract from the content of its file."""
    if wrong := problems_of(content, source):
        raise _refused(wrong, source)
    form = _Form.model_validate(dict(content))
    terms = catalogue(form.program)
    entries = {name: [_parameter(term, form, source)] for name, term in terms.items()}
    return Agreed(
        title=form.title,
        contract=form.contract,
        year=form.year,
        agreement=form.agreement,
        provider=form.provider,
        rules=RuleSet(form.program, entries, dict.fromkeys(terms, ()), digest),
        silent_on=[term for name, term in terms.items() if name not in form.terms],
    )


def _refused(wrong: Sequence[str], source: str) -> ContractError:
    return ContractError(
        f"the contract is not valid: {'; '.join(wrong)}",
        place=Place(source),
        action="correct what is named; the page of the program lists the terms there are",
        code="VBC-232",
    )


def _unknown(form: _Form) -> list[str]:
    known = catalogue(form.program)
    return [f"{name} is no term there is" for name in form.terms if name not in known]


def _wrong_values(form: _Form) -> list[str]:
    known = catalogue(form.program)
    checked = [
        (name, known[name].wrong(term.value)) for name, term in form.terms.items() if name in known
    ]
    return [f"{name}: {wrong}" for name, wrong in checked if wrong]


def _missing(form: _Form) -> list[str]:
    needed = [name for name, term in catalogue(form.program).items() if term.needed]
    for chooses, forms in NEEDED_BY_FORM.items():
        chosen = form.terms[chooses].value if chooses in form.terms else None
        if isinstance(chosen, str):  # a form that there is not is wrong already, and needs nothing
            needed += forms.get(chosen, ())
    return [
        f"{name} is missing (write value: null with its clause where there is none)"
        for name in needed
        if name not in form.terms
    ]


def _ambiguous(form: _Form) -> list[str]:
    said = {name: term.value for name, term in form.terms.items() if term.value is not None}
    idle = [
        f"{name} is agreed, and the price form {said['price_form']} has no rate to step through"
        for name in INSTEAD_OF
        if name in said and said.get("price_form") in ("threshold", "prospective payment")
    ]
    return idle + [
        f"{one} and {other} are both agreed: it is not clear which of them counts "
        f"(write {other} with value: null)"
        for one, other in INSTEAD_OF.items()
        if one in said and other in said
    ]


def _parameter(term: Term, form: _Form, source: str) -> Parameter:
    said = form.terms.get(term.name)
    return Parameter(
        name=term.name,
        label=term.label,
        unit=term.unit,
        value=value_agreed(term, None if said is None else said.value),
        applies={},
        cite=f"{form.agreement}, clause {said.clause}" if said else f"{form.agreement}: no clause",
        status=Status.CONFIRMED,
        note=said.note if said else "",
        source=source,
    )


def value_agreed(term: Term, agreed: Any) -> Value:
    """No table is a table without rows: a worksheet reads it as nothing agreed."""
    if agreed is None:
        return Table() if term.unit == "table" else None
    return term.value(agreed)
