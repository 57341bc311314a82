"""The sentence of :mod:`openvbc.report.plain_words` for a run that is open in the app."""

from __future__ import annotations

from typing import Any

from openvbc.app.opened import OpenedRun
from openvbc.programs.run_folder import MAIN
from openvbc.report.plain_words import Sentence, in_plain_words


def result_in_words(opened: OpenedRun, row: int, values: Any = None) -> Sentence:
    """What a settled row came to, or would with other values (a what-if answer's)."""
    assert opened.stored is not None
    kept = opened.stored.worksheets
    item = opened.described(MAIN, kept["result"])
    waterfall = kept.get("waterfall") or ()
    return in_plain_words(
        opened.row(MAIN, row).values if values is None else values,
        kept["result"],
        item["label"],
        item["unit"],
        earned=waterfall[-1][0] if waterfall else None,
        is_final=kept.get("is_final", True),
    )
