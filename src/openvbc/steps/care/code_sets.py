"""The code sets of the care steps: conditions, scores, indicators, services, each a small table."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import cache

from openvbc.engine.table import SmallTable, Value
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.steps import readmission
from openvbc.steps.care import PROGRAM
from openvbc.steps.rule_table import RuleTable, code_table

_TEXT = "string"
_NUMBER = "decimal(18,4)"
_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "claim_setting": {"claim_type_code": _TEXT, "setting": _TEXT},
    "left_out_line": {"hcpcs_prefix": _TEXT},
    "condition_path": {
        "algorithm": _TEXT, "condition": _TEXT, "name": _TEXT, "path": "int", "setting": _TEXT,
        "claims": "int", "days_apart": "int", "reference_months": "int",
    },
    "condition_code": {
        "algorithm": _TEXT, "condition": _TEXT, "role": _TEXT, "code_version": _TEXT,
        "last_position": "int", "diagnosis_code": _TEXT,
    },
    "score_points": {"score": _TEXT, "category": _TEXT, "points": _NUMBER},
    "score_hierarchy": {"score": _TEXT, "category": _TEXT, "drops": _TEXT},
    "score_source": {"score": _TEXT, "setting": _TEXT},
    "score_band": {"score": _TEXT, "part": _TEXT, "low": _NUMBER, "below": _NUMBER,
                   "points": _NUMBER},
    "admission_type": {"admit_type_code": _TEXT, "is_unplanned": "boolean"},
    "discharge_end": {"discharge_disposition_code": _TEXT, "meaning": _TEXT},
    "service_code": {"service": _TEXT, "code_kind": _TEXT, "code": _TEXT},
    "emergency_group": {"diagnosis_prefix": _TEXT, "reason": _TEXT, "follow_up_days": "int"},
    "indicator_branch": {
        "family": _TEXT, "indicator": _TEXT, "branch": "int", "age_from_months": "int",
        "age_below_months": "int", "sex": _TEXT, "counted_visit": "int",
    },
    "indicator_clause": {
        "indicator": _TEXT, "branch": "int", "kind": _TEXT, "clause": "int", "part": "int",
        "position": _TEXT, "code_set": _TEXT,
    },
    "indicator_composite": {"composite": _TEXT, "indicator": _TEXT},
    "indicator_code": {"family": _TEXT, "code_set": _TEXT, "code_kind": _TEXT, "code": _TEXT},
    "prevention": {
        "gap": _TEXT, "service": _TEXT, "age_from": "int", "every_months": "int",
        "lowest_tier": "int", "next_action": _TEXT,
    },
    "ungrouped_drg": {"drg_code": _TEXT},
    "transfer_origin": {"admit_source_code": _TEXT},
    "cohort": {"cohort": _TEXT, "algorithm": _TEXT, "condition": _TEXT, "is_watched": "boolean"},
}  # fmt: skip


def code_sets(algorithm: str = "CCW30", only: Collection[str] | None = None) -> list[RuleTable]:
    """Code sets, paths, points and bands, as they stand in ``rules/care``.

    Args:
        algorithm: CCW30 or CCW27.
        only: names of tables, those of these alone; for example what a pipeline asks for.
    """
    return [
        _code_set(name, algorithm) for name in (*_COLUMNS, *_OTHERS) if only is None or name in only
    ]


@cache
def _code_set(name: str, algorithm: str) -> RuleTable:
    """What is shipped does not change: it is made once, with its texts and its key."""
    if name in _OTHERS:
        return _OTHERS[name]()
    return _of_algorithm(code_table(PROGRAM, name, name, _COLUMNS[name]), algorithm)


def _acute_facilities() -> RuleTable:
    columns = {"lowest": "string", "highest": "string", "first_digit": "int", "digits": "int"}
    return code_table(readmission.PROGRAM, "acute_facility", "acute_facility", columns)


def _no_planned_stays() -> RuleTable:
    """Where no lists of planned care are given, the type of admission alone tells."""
    columns = {"person_id": "string", "stay_id": "string", "is_planned": "boolean"}
    return plain_table("planned_stay", columns, [])


def _score_codes() -> RuleTable:
    """Codes of the scores, with their first character, by which they are joined."""
    text = "string"
    columns = {
        "score": text, "category": text, "code_version": text, "is_prefix": "boolean",
        "first_character": text, "code": text,
    }  # fmt: skip
    codes = [
        (row["score"], row["category"], row["code_version"], row["is_prefix"] == "true",
         row["code"][0], row["code"])
        for row in load_code_table(PROGRAM, "score_code")
    ]  # fmt: skip
    return plain_table("score_code", columns, codes)


def _of_algorithm(made: RuleTable, algorithm: str) -> RuleTable:
    """The rows of one algorithm, where a table is of several; each has its condition's bit."""
    table = made.table
    if "algorithm" not in table.columns or table.name == "cohort":
        return made
    at, condition = (list(table.columns).index(name) for name in ("algorithm", "condition"))
    bits = _condition_bits(algorithm)
    kept = [(*row, bits[str(row[condition])]) for row in table.rows if row[at] == algorithm]
    columns = {**table.columns, "condition_bit": "bigint"}
    return RuleTable(SmallTable(table.name, columns, kept), made.doubts)


def _condition_bits(algorithm: str) -> dict[str, int]:
    """A bit a condition, so that what a claim tells of is one number."""
    names = sorted(
        {
            row["condition"]
            for row in load_code_table(PROGRAM, "condition_path")
            if row["algorithm"] == algorithm
        }
    )
    return {name: 1 << at for at, name in enumerate(names)}


def _score_bits() -> RuleTable:
    """A bit a category of the scores that ask claims of every setting."""
    of_hospitals = {"FRAILTY", "ELIXHAUSER"}
    rows = [r for r in load_code_table(PROGRAM, "score_points") if r["score"] not in of_hospitals]
    return plain_table(
        "score_bit",
        {"score": "string", "category": "string", "category_bit": "bigint"},
        [(row["score"], row["category"], 1 << at) for at, row in enumerate(rows)],
    )


def look_back(rules: RuleSet, algorithm: str, days: Sequence[dt.date]) -> RuleTable:
    """The spans before the days of the lists that a condition or score looks at, a bit each."""
    paths = load_code_table(PROGRAM, "condition_path")
    months = {int(r["reference_months"]) for r in paths if r["algorithm"] == algorithm}
    months |= {int(str(rules.get(name).value)) for name in ("score_months", "frailty_months")}
    spans = [(day, count) for day in days for count in sorted(months)]
    return plain_table(
        "look_back",
        {"as_of": "date", "months": "int", "span_bit": "bigint"},
        [(*span, 1 << at) for at, span in enumerate(spans)],
    )


def plain_table(
    name: str, columns: Mapping[str, str], rows: Iterable[Sequence[Value]]
) -> RuleTable:
    """A small table that no rule stands behind."""
    return RuleTable(SmallTable(name, columns, list(rows)), ())


_OTHERS: Mapping[str, Callable[[], RuleTable]] = {
    "acute_facility": _acute_facilities,
    "score_bit": _score_bits,
    "score_code": _score_codes,
    "planned_stay": _no_planned_stays,
}
"""Tables that are made in their own way."""
