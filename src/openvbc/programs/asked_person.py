"""The person a user asks for, by any identifier that person ever had."""

from __future__ import annotations

from typing import TYPE_CHECKING

from openvbc.engine.base import Engine

if TYPE_CHECKING:
    from openvbc.run import Run


def person_asked(engine: Engine, identifier: str, has_identifiers: bool) -> str:
    """A query of the person's ``person_id``; ``person_identifier`` is read where it is there."""
    engine.register_rows("asked", {"member_id": "string"}, [(identifier.strip(),)])
    known = "select member_id as person_id from asked"
    if has_identifiers:
        known += (
            " union select i.person_id from person_identifier i"
            " join asked a on a.member_id = i.member_id"
        )
    return known


def person_of_run(engine: Engine, run: Run, identifier: str) -> str:
    """The same, with the identifiers of the run's claim store where it has one."""
    if run.store is not None:
        engine.register("person_identifier", run.store / "person_identifier")
    return person_asked(engine, identifier, run.store is not None)
