"""The last net, terminals that lack characters, and values nobody meant."""

import pytest

from openvbc.commands.last_net import unforeseen


@pytest.mark.parametrize(
    "encoding",
    ["ascii", *(pytest.param(e, marks=pytest.mark.slow) for e in ("cp1252", "latin-1", "cp437"))],
)
def test_a_terminal_that_lacks_characters(gold, vbc, encoding):
    for words in (["track", gold / "run"], ["explain", gold / "run", "earned_savings_or_owed"]):
        done = vbc(*words, PYTHONIOENCODING=encoding, text=False)
        assert done.returncode == 0, done.stderr
        assert b"Traceback" not in done.stderr


@pytest.mark.parametrize(
    "words",
    [["rules", "mssp", "--year", "-1"], ["rules", "mssp", "--year", "inf"],
     ["synth", "x", "--people", "inf"], ["run", "nowhere"], ["explain", "nowhere", "x"]],
)  # fmt: skip
def test_values_nobody_meant_are_said(vbc, words):
    done = vbc(*words)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert done.stderr


def test_what_is_not_foreseen_is_a_report_without_data():
    try:
        raise RuntimeError("CANARY77 born 1931-07-17")
    except RuntimeError as error:
        said = unforeseen(error)
    assert "VBC-420" in said
    assert "RuntimeError" in said
    assert "CANARY77" not in said
    assert "1931" not in said
