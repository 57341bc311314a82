"""A book as it would be: a contract dropped, terms changed, one-sided made two-sided.

::

    what_if: Two-sided from next year
    drop: [NX-2025]
    change:
      NW-2025:
        loss_share: {value: 0.50, clause: offer of 3 May}

Every contract is settled again on the same people and totals; what is compared is the settlement,
the best and worst case, and the shares of spending by payment category.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, ValidationError

from openvbc.engine.private_files import private_folder, write_text
from openvbc.errors import ContractError, Place, RuleError
from openvbc.programs.contract_book.book_file import Book
from openvbc.programs.contract_book.book_form import Entry
from openvbc.programs.contract_book.settle import Said, SettledBook, settle_book
from openvbc.programs.terms.agreed import content_of_contract
from openvbc.project_file import Part
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml, yaml_text
from openvbc.validation import wrong_fields


class WhatIf(Part):
    """What is changed, and what it is called."""

    what_if: Annotated[str, Field(min_length=1)]
    drop: tuple[str, ...] = ()
    change: dict[str, dict[str, dict[str, Any] | None]] = Field(default_factory=dict)
    """By contract: terms as in a contract file, each with value and clause; null takes one out."""


@dataclass(frozen=True)
class Compared:
    """One contract, or all, before and after (USD; None where it is not in the book)."""

    contract: str
    before: Decimal | None
    after: Decimal | None
    worst_before: Decimal | None
    worst_after: Decimal | None

    @property
    def difference(self) -> Decimal:
        """After less before; what is not in a book counts as nothing."""
        return (self.after or Decimal(0)) - (self.before or Decimal(0))


def read_what_if(path: Path, book: Book) -> WhatIf:
    """Read a what-if and hold it against the book.

    Raises:
        ContractError: it cannot be read, or names what the book does not have.
    """
    try:
        what_if = WhatIf.model_validate(read_yaml(text_of_yaml(path), path.name))
    except RuleError as error:
        raise ContractError(
            f"the what-if cannot be read: {error.what}", place=error.place, code="VBC-9024"
        ) from error
    except ValidationError as error:
        wrong = "; ".join(wrong_fields(error, "a key of a what-if", WhatIf.model_fields))
        raise ContractError(
            f"the what-if is not valid: {wrong}", place=Place(path.name), code="VBC-9025"
        ) from None
    known = {entry.contract for entry in book.entries}
    unknown = sorted({*what_if.drop, *what_if.change} - known)
    if unknown:
        raise ContractError(
            f"the what-if names {', '.join(unknown)}",
            place=Place(path.name),
            rule=f"contracts of the book: {', '.join(sorted(known))}",
            action="correct the identifier",
            code="VBC-9026",
        )
    return what_if


def settle_what_if(book: Book, asked: WhatIf, said: Said | None = None) -> SettledBook:
    """The book settled as changed, in a folder of its own below the book's."""
    folder = book.output.parent / f"{book.output.name}-what-if"
    terms = private_folder(folder.parent / f"{folder.name}-terms")
    entries = [
        _changed(entry, asked.change[entry.contract], terms)
        if entry.contract in asked.change
        else entry
        for entry in book.entries
        if entry.contract not in asked.drop
    ]
    title = f"{book.title}: {asked.what_if}"
    return settle_book(replace(book, title=title, entries=entries, output=folder), said)


def _changed(entry: Entry, terms: Mapping[str, Mapping[str, Any] | None], folder: Path) -> Entry:
    """The entry with its contract file written anew, the terms changed."""
    file = entry.terms or next(
        (path for path in entry.files if path.suffix.lower() in {".yaml", ".yml"}), None
    )
    if file is None:
        raise ContractError(
            f"{entry.contract} has no contract file whose terms could be changed",
            rule="terms: or files: with a contract of the parties' own",
            action="drop it, or give its file",
            code="VBC-9027",
        )
    content = dict(content_of_contract(file))
    kept = {**content.get("terms", {}), **terms}
    content["terms"] = {name: body for name, body in kept.items() if body}
    path = folder / f"{entry.contract}.yaml"
    write_text(path, yaml_text(content))
    if entry.terms is not None:
        return entry.model_copy(update={"terms": path})
    files = tuple(path if each == file else each for each in entry.files)
    return entry.model_copy(update={"files": files})


def compared(before: SettledBook, after: SettledBook) -> list[Compared]:
    """Every contract of either book, then all of them."""
    one = {line.contract: line for line in before.lines}
    other = {line.contract: line for line in after.lines}
    comparisons = [
        Compared(
            name,
            one[name].expected if name in one else None,
            other[name].expected if name in other else None,
            _worst(one, name),
            _worst(other, name),
        )
        for name in sorted({*one, *other})
    ]
    return [
        *comparisons,
        Compared("In all", before.expected, after.expected, before.worst, after.worst),
    ]


def _worst(lines: Mapping[str, Any], name: str) -> Decimal | None:
    line = lines.get(name)
    return None if line is None or line.ends is None else line.ends.worst


def downside_shares(books: Sequence[SettledBook]) -> list[Decimal | None]:
    """The share of spending under downside risk in each book; None where dollars are not known."""
    from openvbc.programs.contract_book.spending_shares import ALL

    shares: list[Decimal | None] = []
    for book in books:
        lines = book.measured.shares if book.measured else ()
        whole = [line for line in lines if line.line_of_business == ALL]
        shares.append(whole[0].dollars.downside if whole else None)
    return shares
