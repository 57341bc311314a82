"""A list that a program does not read is refused: it would move nothing, without a word."""

from __future__ import annotations

from collections.abc import Mapping

from openvbc.claims.inputs import ClaimInputs
from openvbc.errors import ContractError, Place


def refuse_unread_inputs(inputs: ClaimInputs, not_read: Mapping[str, str], place: Place) -> None:
    """Stop where a project gives a list that its program has no use for.

    Args:
        inputs: the files of the project.
        not_read: inputs that are not read, and why.
        place: the project file.

    Raises:
        ContractError: one of them is given.
    """
    for name, why in not_read.items():
        if getattr(inputs, name, None) is not None:
            raise ContractError(
                f"inputs.{name} is given, and nothing reads it",
                place=place,
                rule=why,
                action=f"take inputs.{name} out, or correct what would read it",
                code="VBC-99009",
            )
