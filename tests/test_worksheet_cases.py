"""Run every worksheet case under tests/cases: what is given, what is expected, as text.

A file says which worksheet and rules it is for, and holds cases::

    worksheet: openvbc.worksheets.shared_savings.benchmark:BENCHMARK
    rules: mssp
    cases:
      - name: ...
        # the hand computation
        given: {expenditures: 100, ...}
        expect: {earned_shared_savings: 3.92}
        within: 0.01            # absolute; default: exactly equal

A list is one value for each enrollment type, in the order ESRD, disabled, aged/dual, aged/non-dual;
a single value for a name that exists by type only is the same for each.
Both number kinds must agree, except in a case that stands exactly on a boundary and says
``numbers: exact``: floats may fall on either side of it. A case may be ``like`` an earlier one of
its file and give only what differs. A case about something else than a rule's value may name the
value it counts with under ``parameters``: it stays what it is when the law changes.
"""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from pathlib import Path

import pytest

from openvbc.rules.load import load_rules
from openvbc.worksheets.shared_savings.enrollment_types import ENROLLMENT_TYPES
from own_yaml import exact_yaml

CASES = Path(__file__).parent / "cases"


def _by_name(values, names):
    flat = {}
    for name, value in values.items():
        if name not in names and not isinstance(value, list):
            value = [value] * len(ENROLLMENT_TYPES)
        if isinstance(value, list):
            flat |= {
                f"{name}_{each}": one for each, one in zip(ENROLLMENT_TYPES, value, strict=True)
            }
        else:
            flat[name] = value
    return flat


def _collect():
    for path in sorted(CASES.rglob("*.yaml")):
        content = exact_yaml(path)
        if "worksheet" not in content:
            continue
        given_before = {}
        for case in content["cases"]:
            given = {**given_before.get(case.get("like"), {}), **case.get("given", {})}
            given_before[case["name"]] = given
            yield pytest.param(
                content["worksheet"], content["rules"], given, case,
                id=f"{path.relative_to(CASES)}: {case['name']}",
            )  # fmt: skip


@pytest.mark.parametrize(("worksheet", "rules", "given", "case"), list(_collect()))
def test_case(worksheet, rules, given, case):
    module, name = worksheet.split(":")
    sheet = getattr(import_module(module), name)
    given = _by_name(given, sheet.inputs)
    tolerance = Decimal(str(case.get("within", 0)))
    ruled = load_rules(rules)
    for parameter, value in case.get("parameters", {}).items():
        ruled = ruled.what_if(parameter, value, "the case's own")
    exact = sheet.evaluate(given, ruled)
    loose = sheet.evaluate(given, ruled, numbers="float")
    if case.get("numbers") == "exact":
        loose = exact
    if "refused" in case:
        assert case["refused"] in str(exact.refused[0])
    for line, expected in _by_name(case.get("expect", {}), sheet.lines).items():
        amount = exact.value(line)
        if isinstance(expected, Decimal | int) and not isinstance(expected, bool):
            assert amount is not None, f"{line} is missing"
            assert abs(amount - expected) <= tolerance, f"{line}: {amount}, expected {expected}"
            assert float(loose.value(line)) == pytest.approx(float(amount), rel=1e-9, abs=1e-6)
        else:
            assert amount == expected, f"{line}: {amount}, expected {expected}"
            assert loose.value(line) == expected
