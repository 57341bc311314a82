"""Every rule shipped is valid, cited, matched by at most one value, and read by something."""

import re
from importlib import resources
from itertools import combinations
from pathlib import Path

import pytest

from openvbc.rules.coverage import coverage
from openvbc.rules.load import load_rules
from openvbc.rules.parameter import Table

RULES = Path(str(resources.files("openvbc.rules")))
PROGRAMS = sorted(
    folder.name for folder in RULES.iterdir() if folder.is_dir() and list(folder.glob("*.yaml"))
)
PACKAGE = RULES.parent


@pytest.fixture(scope="module")
def sources():
    texts = [
        path.read_text(encoding="utf-8")
        for path in PACKAGE.rglob("*")
        if path.suffix in {".py", ".sql"}
    ]
    return set(re.findall(r"\w+", "\n".join(texts)))


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_value_is_cited(program):
    rule_set = load_rules(program)
    for name in rule_set.names:
        for entry in rule_set.history(name):
            assert entry.cite.strip(), name
            assert entry.label.strip(), name
            assert entry.unit.strip(), name
            if isinstance(entry.value, Table):
                assert entry.value, f"{name}: an empty table"


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_parameter_is_read_by_something(program, sources):
    unread = [name for name in load_rules(program).names if name not in sources]
    assert unread == []


def _together(one, other):
    """Whether two conditions can hold for the same key."""
    if one is None or other is None:
        return True
    for first, second in ((one, other), (other, one)):
        if first.values is not None:
            return any(second.matches(value) for value in first.values)
    after = one.low is not None and other.high is not None and one.low > other.high
    before = one.high is not None and other.low is not None and one.high < other.low
    return not (after or before)


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_two_values_are_in_force_together(program):
    rule_set = load_rules(program)
    for name in rule_set.names:
        keys = rule_set.keys_of(name)
        for one, other in combinations(rule_set.history(name), 2):
            both = all(_together(one.applies.get(key), other.applies.get(key)) for key in keys)
            assert not both, f"{name}: {one.applies_in_words()} and {other.applies_in_words()}"


def test_the_registry_names_programs_that_have_rules():
    entries = coverage()
    assert entries
    assert {entry.program.replace("-", "_") for entry in entries} <= {
        program.replace("-", "_") for program in PROGRAMS
    }


def test_an_overlay_that_is_edited_is_read_anew_in_the_same_process(tmp_path):
    overlay = tmp_path / "what_if.yaml"
    text = "baseline: mssp\ntitle: what if\nsequestration_rate:\n  label: Sequestration\n"
    text += "  unit: ratio\n  by: [performance_year]\n  values:\n"
    entry = "    - for: {performance_year: 2019}\n      value: %s\n      cite: what if\n"
    values = []
    for value in ("0.01", "0.03"):
        overlay.write_text(text + entry % value + "      status: unverified\n")
        values.append(
            load_rules("mssp", [overlay]).get("sequestration_rate", performance_year=2019)
        )
    assert [str(each.value) for each in values] == ["0.01", "0.03"]
    assert load_rules("mssp", [overlay]).digest != load_rules("mssp").digest
