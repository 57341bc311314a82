"""hccinfhir, an independent program, scores the same random people: term by term the same.

Where the two differ, the difference must be one that `hccinfhir_differences.yaml` lists, with the
reason from CMS's own model software. Anything else fails. An adjudication excuses one named term of
a person that one side has and the other has not, at the published factor; all other terms of that
person are compared. A diagnosis that an edit makes invalid is kept from hccinfhir where it would
drop only one of the diagnosis's two conditions; the person is then compared in full.
"""

from __future__ import annotations

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from openvbc.rules.load import load_code_table
from openvbc.steps.risk.tables import Scoring
from oracles.risk_people import Scored, Someone, mapped_codes, random_people, score
from own_yaml import plain_yaml

hccinfhir = pytest.importorskip("hccinfhir", reason="the oracle hccinfhir is not installed")

YEAR = 2026
THEIR_NAME = {
    "V22": "CMS-HCC Model V22",
    "V24": "CMS-HCC Model V24",
    "V28": "CMS-HCC Model V28",
    "ESRD_V21": "CMS-HCC ESRD Model V21",
    "ESRD_V24": "CMS-HCC ESRD Model V24",
}
PREFIX = {("ESRD_V21", "GC"): "GC_"}
"""Segments it scores only when told to."""
LISTED = plain_yaml(Path(__file__).parent / "hccinfhir_differences.yaml")


def theirs(person: Someone, model: str, segment: str) -> dict[str, Decimal]:
    from hccinfhir.model_calculate import calculate_raf

    invalid = invalid_of_two_conditions(person, model)
    esrd = model.startswith("ESRD")
    result = calculate_raf(
        [code for code in person.diagnoses if code not in invalid],
        model_name=THEIR_NAME[model],
        age=person.age,
        sex="F" if person.sex == "female" else "M",
        dual_elgbl_cd=person.dual,
        orec=person.entitlement,
        crec="2" if esrd else "0",
        new_enrollee=person.new_enrollee,
        snp=person.special_needs_plan,
        low_income=person.low_income,
        lti=person.institutional,
        graft_months=person.months,
        prefix_override=PREFIX.get((model, segment)),
    )
    return {
        (f"HCC{name}" if name.isdigit() else name): Decimal(str(value))
        for name, value in result.coefficients.items()
    }


def differences(
    people: list[Someone], ours: dict[tuple[str, str], Scored], model: str
) -> tuple[Counter[str], list[str]]:
    """Listed differences by their reason, and what is not listed."""
    known: Counter[str] = Counter()
    unlisted: list[str] = []
    for person in people:
        mine = ours[person.person_id, model]
        for _ in invalid_of_two_conditions(person, model):
            known[EDITED] += 1
        other = theirs(person, model, mine.segment)
        for variable in sorted(set(mine.terms) | set(other)):
            a, b = mine.terms.get(variable), other.get(variable)
            if (a or 0) == (b or 0):
                continue
            reason = None
            if not (a and b) and (a or b) == published(model, mine.segment, variable):
                reason = reason_for(person, model, mine.segment, variable, a is not None)
            if reason:
                known[reason] += 1
            else:
                unlisted.append(f"{mine.segment} {variable}: {a} against {b} {person}")
    return known, unlisted


def reason_for(person: Someone, model: str, segment: str, variable: str, ours: bool) -> str | None:
    for entry in LISTED:
        if (
            "variables" in entry
            and model in entry["models"]
            and segment in entry.get("segments", [segment])
            and re.fullmatch(entry["variables"], variable)
            and entry["ours"] == ("present" if ours else "absent")
            and all(about(person, model, k) in listed(v) for k, v in entry.get("when", {}).items())
        ):
            return str(entry["name"])
    return None


def listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def about(person: Someone, model: str, fact: str) -> object:
    if fact == "under_65":
        return person.age < 65
    return getattr(person, fact)


EDITED = "edit on a diagnosis of two conditions"
FACTORS = {
    (row["model"], row["segment"], row["variable"]): Decimal(row["coefficient"])
    for row in load_code_table("hcc", "coefficient")
}


def published(model: str, segment: str, variable: str) -> Decimal | None:
    """CMS's factor of a term in a segment; of the graft add-ons, which dialysis has not, theirs."""
    factor = FACTORS.get((model, segment, variable))
    if factor is None and segment in ("DI", "DNE"):
        factor = FACTORS.get((model, "GI", variable))
    return factor


def invalid_of_two_conditions(person: Someone, model: str) -> set[str]:
    """Diagnoses of two conditions that an edit makes invalid for this person."""
    return {
        code
        for code in person.diagnoses
        for edit in EDITS_OF_TWO[model].get(code, ())
        if edit["sex"] in ("", person.sex)
        and int(edit["youngest_age"] or 0) <= person.age <= int(edit["oldest_age"] or 999)
    }


def edits_of_two(model: str) -> dict[str, list[dict[str, str]]]:
    """Edits that make a diagnosis invalid which stands for more than one condition."""
    conditions: Counter[str] = Counter()
    for codes in mapped_codes(model, YEAR).values():
        conditions.update(codes)
    edits_by_code: dict[str, list[dict[str, str]]] = {}
    for row in load_code_table("hcc", "diagnosis_edit"):
        code = row["diagnosis_code"]
        if row["model"] == model and conditions[code] > 1 and not row["instead_hcc"]:
            edits_by_code.setdefault(code, []).append(dict(row))
    return edits_by_code


EDITS_OF_TWO = {model: edits_of_two(model) for model in THEIR_NAME}


def compare(model: str, count: int, seed: int) -> Counter[str]:
    people = random_people(count, model, YEAR, seed)
    ours = score(people, [Scoring(model, YEAR)])
    assert len(ours) == count
    for scored in ours.values():
        assert scored.raw_score == sum(scored.terms.values())
    known, unlisted = differences(people, ours, model)
    assert not unlisted, f"{len(unlisted)} differences, for example\n" + "\n".join(unlisted[:5])
    return known


@pytest.mark.parametrize("model", THEIR_NAME)
def test_a_sample_scores_alike(model):
    compare(model, 500, seed=1)


@pytest.mark.slow
@pytest.mark.parametrize("model", THEIR_NAME)
def test_twenty_thousand_people_score_alike(model):
    compare(model, 20_000, seed=2)
