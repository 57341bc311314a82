"""Risk scores once more, one person at a time in plain Python: an oracle for the SQL.

Written from CMS's model software (AGESEXV2, V2419P1M, V2823T2M and their hierarchy macros), with
dictionaries and loops; shares only the published tables with the program. Community, institutional
and new enrollee segments of V22, V24 and V28.
"""

from __future__ import annotations

import csv
import datetime as dt
from collections import defaultdict
from decimal import Decimal
from functools import cache

from openvbc.rules.load import load_code_table

BANDS = (0, 35, 45, 55, 60, 65, 70, 75, 80, 85, 90, 95)


@cache
def factors(model: str) -> dict[tuple[str, str], Decimal]:
    return {
        (r["segment"], r["variable"]): Decimal(r["coefficient"])
        for r in load_code_table("hcc", "coefficient")
        if r["model"] == model
    }


@cache
def mapping(model: str, year: int) -> dict[str, set[int]]:
    hccs_by_code: dict[str, set[int]] = defaultdict(set)
    for r in load_code_table("hcc", "diagnosis_map"):
        if r["diagnosis_map"] == model and int(r["first_year"]) <= year <= int(r["last_year"]):
            hccs_by_code[r["diagnosis_code"]].add(int(r["hcc"]))
    return hccs_by_code


@cache
def drops(model: str) -> dict[int, set[int]]:
    drops_by_hcc: dict[int, set[int]] = defaultdict(set)
    for r in load_code_table("hcc", "hierarchy"):
        if r["model"] == model:
            drops_by_hcc[int(r["hcc"])].add(int(r["drops_hcc"]))
    return drops_by_hcc


@cache
def edits(model: str) -> dict[str, list[dict[str, str]]]:
    edits_by_code: dict[str, list[dict[str, str]]] = defaultdict(list)
    for r in load_code_table("hcc", "diagnosis_edit"):
        if r["model"] == model:
            edits_by_code[r["diagnosis_code"]].append(dict(r))
    return edits_by_code


@cache
def groups(model: str) -> dict[str, set[int]]:
    hccs_by_group: dict[str, set[int]] = defaultdict(set)
    for r in load_code_table("hcc", "condition_group"):
        if r["model"] == model:
            hccs_by_group[r["condition_group"]].add(int(r["hcc"]))
    return hccs_by_group


@cache
def interactions(model: str) -> list[dict[str, str]]:
    return [dict(r) for r in load_code_table("hcc", "interaction") if r["model"] == model]


def age_on(birth: dt.date, year: int) -> int:
    return year - birth.year - ((birth.month, birth.day) > (2, 1))


def band(age: int, new: bool) -> str:
    if new and 65 <= age <= 69:
        return str(age)
    low = max(b for b in BANDS if b <= age)
    following = [b for b in BANDS if b > low]
    return f"{low}_{following[0] - 1}" if following else "95_GT"


def raw_score(
    model: str, year: int, birth: dt.date, sex: str, entitlement: str, dual: str, new: bool, codes
) -> Decimal:
    """Community and new enrollee segments; `dual` is full, partial or none."""
    age = max(age_on(birth, year), 0)
    letter = "F" if sex == "female" else "M"
    factor = factors(model)
    if new:
        cell = "65" if age == 64 and entitlement == "0" else band(age, True)
        origin = "ORIGDIS" if age >= 65 and entitlement == "1" else "NORIGDIS"
        group = "NMCAID" if dual == "none" else "MCAID"
        return factor["NE", f"{group}_{origin}_NE{letter}{cell}"]
    segment = "C" + {"full": "F", "partial": "P", "none": "N"}[dual] + ("A" if age >= 65 else "D")
    total = factor[segment, f"{letter}{band(age, False)}"]
    disabled = age < 65 and entitlement != "0"
    if entitlement == "1" and age >= 65:
        total += factor[segment, f"OriginallyDisabled_{'Female' if letter == 'F' else 'Male'}"]
    conditions: set[int] = set()
    for code in codes:
        hccs = mapping(model, year).get(code, set())
        if not hccs:
            continue
        for edit in edits(model).get(code, ()):
            low, high = int(edit["youngest_age"] or 0), int(edit["oldest_age"] or 999)
            if edit["sex"] in ("", sex) and low <= age <= high:
                hccs = {int(edit["instead_hcc"])} if edit["instead_hcc"] else set()
        conditions |= hccs
    if model == "V28" and not conditions & {221, 222, 224, 225, 226}:
        conditions -= {223}
    paid = conditions - set().union(*(drops(model)[hcc] for hcc in conditions), set())
    for hcc in paid:
        total += factor[segment, f"HCC{hcc}"]

    def member(group: str) -> bool:
        known = groups(model).get(group) or {int(group[3:])}
        return bool(known & paid)

    for row in interactions(model):
        on = member(row["first_group"]) and (not row["second_group"] or member(row["second_group"]))
        on = on and (row["person_must_be"] != "disabled" or disabled)
        if on:
            total += factor.get((segment, row["variable"]), Decimal(0))
    if paid:
        count = f"D{len(paid)}" if len(paid) < 10 else "D10P"
        total += factor.get((segment, count), Decimal(0))
    return total


def read(path) -> list[dict[str, str]]:
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
