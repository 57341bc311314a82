"""Hold a computed line against the published one, row by row."""

from __future__ import annotations

from decimal import Decimal

from openvbc.programs.settlement import Difference, LineScore, Sheet


def score(
    sheet: Sheet,
    line: str,
    published: str,
    label: str,
    tolerance: Decimal = Decimal(0),
    reasons: dict[int, str] | None = None,
    given: str | None = None,
    needs: str | None = None,
) -> LineScore:
    """Rows in which `line` and the input `published` agree within `tolerance`.

    Not counted is a row without a published value, one whose input `given` was itself taken from
    what is published, and one that lacks the input `needs`. `reasons` explain rows whose difference
    the rules of publication allow.
    """
    rows = 0
    differences = []
    computed_column, published_column = (
        sheet.evaluation.column(name) for name in (line, published)
    )
    for row, contract in enumerate(sheet.contracts):
        theirs, ours = published_column[row], computed_column[row]
        taken = given is not None and sheet.evaluation.value(given, row) is not None
        lacking = needs is not None and sheet.evaluation.value(needs, row) is None
        if theirs != theirs or taken or lacking:
            continue
        rows += 1
        if ours != ours or abs(ours - theirs) > tolerance:
            reason = (reasons or {}).get(row, "")
            shown = None if ours != ours else ours
            differences.append(Difference(contract, line, shown, theirs, reason, bool(reason)))
    words = "equal" if tolerance == 0 else f"within {tolerance}"
    return LineScore(line, label, rows, rows - len(differences), words, differences)
