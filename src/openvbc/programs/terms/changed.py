"""Terms changed for a what-if on one settled contract.

::

    what_if: A corridor of half and half
    terms:
      contract_corridor: {value: [{from: 0, to: null, share: 0.50}], clause: offer of 3 May}
      stop_loss_deductible: {value: 250000, clause: offer of 3 May}
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from openvbc.errors import ContractError, Place, RuleError
from openvbc.programs.terms.catalogue import catalogue
from openvbc.project_file import Part
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.validation import wrong_fields


class _Term(Part):
    value: Any
    clause: str = ""


class _Form(Part):
    what_if: Annotated[str, Field(min_length=1)]
    terms: Annotated[dict[str, _Term], Field(min_length=1)]


@dataclass(frozen=True)
class ChangedTerms:
    """What a what-if changes: its title, and the terms by name with their new values."""

    title: str
    file: str
    terms: Mapping[str, Any]


def read_changed_terms(path: Path, program: str) -> ChangedTerms:
    """Read a what-if and hold its terms against the catalogue of the program.

    Raises:
        ContractError: it cannot be read, or a term or value is not one there is.
    """
    try:
        form = _Form.model_validate(read_yaml(text_of_yaml(path), path.name))
    except RuleError as error:
        raise ContractError(
            f"the what-if cannot be read: {error.what}", place=error.place, code="VBC-11997"
        ) from error
    except ValidationError as error:
        wrong = "; ".join(wrong_fields(error, "a key of a what-if", _Form.model_fields))
        raise _refused(wrong, path) from None
    known = catalogue(program)
    faults = [f"{name} is no term there is" for name in form.terms if name not in known]
    faults += [
        f"{name}: {known[name].wrong(term.value)}"
        for name, term in form.terms.items()
        if name in known and known[name].wrong(term.value)
    ]
    if faults:
        raise _refused("; ".join(faults), path)
    return ChangedTerms(
        form.what_if, path.name, {name: term.value for name, term in form.terms.items()}
    )


def _refused(wrong: str, path: Path) -> ContractError:
    return ContractError(
        f"the what-if is not valid: {wrong}",
        place=Place(path.name),
        rule="keys: what_if (its name) and terms (each with its value)",
        action="correct what is named",
        code="VBC-11998",
    )
