"""A rule file that is wrong is refused in words, with its place."""

import re

import pytest

from openvbc.errors import EmptyResult, OpenvbcError, ParameterMissing, RuleError
from openvbc.rules.load import load_rules
from openvbc.rules.overlay_template import lacking, template_of_year
from openvbc.steps import attribution

GOOD = """baseline: mssp
sequestration_rate:
  label: Sequestration
  unit: ratio
  by: [performance_year]
  values:
    - for: {performance_year: 2020..2022}
      value: 0.01
      cite: a question
      status: unverified
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("baseline: mssp", "baseline: reach", "starts with 'baseline: mssp'"),
        ("baseline: mssp", "- a list", "VBC-30"),
        ("  label: Sequestration\n", "", "lacks label"),
        ("      cite: a question\n", "", "lacks cite"),
        ("status: unverified", "status: perhaps", "unknown status 'perhaps'"),
        ("{performance_year: 2020..2022}", "{track: ENHANCED}", "names track, not in 'by'"),
        ("{performance_year: 2020..2022}", "2020", "'for' names keys"),
        ("2020..2022", "2020....2022", "the range of performance_year cannot be read"),
        ("2020..2022", "2020..soon", "the range of performance_year cannot be read"),
        ("2020..2022", "2022..2020", "the range of performance_year cannot be read"),
        ("2020..2022", "2020..2022-12-31", "the range of performance_year cannot be read"),
        ("sequestration_rate:", "sequestration_rat:", "is not a parameter of mssp"),
        ("by: [performance_year]", "by: [track]", "not in 'by'"),
        ("value: 0.01", "value: [", "VBC-302"),
        ("value: 0.01", "value: FILL IN", "is a number, not 'FILL IN'"),
        ("value: 0.01", "value: true", "is a number, not 'True'"),
        ("value: 0.01", "value: [{rate: 1}]", "is a number, not rows"),
        ("value: 0.01", "value: 52", "beyond belief: is it in percent"),
        ("unit: ratio", "unit: percent", "is in ratio, the overlay says percent"),
        (GOOD[15:], "sequestration_rate: 3\n", "a parameter is a mapping"),
        ("    - for: {performance_year: 2020..2022}\n      value: 0.01\n", "    - 3\n", "VBC-302"),
    ],
)
def test_a_wrong_overlay_is_refused(tmp_path, old, new, message):
    assert old in GOOD
    path = tmp_path / "overlay.yaml"
    path.write_text(GOOD.replace(old, new))
    with pytest.raises(RuleError, match=message):
        load_rules("mssp", (path,))


@pytest.mark.parametrize(("content", "code"), [(None, "VBC-1016"), (b"\x80\xff", "VBC-304")])
def test_an_overlay_that_cannot_be_read(tmp_path, content, code):
    path = tmp_path / "overlay.yaml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(OpenvbcError, match=code):
        load_rules("mssp", (path,))


def test_the_rows_of_a_table_keep_their_columns(tmp_path):
    """A misspelt column of a laid table would be read as absent."""
    overlay = tmp_path / "overlay.yaml"
    for row, fits in (("{months: 12}", True), ("{month: 12}", False), ("{months: 1, m: 2}", False)):
        overlay.write_text(
            "baseline: mssp\nperformance_year_months:\n  label: L\n  unit: table\n"
            "  by: [performance_year]\n  values:\n    - for: {performance_year: 2027}\n"
            f"      value: [{row}]\n      cite: c\n      status: unverified\n",
            encoding="utf-8",
        )
        if fits:
            load_rules("mssp", [overlay])
        else:
            with pytest.raises(RuleError, match="row 1 of performance_year_months lacks"):
                load_rules("mssp", [overlay])


def test_an_overlay_replaces_only_what_it_names(tmp_path):
    path = tmp_path / "overlay.yaml"
    path.write_text(GOOD)  # 2020 and 2021..2024 are shipped in two values; this lies across
    shipped, laid = load_rules("mssp"), load_rules("mssp", (path,))
    for year in range(2014, 2025):
        one, other = (r.get("sequestration_rate", performance_year=year) for r in (shipped, laid))
        assert (one.value == other.value) == (year not in (2020, 2021, 2022))
    assert laid.digest != shipped.digest


REPLACEMENT = """baseline: mssp
replacement_codes:
  label: A replacement
  unit: rows
  by: [performance_year]
  values:
    - for: {performance_year: "2022.."}
      value:
        - {hcpcs_code: "99999", replaces: "99213", effective_date: 2024-07-01}
      cite: invented
      status: unverified
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"99213"', '"99223"'),  # no primary care service
        ('hcpcs_code: "99999", ', ""),
        ("2024-07-01", "soon"),
    ],
)
def test_a_replacement_that_replaces_nothing_is_refused(tmp_path, old, new):
    assert old in REPLACEMENT
    path = tmp_path / "overlay.yaml"
    path.write_text(REPLACEMENT)
    attribution.tables(load_rules("mssp", [path]), aco_id="A1", performance_year=2024)
    path = tmp_path / "wrong.yaml"
    path.write_text(REPLACEMENT.replace(old, new))
    with pytest.raises(RuleError, match="VBC-150") as refused:
        attribution.tables(load_rules("mssp", [path]), aco_id="A1", performance_year=2024)
    assert "wrong.yaml" in str(refused.value)


def test_the_template_of_a_year_names_all_it_lacks_and_once_filled_in_the_year_is_known(tmp_path):
    """What `vbc rules mssp --template 2027` prints is an overlay; unfilled values are refused."""
    rules = load_rules("mssp")
    template = template_of_year(rules, 2027)
    names = lacking(rules, "performance_year", 2027)
    assert {"sharing_rate_basis", "quality_score_threshold", "sequestration_rate"} <= set(names)
    for name in names:
        with pytest.raises(ParameterMissing, match="vbc rules mssp --template 2027"):
            rules.get(name, performance_year=2027)
    overlay = tmp_path / "overlay.yaml"
    overlay.write_text(template, encoding="utf-8")
    with pytest.raises(RuleError):
        load_rules("mssp", [overlay])
    filled = re.sub(r"value: FILL IN  # [^:\n]*: (.*)", r"value: \1", template)
    filled = filled.replace("a table of rows", "[{months: 12}]").replace(
        "FILL IN", "a rule to come"
    )
    overlay.write_text(filled, encoding="utf-8")
    laid = load_rules("mssp", [overlay])
    assert lacking(laid, "performance_year", 2027) == []


def test_a_year_that_lacks_nothing_has_no_template():
    with pytest.raises(EmptyResult, match="lack nothing for 2024"):
        template_of_year(load_rules("mssp"), 2024)
