"""settle, verify, explain and rules, from the command line."""

import json
import stat
from decimal import Decimal

import duckdb
import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import InputError, ParameterMissing
from programs import results_files

RUNNER = CliRunner(env={"COLUMNS": "200"})


def vbc(*words):
    result = RUNNER.invoke(app, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def rows():
    """Rows that print what they settle to: commands are tried here, and not the law."""
    return results_files.as_settled(results_files.rows())


@pytest.fixture(scope="module")
def earned(rows):
    """Dollars of each contract."""
    return {row["ACO_ID"]: Decimal(row["EarnSaveLoss"]) for row in rows}


@pytest.fixture(scope="module")
def total(earned):
    """The sum of them as it is shown."""
    return f"${sum(earned.values()) / 1_000_000:.2f}M"


@pytest.fixture
def file(tmp_path, rows):
    return results_files.write(tmp_path / "py2024.csv", rows)


@pytest.fixture
def run(tmp_path, file):
    result = vbc("settle", "--program", "mssp", file, "--output", tmp_path / "run", "--no-reports")
    assert result.exit_code == 0, result.output
    return tmp_path / "run"


def test_settle_prints_a_total_and_counts_rows(tmp_path, file, total):
    result = vbc("settle", "--program", "mssp", file, "--output", tmp_path / "run", "--no-reports")
    assert "rows in 3, settled 3, set aside 0" in result.output
    assert total in result.output


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_numbers_are_never_broken_over_lines(tmp_path, file, columns, total):
    words = ["settle", "--program", "mssp", file, "--output", tmp_path / "run", "--no-reports"]
    narrow = CliRunner(env={"COLUMNS": str(columns)})
    output = narrow.invoke(app, [str(word) for word in words]).output
    for shown in ("A1002", "$352,800", "−$1.50M", total):
        assert shown in output, shown
    table = [text for text in output.splitlines() if text[:1] in "┏┃┡│├└"]
    assert max(len(text) for text in table) <= columns


def test_settle_quiet_says_nothing(tmp_path, file):
    words = ("settle", "--program", "mssp", file, "--output", tmp_path / "run", "--no-reports")
    assert vbc(*words, "--quiet").output == ""


def test_rows_set_aside_are_shown_with_place_and_reason(tmp_path):
    rows = results_files.rows()
    rows[1]["N_AB"] = "-5"
    path = results_files.write(tmp_path / "py2024.csv", rows)
    words = ("settle", "--program", "mssp", path, "--output", tmp_path / "run", "--no-reports")
    output = vbc(*words).output
    assert "rows in 3, settled 2, set aside 1" in output
    assert "negative person count" in output
    assert "py2024.csv:3, column N_AB, value '-5'" in output
    kept = (tmp_path / "run" / "set_aside.csv").read_text().splitlines()
    assert kept[1].startswith("py2024.csv,3,N_AB,-5,negative person count")


def test_the_run_folder(run, earned):
    assert stat.S_IMODE(run.stat().st_mode) == 0o700
    manifest = json.loads((run / "manifest.json").read_text())
    assert manifest["program"] == "mssp"
    assert [entry["name"] for entry in manifest["inputs"]] == ["py2024.csv"]
    assert len(manifest["inputs"][0]["sha256"]) == 64
    assert manifest["control_totals"]["rows"] == {"in": 3, "settled": 3, "set_aside": 0}
    assert set(manifest["outputs"]) <= {path.name for path in run.iterdir()}
    table = f"'{run / 'settlement.parquet'}'"
    amounts = duckdb.sql(f"select contract, earned_savings_or_owed_losses from {table} order by 1")
    assert dict(amounts.fetchall()) == earned


def test_settling_twice_gives_the_same_bytes(tmp_path, file, run):
    again = tmp_path / "again"
    vbc("settle", "--program", "mssp", file, "--output", again, "--no-reports")
    for path in run.iterdir():
        assert path.read_bytes() == (again / path.name).read_bytes(), path.name


def test_explain_goes_down_to_inputs_and_parameters(run):
    output = vbc("explain", run, "--contract", "a1002", "earned_savings").output
    for words in (
        "A1002 · 2024 · BASIC A · Second",
        "earned_savings_or_owed_losses = $352,800",
        "Maximum rate times the share earned by quality",
        "maximum_sharing_rate = 40.00% (0.4)",
        "42 CFR 425.605(h)",
        "confirmed",
        "empirical",
        "minimum_savings_rate_table = 10 rows",
        "assigned_beneficiaries = 7,500",
    ):
        assert words in output, words


def test_explain_says_what_is_printed_what_is_derived_and_what_did_not_decide(run):
    output = vbc("explain", run, "--contract", "A1002", "earned_savings").output
    lines = output.splitlines()
    origins = {}
    for number, text in enumerate(lines[:-1]):
        for name in ("assigned_beneficiaries", "agreement_performance_year", "guardrail_applied"):
            if f" {name} = " in text:
                origins.setdefault(name, lines[number + 1].strip(" │"))
    assert origins["assigned_beneficiaries"].startswith("printed")
    assert origins["guardrail_applied"].startswith("printed")
    assert "input ·" not in output
    # Savings: nothing of the losses decides what is earned, and the tree does not follow it.
    assert "final_loss_rate = " not in output
    assert "did not decide here: " in output


def test_explain_tells_the_fixed_loss_rate_of_basic_in_its_own_words(run):
    output = vbc("explain", run, "--contract", "A1003", "final_loss_rate").output
    assert "The track's one rate where it has one (BASIC, Track 1+)" in output
    assert "did not decide here: loss_rate_by_quality" in output
    assert "One less maximum rate times quality score" not in output


def test_explain_warns_that_no_rate_is_printed_for_fewer_than_500_people(tmp_path):
    rows = [row | {"N_AB": "499", "MinSavPerc": "12.2"} for row in results_files.rows()[1:2]]
    file = results_files.write(tmp_path / "py2024.csv", rows)
    vbc("settle", "--program", "mssp", file, "--output", tmp_path / "run", "--no-reports")
    output = vbc("explain", tmp_path / "run", "minimum_savings_rate_by_size").output
    assert "not confirmed by text or published results: " in output
    assert "by number of assigned beneficiaries (unverified)" in output
    assert 'prints "at least 12.2 percent" for 1 to 499' in output


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--contract", "A9999"], "no such contract"),
        (["shared"], "no single line"),
        ([], "say which"),
        (["person"], "whose"),
    ],
)
def test_explain_says_what_is_wrong(run, words, message):
    with pytest.raises(InputError, match=message):
        vbc("explain", run, *words)


def test_explain_needs_a_run(tmp_path):
    with pytest.raises(InputError, match="not the folder of a finished run"):
        vbc("explain", tmp_path)


def test_verify_agrees_with_exit_code_zero(file):
    result = vbc("verify", "--program", "mssp", file)
    assert result.exit_code == 0
    assert "Generated savings or losses" in result.output


def test_verify_lists_what_differs_with_exit_code_one(tmp_path, rows, earned):
    settled = earned["A1001"]
    wrong = [{**rows[0], "EarnSaveLoss": str(settled + 2)}, *rows[1:]]
    path = results_files.write(tmp_path / "py2024.csv", wrong)
    result = vbc("verify", "--program", "mssp", path)
    assert result.exit_code == 1
    said = f"A1001 2024 ENHANCED: computed {settled:,.0f}, published {settled + 2:,.0f}"
    assert said in result.output
    assert "UNEXPLAINED" in result.output


def test_verify_explains_a_loss_inside_its_bound(tmp_path, rows):
    less = [*rows[:2], {**rows[2], "EarnSaveLoss": "-700000"}]
    path = results_files.write(tmp_path / "py2024.csv", less)
    result = vbc("verify", "--program", "mssp", path)
    assert result.exit_code == 0
    assert "revenue, which is not published" in result.output
    assert "published \N{MINUS SIGN}700,000" in result.output


def test_an_overlay_changes_what_it_names(tmp_path, file, earned):
    overlay = tmp_path / "no_sequestration.yaml"
    overlay.write_text(
        "baseline: mssp\ntitle: Without sequestration\n"
        "sequestration_rate:\n  label: Sequestration\n  unit: ratio\n  by: [performance_year]\n"
        "  values:\n    - for: {performance_year: 2021..2024}\n      value: 0\n"
        "      cite: a question\n      status: unverified\n"
    )
    run = tmp_path / "run"
    words = ("settle", "--program", "mssp", file, "--overlay", overlay, "--no-reports")
    vbc(*words, "--output", run)
    output = vbc("explain", run, "--contract", "A1001").output
    without = earned["A1001"] / Decimal("0.98")
    assert f"earned_savings_or_owed_losses = ${without:,.0f}" in output
    assert "a question" in output


def test_unknown_program_and_option(file):
    with pytest.raises(InputError, match="no program named"):
        vbc("settle", "--program", "nowhere", file)
    with pytest.raises(InputError, match="name=value"):
        vbc("settle", "--program", "mssp", file, "--option", "year")
    with pytest.raises(InputError, match="no option"):
        vbc("settle", "--program", "mssp", file, "--option", "colour=red")


def test_rules_list_history_tables_and_coverage():
    output = vbc("rules", "mssp", "--year", "2024").output
    assert "sequestration_rate" in output
    assert "Budget Control Act" in output
    output = vbc("rules", "mssp", "--name", "minimum_savings_rate_table").output
    assert "0.274" in output
    assert "read off one ACO" in " ".join(output.split())
    assert "to the dollar" in vbc("rules").output
    with pytest.raises(ParameterMissing, match="no parameter named"):
        vbc("rules", "mssp", "--name", "colour")
