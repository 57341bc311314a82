"""A settlement names the flexibilities and overlays in force, and what it comes to without them."""

import csv
import json
from decimal import Decimal

import pytest
from typer.testing import CliRunner

import openvbc
from openvbc.cli import app
from openvbc.policy.flexibilities import overlay_without
from openvbc.programs.laid_over import TOGETHER, sentence, with_laid_over
from openvbc.programs.registry import program
from openvbc.report.sharing import for_sharing
from runs_alike import beside

TOTALS = (
    "identifier,performance year,risk arrangement,savings cap,benchmark given,claim payments,"
    "emergency share\n"
    "V001,2020,B,0.15,100000000,92000000,0.5\n"
    "V002,2020,B,0.15,100000000,104000000,0.5\n"
    "V003,2019,B,0.15,100000000,104000000,\n"
)
# V001 saves 8,000,000: 5% of the benchmark is the most, less 2%: 4,900,000; without the limit
# 8,000,000 x 98% = 7,840,000. V002 loses 4,000,000: half of the year was in the emergency, so
# 2,000,000; without the relief 4,000,000. In 2019 neither is in force.
WITH = {"V001": Decimal(4_900_000), "V002": Decimal(-2_000_000), "V003": Decimal(-4_000_000)}
WITHOUT = {
    "F-NGACO-2": {"V001": Decimal(7_840_000), "V002": WITH["V002"]},
    "F-NGACO-1": {"V001": WITH["V001"], "V002": Decimal(-4_000_000)},
    TOGETHER: {"V001": Decimal(7_840_000), "V002": Decimal(-4_000_000)},
}


@pytest.fixture
def totals(tmp_path):
    path = tmp_path / "totals.csv"
    path.write_text(TOTALS)
    return path


def settled(path, *overlays):
    chosen = program("next-generation").published_program()
    return with_laid_over(chosen.settle([path], overlays))


def found_in(settlement):
    contracts = settlement.main.contracts
    return {
        each.name: {contracts[row].identifier: each.without[row] for row in each.rows}
        for each in settlement.laid_over
    }


def test_each_flexibility_in_force_has_the_result_without_it(totals):
    settlement = settled(totals)
    result = [
        settlement.main.evaluation.value(settlement.presentation.result, row) for row in range(3)
    ]
    assert result == list(WITH.values())
    assert found_in(settlement) == WITHOUT
    told = [note for note in settlement.notes if note.startswith("In force")]
    assert len(told) == 3
    # 4,900,000 - 2,000,000; without the limit 7,840,000 - 2,000,000.
    assert "for 2 of 3 ACOs: F-NGACO-2" in told[0]
    assert "It changes 1 of them." in told[0]
    assert "$2,900,000; without it $5,840,000." in told[0]


def test_what_the_rules_do_not_hold_is_named_too(totals):
    assert any("not in this settlement: F-NGACO-3, F-NGACO-4" in note
               for note in settled(totals).notes)  # fmt: skip
    totals.write_text(TOTALS.replace("2020,", "2018,"))
    notes = settled(totals).notes
    assert not any("F-NGACO" in note for note in notes)


def test_an_overlay_of_the_users_is_told_and_what_it_takes_out_is_not_in_force(totals, tmp_path):
    overlay = tmp_path / "without.yaml"
    overlay.write_text(overlay_without(["F-NGACO-2"]))
    by_overlay = found_in(settled(totals, overlay))
    assert set(by_overlay) == {"F-NGACO-1", "without.yaml"}
    assert by_overlay["without.yaml"] == {"V001": WITH["V001"], "V002": WITH["V002"]}
    # The limit stays out of what is told of the other one.
    assert by_overlay["F-NGACO-1"] == {"V001": Decimal(7_840_000), "V002": Decimal(-4_000_000)}


def test_an_overlay_without_which_nothing_can_be_settled_says_so(totals, tmp_path):
    overlay = tmp_path / "later.yaml"
    overlay.write_text(
        "baseline: next-generation\ntitle: what was agreed for later years\n"
        + "".join(
            f"{each}:\n  label: {each}\n  unit: {unit}\n  by: [{by}]\n"
            f"  values: [{{for: {{performance_year: 2022}}, value: {value}, cite: ours,"
            " status: unverified}]\n"
            for each, unit, by, value in later_rules()
        )
    )
    totals.write_text(TOTALS.replace("2020,", "2022,").replace("V003,2019", "V003,2022"))
    (told,) = settled(totals, overlay).laid_over
    assert told.name == "later.yaml"
    assert told.not_computed.startswith("Without it nothing can be settled")


def later_rules():
    """The rules of 2021 that depend on the year, as they would be written for 2022."""
    from openvbc.rules.load import load_rules

    rules = load_rules("next-generation")
    for name in rules.names:
        keys = rules.keys_of(name)
        if "performance_year" in keys:
            held = rules.history(name)[-1]
            yield name, held.unit, ", ".join(keys), json.dumps(held.value, default=str).strip('"')


def test_the_run_keeps_it_and_the_reports_show_it(totals, tmp_path):
    run = tmp_path / "run"
    asked = ["settle", "--program", "next-generation", str(totals), "--output", str(run)]
    said = CliRunner().invoke(app, asked, env={"COLUMNS": "400"})
    assert said.exit_code == 0, said.output
    assert "without it $5,840,000" in said.output
    with (run / "in_force.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [(r["Contract"], r["In force"], r["Without it"]) for r in rows] == [
        ("V001", "F-NGACO-2", "7840000.00"), ("V002", "F-NGACO-1", "-4000000.00"),
        ("V001", TOGETHER, "7840000.00"), ("V002", TOGETHER, "-4000000.00"),
    ]  # fmt: skip
    manifest = json.loads((run / "manifest.json").read_text())
    assert "in_force.csv" in manifest["outputs"]
    assert any("F-NGACO-1" in note for note in manifest["notes"])
    assert "With and without" in (run / "settlement.html").read_text()
    totals.write_text(TOTALS.replace("2020,", "2018,"))
    assert CliRunner().invoke(app, asked).exit_code == 0
    assert not (run / "in_force.csv").exists()


def test_a_contract_of_a_book_tells_what_is_in_force_in_it_alone(totals, tmp_path):
    from openvbc.programs.contract_book.book_file import read_book
    from openvbc.programs.contract_book.settle import settle_book

    book = tmp_path / "book.yaml"
    book.write_text(
        "book: B\nyear: 2020\ncontracts:\n"
        "  - {contract: V002, payer: CMS, line_of_business: Traditional Medicare,"
        " program: next-generation, files: [totals.csv], row: V002}\n"
    )
    notes = settle_book(read_book(book)).notes
    assert any(
        note.startswith("V002: In force: F-NGACO-1") and "-$2,000,000" in note.replace("−", "-")
        and "without it −$4,000,000" in note for note in notes
    ), notes  # fmt: skip
    assert any("F-NGACO-2" in note and "changes nothing here" in note for note in notes)


def test_a_shared_report_counts_few_contracts_as_few(totals):
    settlement = settled(totals)
    assert "2 of 3" in sentence(settlement, settlement.laid_over[0])
    shared = for_sharing(settlement)
    assert shared is not None
    assert not any("2 of 3" in note for note in shared.notes)


def test_a_flexibility_of_a_sheet_below_reaches_the_result(tmp_path):
    """The pneumonia measure left the readmission program of 2023: from a condition to the factor.

    Heart failure and pneumonia each have a ratio of 1.04 to a median of 1, and 0.05 of payments,
    at a modifier of 0.9652: 0.0019304 each. Heart failure alone: 1 - 0.0019304 = 0.9981; both:
    1 - 0.0038608 = 0.9961.
    """
    conditions = ("AMI", "COPD", "HF", "pneumonia", "CABG", "THA/TKA")
    head = ["Hospital CCN", "Payment adjustment factor", "Payment reduction percentage",
            "Dual proportion", "Peer group assignment", "Neutrality modifier"]  # fmt: skip
    row = ["010001", "0.9981", "0.19%", "0.2000", "1", "0.9652"]
    for name in conditions:
        head += [f"Number of eligible discharges for {name}", f"ERR for {name}",
                 f"Peer group median ERR for {name}", f"Penalty indicator for {name}",
                 f"DRG payment ratio for {name}"]  # fmt: skip
        counts = name in ("HF", "pneumonia")
        row += (
            ["1,234", "1.0400", "1.0000", "Y", "0.0500"] if counts else [".", "", "1.0", "N", "."]
        )
    path = tmp_path / "supplemental.csv"
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([head, row])
    hrrp = program("hrrp").published_program()
    settlement = with_laid_over(hrrp.settle([path], (), {"year": "2023"}))
    (told,) = settlement.laid_over
    assert (told.name, list(told.rows), told.without) == ("F-HRRP-2", [0], {0: Decimal("0.9961")})
    assert settlement.main.evaluation.value(settlement.presentation.result, 0) == Decimal("0.9981")
    assert not with_laid_over(hrrp.settle([path], (), {"year": "2024"})).laid_over


def test_a_run_from_claims_names_what_acts_on_its_claims_and_on_its_settlement(finished):
    """Base years 2021 to 2023 lie in the emergency, the performance year 2024 does not."""
    notes = openvbc.Run.open(finished / "run").manifest.notes
    told = [note for note in notes if note.startswith("In force: ")]
    assert [note.split()[2] for note in told] == ["F-MSSPQ-2", "F-MSSP-1", "all"]
    assert all(each.endswith("It changes nothing here.") for each in told)


def test_what_is_measured_is_measured_again_without_a_flexibility(own_copy):
    """Months of COVID-19 episodes of the base years: as a run of its own under the overlay."""
    project = own_copy / "covid.yaml"
    text = (own_copy / "openvbc.yaml").read_text()
    for before, after in (
        ("track: BASIC_E", "track: ENHANCED"),
        (
            "\ninputs:",
            "\nknown:\n  source: a test\n"
            "  values: {historical_benchmark_aged_non_dual: 13500}\ninputs:",
        ),
    ):
        assert before in text
        text = text.replace(before, after)
    project.write_text(text)
    (own_copy / "without.yaml").write_text(overlay_without(["F-MSSP-1"]))
    run = openvbc.Project(project).run(output=beside(own_copy, "with"))
    tables = {path: path.read_bytes() for path in (run.folder / "tables").rglob("*.parquet")}
    (told,) = [each for each in run.settlement.laid_over if each.name == "F-MSSP-1"]
    project.write_text(text + "\noverlays: [without.yaml]\n")
    alone = openvbc.Project(project).run(output=beside(own_copy, "without")).settlement
    result = run.settlement.presentation.result
    with_it = run.settlement.main.evaluation.value(result)
    assert told.without == {0: alone.main.evaluation.value(result)}
    assert told.without[0] != with_it
    assert tables == {path: path.read_bytes() for path in tables}
    assert "F-MSSP-1" in (run.folder / "in_force.csv").read_text()


def test_a_run_is_settled_again_without_a_flexibility(own_copy):
    """Affected by a disaster, below the standard, at the floor: it shares; without, nothing.

    ENHANCED: its share of the savings, less 2%, where quality is at the 40th percentile (0.7705).
    """
    project = own_copy / "openvbc.yaml"
    text = project.read_text()
    for before, after in (
        ("{score: 0.8500}", "{score: 0.6000, score_floor: 0.7705}"),
        ("track: BASIC_E", "track: ENHANCED"),
        ("\ninputs:", "\nknown:\n  source: a test\n  values: {updated_benchmark: 10680}\ninputs:"),
    ):
        assert before in text
        text = text.replace(before, after)
    project.write_text(text)
    settlement = openvbc.Project(own_copy).run(output=beside(own_copy, "affected")).settlement
    assert settlement is not None
    (told,) = [each for each in settlement.laid_over if each.name == "F-MSSPQ-2"]
    value = settlement.main.evaluation.value
    assert value("earned_savings_or_owed_losses") > 100_000
    assert value("earned_savings_or_owed_losses") == pytest.approx(
        value("generated_savings_or_losses") * value("final_sharing_rate") * Decimal("0.98"),
        abs=Decimal("0.01"),
    )
    assert told.without == {0: 0}
