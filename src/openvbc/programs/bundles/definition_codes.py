"""Codes of a bundle definition: as they stand in it, or of a list of codes in a CSV file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from openvbc.errors import ContractError, Place
from openvbc.input_file import rows_of_csv

Codes = list[Any] | dict[Literal["list"], str]


class CodeReader:
    """Codes as they stand, or of a list by name."""

    def __init__(self, lists: Mapping[str, str], path: Path) -> None:
        self._lists, self._path = lists, path
        self._read: set[str] = set()

    def codes(self, given: Codes, digits: int = 0) -> list[str]:
        """The codes, written as claims have them: upper case, without dots, zeros in front."""
        codes = self._named(given["list"]) if isinstance(given, dict) else given
        claim_codes = []
        for one in codes:
            text = str(one).strip().upper().replace(".", "")
            is_code = isinstance(one, str | int) and not isinstance(one, bool)
            if not (is_code and text.isascii() and text.isalnum()):
                raise ContractError(
                    f"{one!r} is no code",
                    place=Place(self._path.name),
                    action="write it as claims have it, in quotes where it begins with a zero",
                    code="VBC-99002",
                )
            claim_codes.append(text.zfill(digits))
        return claim_codes

    def refuse_unread(self) -> None:
        """Every list that the file names is one that it uses.

        Raises:
            ContractError: one is used nowhere, and so moves nothing.
        """
        if unread := sorted(set(self._lists) - self._read):
            raise ContractError(
                f"the list {unread[0]} is used nowhere",
                place=Place(self._path.name),
                rule="a list stands where its codes count: {list: " + unread[0] + "}",
                action="use it, or take it out",
                code="VBC-99003",
            )

    def _named(self, name: str) -> list[str]:
        self._read.add(name)
        if name not in self._lists:
            raise ContractError(
                f"there is no list of codes named {name}",
                place=Place(self._path.name),
                rule="lists: " + (", ".join(sorted(self._lists)) or "none"),
                action="name its file under 'lists'",
                code="VBC-2111",
            )
        file = self._path.parent / self._lists[name]
        heads, rows = rows_of_csv(file)
        if "code" not in heads:
            raise ContractError(
                f"the list {name} has no column code",
                place=Place(file.name, 1),
                action="head the column of codes 'code'",
                code="VBC-2112",
            )
        list_codes = [row["code"] for _, row in rows if row["code"].strip()]
        if not list_codes:
            raise ContractError(
                f"the list {name} has no codes",
                place=Place(file.name),
                action="give its codes, or take the list out",
                code="VBC-99004",
            )
        return list_codes
