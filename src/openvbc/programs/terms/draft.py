"""A contract file shown back in plain words, clause by clause, for those who signed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from openvbc.errors import ContractError, Place
from openvbc.format import show
from openvbc.programs.terms.agreed import Agreed, content_of_contract, read_agreed
from openvbc.programs.terms.catalogue import Term, catalogue
from openvbc.rules.exact_yaml import read_yaml
from openvbc.rules.parameter import Table
from openvbc.shipped import shipped_text


@cache
def _sentences() -> Mapping[str, Mapping[str, str]]:
    text = shipped_text("programs/terms/draft.yaml")
    sentences: Mapping[str, Mapping[str, str]] = read_yaml(text, "terms/draft.yaml", shipped=True)
    return sentences


def draft(path: Path) -> str:
    """The contract as text: parties and year, then every agreed term as a sentence with its clause.

    Raises:
        InputError: the file cannot be read.
        ContractError: it is not valid, or of a program whose contracts are not of terms.
    """
    content = content_of_contract(path)
    if isinstance(content, Mapping) and content.get("program") in (None, "p4p-contract"):
        from openvbc.programs.p4p_contract.draft import lines
        from openvbc.programs.p4p_contract.terms import read_terms

        return "\n".join(lines(read_terms(path))) + "\n"
    agreed = read_agreed(path)
    if not agreed.rules.names:
        raise ContractError("the contract has no terms", place=Place(path.name), code="VBC-9021")
    return "\n".join(_lines(agreed)) + "\n"


def _lines(agreed: Agreed) -> Iterator[str]:
    yield f"{agreed.title}, {agreed.year}"
    yield f"Contract {agreed.contract}; {agreed.agreement}"
    if agreed.provider:
        yield f"Provider: {agreed.provider}"
    yield ""
    silent = {term.name for term in agreed.silent_on}
    for name, term in catalogue(agreed.rules.program).items():
        if name not in silent:
            cite = agreed.rules.get(name).cite.removeprefix(f"{agreed.agreement}, ")
            yield f"{_sentence(term, agreed.value(name))} ({cite})"
    if silent:
        yield ""
        yield "The contract has no clause on:"
        yield from (f"- {term.label[0].lower()}{term.label[1:]}" for term in agreed.silent_on)


def _sentence(term: Term, value: Any) -> str:
    forms = _sentences().get(term.name, {})
    if value is None or (isinstance(value, Table) and not value):
        return forms.get("none", f"{term.label}: none.")
    template = forms.get("some", f"{term.label}: {{value}}.")
    return template.replace("{value}", _in_words(term, value))


def _in_words(term: Term, value: Any) -> str:
    if isinstance(value, Table):
        return "; ".join(_row(row) for row in value)
    return show(value, "USD" if term.unit.startswith("USD") else term.unit)


def _row(row: Mapping[str, Any]) -> str:
    if {"from", "to"} <= set(row):
        end = "on" if row["to"] is None else f"to {show(row['to'], 'ratio')}"
        return f"from {show(row['from'], 'ratio')} {end}: {show(row['share'], 'ratio')}"
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in row.items())
