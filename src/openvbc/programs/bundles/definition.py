"""A payer's own bundle as data: triggers, windows, what is left out or included, overlap.

::

    episodes:
      - category: Knee replacement
        triggers: {ms_drg: [469, 470], outpatient_hcpcs: ["27447"]}
    window: {after_anchor_days: 90, watched_days: 30, lookback_days: 180}
    tests: [NOT_ON_THE_ROSTER, DIED_IN_ANCHOR]
    overlap: {keep: earlier}
    left_out: {ms_drg: ["001"], hcpcs: [J7190]}
    included: {settings: [INPATIENT_ACUTE, SKILLED_NURSING]}
    limits: {lower_percentile: 1, upper_percentile: 99}

A code may be a list by name, ``{list: NAME}``, of those under ``lists``: NAME to a CSV file with a
column ``code``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from openvbc.errors import ContractError, Place
from openvbc.input_file import text_of
from openvbc.programs.bundles.definition_codes import CodeReader, Codes
from openvbc.rules.exact_yaml import read_yaml
from openvbc.rules.load import load_rules
from openvbc.steps.episodes.tables import SETTINGS, SHARED, a_list
from openvbc.steps.episodes.terms import TESTS, Numbers
from openvbc.steps.rule_table import RuleTable
from openvbc.validation import wrong_fields

Days = Annotated[int, Field(ge=0, le=730)]
_FIRST, _LAST = "1965-07-30", "9999-12-31"


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Triggers(_Part):
    ms_drg: Codes = []
    outpatient_hcpcs: Codes = []
    procedures: Codes = []
    """ICD-10-PCS codes of which the stay must have one."""


class _Bundle(_Part):
    category: Annotated[str, Field(min_length=1)]
    triggers: _Triggers


class _Window(_Part):
    after_anchor_days: Annotated[int, Field(ge=1, le=730)]
    """Days from the end of the anchor, that day being day 1."""
    before_anchor_days: Days = 0
    watched_days: Days = 0
    lookback_days: Days = 0
    longest_anchor_days: Annotated[int, Field(ge=1, le=3650)] = 3650


class _Replace(_Part):
    earlier: str
    later: str


class _Overlap(_Part):
    keep: Literal["earlier", "later"]
    replace: list[_Replace] = []


class _Codes(_Part):
    ms_drg: Codes = []
    mdc: Codes = []
    hcpcs: Codes = []


class _Included(_Part):
    settings: list[str] = []
    hcpcs: Codes = []
    ms_drg: Codes = []


class _Limits(_Part):
    lower_percentile: Annotated[int, Field(ge=1, le=50)] | None = None
    upper_percentile: Annotated[int, Field(ge=50, le=99)] | None = None


class Definition(_Part):
    """A bundle definition, checked in its form; codes are read by :func:`read_definition`."""

    episodes: Annotated[list[_Bundle], Field(min_length=1)]
    window: _Window
    tests: list[str]
    overlap: _Overlap
    left_out: _Codes = _Codes()
    included: _Included = _Included()
    limits: _Limits = _Limits()
    lists: dict[str, str] = {}


def read_definition(path: Path) -> tuple[Numbers, dict[str, RuleTable]]:
    """The numbers and lists of a definition file.

    Raises:
        ContractError: it says something that cannot be (file and what).
    """
    place = Place(path.name)
    try:
        said = Definition.model_validate(read_yaml(text_of(path), path.name))
    except ValidationError as error:
        raise ContractError(
            "the definition is not understood: "
            + "; ".join(wrong_fields(error, "a field of a definition")),
            place=place,
            action="see docs/programs/bundles-from-claims.md for what a definition holds",
            code="VBC-2110",
        ) from None
    _check(said, place)
    codes = CodeReader(said.lists, path)
    shared = load_rules(SHARED)
    window = said.window
    numbers = Numbers(
        post_anchor_days=window.after_anchor_days,
        monitoring_days=window.watched_days,
        lookback_days=window.lookback_days,
        days_before_anchor=int(str(shared.get("days_before_anchor").value)),
        maximum_anchor_days=window.longest_anchor_days,
        transplant_days=int(str(shared.get("transplant_days").value)),
        fiscal_year_months=int(str(shared.get("fiscal_year_months").value)),
        other_hospitals_by_mean_stay=bool(shared.get("other_hospitals_by_mean_stay").value),
        home_health_by_days_of_service=bool(shared.get("home_health_by_days_of_service").value),
        settled_by_episode_end=bool(shared.get("settled_by_episode_end").value),
        pre_anchor_days=window.before_anchor_days,
        lower_percentile=said.limits.lower_percentile,
        upper_percentile=said.limits.upper_percentile,
    )
    return numbers, _lists(said, codes)


def _check(said: Definition, place: Place) -> None:
    unknown = sorted(set(said.tests) - set(TESTS))
    if unknown:
        raise ContractError(
            f"{unknown[0]} is no test of episodes",
            place=place,
            rule="known: " + ", ".join(TESTS),
            action="correct its spelling or take it out",
            code="VBC-2113",
        )
    names = {bundle.category for bundle in said.episodes}
    wrong = [c for pair in said.overlap.replace for c in (pair.earlier, pair.later)]
    if strange := sorted(set(wrong) - names):
        raise ContractError(
            f"overlap names {strange[0]}, which is no category of the definition",
            place=place,
            action="name categories as they stand under 'episodes'",
            code="VBC-2114",
        )
    if said.overlap.keep == "later" and said.overlap.replace:
        raise ContractError(
            "overlap keeps every later episode, and says besides which replace earlier ones",
            place=place,
            rule="replace names the exceptions to keep: earlier",
            action="say keep: earlier, or take replace out",
            code="VBC-99005",
        )
    window = said.window
    if window.lookback_days and window.before_anchor_days > window.lookback_days:
        raise ContractError(
            f"windows overlap: care counts from {window.before_anchor_days} days before the "
            f"anchor, and the lookback has {window.lookback_days}",
            place=place,
            rule="the lookback covers the days before the anchor that count",
            action="lengthen the lookback, or count fewer days",
            code="VBC-2115",
        )
    if strange := sorted(set(said.included.settings) - set(SETTINGS)):
        raise ContractError(
            f"{strange[0]} is no kind of care",
            place=place,
            rule="known: " + ", ".join(SETTINGS),
            action="correct its spelling",
            code="VBC-2116",
        )


def _lists(said: Definition, read: CodeReader) -> dict[str, RuleTable]:
    triggers: list[tuple[Any, ...]] = []
    procedures: list[tuple[str, str]] = []
    owner: dict[tuple[str, str], str] = {}
    for bundle in said.episodes:
        needed = read.codes(bundle.triggers.procedures)
        if needed and not bundle.triggers.ms_drg:
            raise ContractError(
                f"{bundle.category} has procedures and no ms_drg",
                rule="procedures are ones of which a stay that triggers by its MS-DRG has one",
                action="give the MS-DRGs, or hcpcs codes as outpatient_hcpcs",
                code="VBC-99006",
            )
        procedures += [(bundle.category, code) for code in needed]
        for setting, codes in (
            ("INPATIENT", read.codes(bundle.triggers.ms_drg, 3)),
            ("OUTPATIENT", read.codes(bundle.triggers.outpatient_hcpcs)),
        ):
            for code in codes:
                before = owner.setdefault((setting, code), bundle.category)
                if before != bundle.category:
                    raise ContractError(
                        f"{code} triggers both {before} and {bundle.category}",
                        rule="a claim begins one episode: their windows would overlap",
                        action="leave the code in one of them",
                        code="VBC-2117",
                    )
                needs = bool(needed) and setting == "INPATIENT"
                triggers.append((bundle.category, setting, code, None, needs, _FIRST, _LAST, None))
    if not triggers:
        raise ContractError(
            "no code triggers an episode",
            rule="a bundle has ms_drg or outpatient_hcpcs under triggers",
            action="give the codes",
            code="VBC-2118",
        )
    rows: dict[str, Sequence[Sequence[Any]]] = {
        "episode_trigger_code": sorted(set(triggers)),
        "episode_trigger_procedure": procedures,
        "episode_test": [(name, at) for at, name in enumerate(said.tests)],
        "begun_all_the_same": [],
        "overlap_rule": _overlap(said.overlap),
        "excluded_stay": [
            *(("EXCLUDED_READMISSION", None, c, None) for c in read.codes(said.left_out.ms_drg, 3)),
            *(("EXCLUDED_MDC", None, None, c) for c in read.codes(said.left_out.mdc, 2)),
        ],
        "excluded_line": [
            ("EXCLUDED_SERVICE", None, c, None, None, None, None, None)
            for c in read.codes(said.left_out.hcpcs)
        ],
        "excluded_diagnosis": [],
        "included_line": [
            *((setting, None, None) for setting in said.included.settings),
            *((None, c, None) for c in read.codes(said.included.hcpcs)),
            *((None, None, c) for c in read.codes(said.included.ms_drg, 3)),
        ],
    }
    read.refuse_unread()
    return {name: a_list(name, given) for name, given in rows.items()}


def _overlap(said: _Overlap) -> list[tuple[Any, ...]]:
    if said.keep == "later":
        return [(1, None, None, None, None)]
    return [(at, p.earlier, p.later, None, None) for at, p in enumerate(said.replace, start=1)]
