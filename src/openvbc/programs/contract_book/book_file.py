"""The book's file, ``book.yaml``: the contracts an organisation holds, and how each is settled.

::

    book: Contracts of an invented health system
    year: 2025
    contracts:
      - contract: NW-2025
        payer: Northwind Health Plan
        line_of_business: Commercial
        files: [northwind/contract.yaml, northwind/totals.csv]
      - contract: A1234
        payer: CMS
        line_of_business: Traditional Medicare
        project: ../my-aco

A mistake in the file as a whole stops the book. A mistake in one contract leaves that contract out,
by name, and the book settles the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from openvbc.claims.inputs import ClaimInputs
from openvbc.errors import ContractError, Place, RuleError
from openvbc.programs.contract_book.book_form import BookForm, Cases, Entry, Reserve, Source
from openvbc.programs.contract_book.conflicts import conflicts, one_spelling
from openvbc.rules.exact_yaml import lines_of_yaml, read_yaml, text_of_yaml
from openvbc.validation import wrong_fields

NAME = "book.yaml"


@dataclass(frozen=True)
class LeftOut:
    """A contract that is not in the book's sums, and why."""

    contract: str
    why: str
    what_to_do: str = ""


@dataclass(frozen=True)
class Book:
    """What a book's file says."""

    path: Path
    title: str
    year: int
    entries: Sequence[Entry]
    left_out: Sequence[LeftOut]
    claims: ClaimInputs
    dollars: Path | None
    dollars_rule: str
    as_of: dt.date | None
    cases: Cases | None
    reserve: Reserve | None
    store: Path
    output: Path
    contracts_in_file: int = 0

    @property
    def has_claims(self) -> bool:
        """Whether deliveries of claims are named."""
        return bool(self.claims.paths())

    def of(self, entry: Entry) -> tuple[dt.date, dt.date]:
        """The period of a contract: the year of the book unless it says another."""
        return (
            entry.first_day or dt.date(self.year, 1, 1),
            entry.last_day or dt.date(self.year, 12, 31),
        )


def read_book(path: Path) -> Book:
    """Read and check a book's file.

    Args:
        path: the file, or the folder it is in.

    Raises:
        ContractError: the file is missing, is no YAML, or says something that cannot be.
    """
    path = path / NAME if path.is_dir() else path
    if not path.is_file():
        raise ContractError(
            "there is no book here",
            place=Place(str(path)),
            rule="a book is a file book.yaml that lists contracts",
            action="docs/contract-book.md shows one",
            code="VBC-9001",
        )
    text = text_of_yaml(path)
    try:
        content = read_yaml(text, path.name)
        form = BookForm.model_validate(content)
    except RuleError as error:
        raise ContractError(
            f"the book cannot be read: {error.what}", place=error.place, code="VBC-9002"
        ) from error
    except ValidationError as error:
        wrong = "; ".join(wrong_fields(error, "a key of a book", BookForm.model_fields))
        raise ContractError(
            f"the book is not valid: {wrong}",
            place=Place(path.name),
            action="correct what is named",
            code="VBC-9003",
        ) from None
    entries, left_out = _entries(form, path, lines_of_yaml(text))
    base = path.parent
    return Book(
        path=path, title=form.book, year=form.year, entries=entries, left_out=left_out,
        claims=_claims_from(base, form.claims), dollars=form.dollars and base / form.dollars,
        dollars_rule=form.dollars_rule, as_of=form.as_of, cases=form.cases, reserve=form.reserve,
        store=base / form.store, output=base / form.output, contracts_in_file=len(form.contracts),
    )  # fmt: skip


def _entries(
    form: BookForm, path: Path, lines: Mapping[tuple[Any, ...], int]
) -> tuple[list[Entry], list[LeftOut]]:
    entries: list[Entry] = []
    left_out: list[LeftOut] = []
    for number, content in enumerate(form.contracts):
        name = str(content.get("contract", "")) if isinstance(content, dict) else ""
        name = name or f"entry {number + 1}"
        if not isinstance(content, dict):
            where = Place(path.name, lines.get(("contracts", number)))
            why = f"an entry is a mapping of keys, not a text or a list ({where})"
            left_out.append(LeftOut(name, why, "correct the entry"))
            continue
        try:
            entries.append(_taken_from(path.parent, Entry.model_validate(content)))
        except ValidationError as error:
            wrong = "; ".join(wrong_fields(error, "a key of a contract", Entry.model_fields))
            where = Place(path.name, lines.get(("contracts", number)))
            left_out.append(LeftOut(name, f"{wrong} ({where})", "correct the entry"))
    return _without_conflicts(entries, left_out, form.year)


def _without_conflicts(
    entries: Sequence[Entry], left_out: list[LeftOut], year: int
) -> tuple[list[Entry], list[LeftOut]]:
    """Entries that cannot both be right: neither counts."""
    reasons = conflicts(entries, [each.contract for each in left_out], year)
    left_out += [LeftOut(entries[number].contract, *said) for number, said in reasons.items()]
    return one_spelling([e for number, e in enumerate(entries) if number not in reasons]), left_out


def _source_from(base: Path, source: Source) -> dict[str, Any]:
    return {
        "files": tuple(base / each for each in source.files),
        "overlays": tuple(base / each for each in source.overlays),
        "project": source.project and base / source.project,
        "terms": source.terms and base / source.terms,
    }


def _taken_from(base: Path, entry: Entry) -> Entry:
    """The same entry with its paths taken from the folder of the book."""
    parts = tuple(part.model_copy(update=_source_from(base, part)) for part in entry.parts)
    more = {
        "parts": parts,
        "members": entry.members and base / entry.members,
        "excluded": entry.excluded and base / entry.excluded,
    }
    return entry.model_copy(update=_source_from(base, entry) | more)


def _claims_from(base: Path, claims: ClaimInputs) -> ClaimInputs:
    taken: dict[str, Any] = {
        name: tuple(base / p for p in value) if isinstance(value, tuple) else value and base / value
        for name, value in claims
    }
    return ClaimInputs(**taken)
