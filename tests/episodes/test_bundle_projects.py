"""Bundle projects as a user has them: made, run, explained, reported; and what is refused."""

from __future__ import annotations

import csv

import pytest
import yaml
from typer.testing import CliRunner

import openvbc
from episode_store import without_settling
from openvbc.cli import app
from openvbc.errors import ContractError, InputError, OpenvbcError
from openvbc.programs.registry import program


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bundle") / "sample"
    program("bpci-advanced").claims_program().generate(folder, 80, 3)
    with (folder / "truth" / "planted.csv").open() as file:
        planted = [row for row in csv.DictReader(file) if row["status"] == "SETTLED"]
    _accounts(folder)
    return folder, planted


def _accounts(folder):
    """Every hospital of the generator, and a price of 20,000 for sepsis alone."""
    hospitals = ("010001", "010002", "010003", "050101", "140010", "330101", "450880")
    accounts = ["identifier,model_year,composite_quality_score"]
    prices = ["identifier,model_year,category,episode_type,given_target_price"]
    for ccn in hospitals:
        accounts.append(f"{ccn},8,80")
        prices.append(f"{ccn},8,IP-Sepsis,medical,20000")
    (folder / "accounts.csv").write_text("\n".join(accounts) + "\n")
    (folder / "prices.csv").write_text("\n".join(prices) + "\n")
    path = without_settling(folder)
    path.write_text(path.read_text() + "  accounts: accounts.csv\n  prices: prices.csv\n")


@pytest.fixture(scope="module")
def made(sample):
    return openvbc.Project(sample[0]).run()


def test_a_run_settles_what_has_a_price_and_names_the_rest(made):
    settlement = made.settlement
    assert settlement is not None, made.lacking
    episodes = made.table("episode").rows("status = 'SETTLED'")
    sepsis = [row for row in episodes if row["category"] == "IP-Sepsis"]
    assert 0 < len(sepsis) < len(episodes)
    evaluation = settlement.main.evaluation
    rows = range(len(settlement.main.contracts))
    counted = sum(int(evaluation.value("episodes", at) or 0) for at in rows)
    assert counted == len(sepsis)
    spent = sum(evaluation.value("total_spending", at) or 0 for at in rows)
    assert spent == sum(row["limited_amount"] for row in sepsis)
    reasons = {each.reason for each in settlement.set_aside}
    assert "no price for the episode" in reasons


def test_the_funnel_adds_up(made):
    rows = made.table("episode").rows()
    settled = sum(row["status"] == "SETTLED" for row in rows)
    said = next(note for note in made.manifest.notes if note.startswith("Candidate episodes"))
    assert f"{len(rows)} = settled {settled} + dropped {len(rows) - settled}" in said


def test_target_prices_lead_to_what_episodes_cost(made):
    """Sepsis alone has a price: 20,000 an episode less the discount, against limited spending."""
    told = {
        each.name: each for each in program("bpci-advanced").claims_program().driver_lists(made)
    }
    evaluation = made.settlement.main.evaluation
    rows = range(len(made.settlement.main.contracts))
    target = sum(evaluation.value("total_target", at) or 0 for at in rows)
    spent = sum(evaluation.value("total_spending", at) or 0 for at in rows)
    ((group, episodes, given, counted, effect),) = told["drivers_types"].rows
    assert (group, given, counted) == ("IP-Sepsis", round(target, 2), round(spent, 2))
    assert effect == round(target - spent, 2)
    assert episodes == len(made.table("episode").rows("status='SETTLED' and category='IP-Sepsis'"))
    care = [row for row in told["drivers"].rows if row[1]]
    assert {row[1] for row in care} >= {"Anchor", "Professional"}
    beside = next(row for row in told["drivers"].rows if row[0].startswith("Limits"))
    assert sum(row[4] for row in care) + beside[4] == counted


def test_an_episode_is_explained(made, sample):
    name = sample[1][0]["episode_id"]
    wide = CliRunner(env={"COLUMNS": "200"})
    told = wide.invoke(app, ["explain", str(made.folder), "episode", name])
    assert told.exit_code == 0, told.output
    for word in ("Triggered by", "Windows", "lookback", "Claim lines", "Limits of"):
        assert word in told.output
    with pytest.raises(InputError, match="begins an episode"):
        program("bpci-advanced").claims_program().subjects()["episode"](made, "X", None)


def test_a_report_has_funnel_and_spread(made):
    told = CliRunner().invoke(app, ["report", str(made.folder.parent)])
    page = (made.folder / "report.html").read_text()
    assert told.exit_code in (0, 3), told.output
    for title in ("Candidate episodes", "Spread between hospitals", "Post-acute providers"):
        assert title in page
    shared = CliRunner().invoke(app, ["report", str(made.folder.parent), "--shared"])
    page = (made.folder / "report-shared.html").read_text()
    assert shared.exit_code in (0, 3), shared.output
    assert "Spread between hospitals" not in page


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("amounts: paid", "amounts: standardised", "contract.amounts"),
        ("model_year: 8", "model_year: 9", "period_start"),
        ("model_year: 8", "modelyear: 8", "contract.model_year"),
        ("amounts: paid", "amounts: paid, grouper: 42", "contract.grouper is not known"),
        ("amounts: paid", "amounts: paid, period: {first_day: 2025-07-01}", "contract.period"),
    ],
)
def test_a_contract_that_cannot_be_is_refused(sample, tmp_path, old, new, said):
    with pytest.raises(OpenvbcError, match=said):
        openvbc.Project(changed(sample, tmp_path, old, new))


def changed(sample, tmp_path, old, new):
    """The sample's project with one thing changed, and copies of its files."""
    for file in sample[0].iterdir():
        if file.is_file():
            (tmp_path / file.name).write_text(file.read_text())
    text = (tmp_path / "openvbc.yaml").read_text()
    assert old in text
    text = text.replace(old, new).replace("tuva: tuva", f"tuva: {sample[0] / 'tuva'}")
    (tmp_path / "openvbc.yaml").write_text(text)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("person_spans.csv", "member_id,kind,first_day,last_day\nP1,ESRD,2025-02-01,2025-01-01\n",
         "ends before it begins"),
        ("person_spans.csv", "member_id,kind,first_day,last_day\nP1,HMO,2025-02-01,2025-03-01\n",
         "cannot be used"),
        ("price_updates.csv", "setting,first_day,last_day,factor\n"
         "HOSPICE,2025-01-01,2025-12-31,1.1\nHOSPICE,2025-12-31,2026-12-31,1.2\n", "two factors"),
        ("drg_table.csv", "fiscal_year,ms_drg,mdc,geometric_mean_stay\n2025,470,08,1.9\n"
         "2025,470,08,2.0\n", "two rows"),
    ],
)  # fmt: skip
def test_a_list_that_cannot_be_is_refused(sample, tmp_path, name, text, said):
    changed(sample, tmp_path, "amounts: paid", "amounts: paid")
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError, match=said):
        openvbc.Project(tmp_path)


def test_a_clinician_in_two_groups_is_refused(sample, tmp_path):
    changed(sample, tmp_path, "inputs:", "inputs:\n  groups: groups.csv")
    (tmp_path / "groups.csv").write_text(
        "tin,npi,first_day,last_day\n111111111,1234567893,2025-01-01,2025-12-31\n"
        "222222222,1234567893,2025-06-01,2025-12-31\n"
    )
    with pytest.raises(InputError, match="two groups"):
        openvbc.Project(tmp_path)


def test_standardised_amounts_that_lack_are_named(sample, tmp_path):
    changed(sample, tmp_path, "  claim_additions: claim_additions.csv\n", "")
    text = (tmp_path / "openvbc.yaml").read_text()
    (tmp_path / "openvbc.yaml").write_text(text.replace("amounts: paid", "amounts: standardized"))
    with pytest.raises(ContractError, match="no standardised amounts"):
        openvbc.Project(tmp_path).run()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("claim_id,standardised_amount\nC1,1\n", "standardised_amount is not known"),
        ("claim_id,claim_line_number,outlier_amount\nC1,,many\n", "outlier_amount is not"),
        ("claim_id,claim_line_number,outlier_amount\nC1,,1\nC1,,2\n", "added to twice"),
    ],
)
def test_additions_that_cannot_be_are_refused(tmp_path, text, said):
    from openvbc.programs.bundles.given import claim_additions

    (tmp_path / "more.csv").write_text(text)
    with pytest.raises(InputError, match=said):
        claim_additions(tmp_path / "more.csv", tmp_path / "made")


@pytest.mark.parametrize("name", ["cjr", "team"])
def test_a_model_whose_lists_could_not_be_read_asks_for_them(tmp_path, name):
    program(name).claims_program().generate(tmp_path, 5, 1)
    text = (tmp_path / "openvbc.yaml").read_text()
    (tmp_path / "openvbc.yaml").write_text(text.replace("excluded_lines: excluded_lines.csv", ""))
    with pytest.raises(ContractError, match=r"inputs\.excluded_lines is missing"):
        openvbc.Project(tmp_path)


def test_cjr_says_that_nothing_is_left_out_by_diagnosis(tmp_path):
    """42 CFR 510.200(d)(4)(ii): claims of Part B by principal diagnosis, as CMS lists them."""
    program("cjr").claims_program().generate(tmp_path, 8, 1)
    said = "No list of diagnoses"
    assert any(note.startswith(said) for note in openvbc.Project(tmp_path).run().manifest.notes)
    path = tmp_path / "openvbc.yaml"
    path.write_text(path.read_text() + "  excluded_diagnoses: excluded_diagnoses.csv\n")
    (tmp_path / "excluded_diagnoses.csv").write_text("diagnosis_code,setting\nS06.00XA,\n")
    run = openvbc.Project(tmp_path).run()
    assert not any(note.startswith(said) for note in run.manifest.notes)
    (tmp_path / "excluded_diagnoses.csv").write_text("diagnosis_code\nankle\n")
    with pytest.raises(InputError, match="not an ICD-10-CM code"):
        openvbc.Project(tmp_path)


def test_a_payers_own_bundle_is_settled_by_its_terms(tmp_path):
    program("episodes").claims_program().generate(tmp_path, 60, 1)
    run = openvbc.Project(tmp_path).run()
    assert run.settlement is not None, run.lacking
    rows = run.table("episode").rows("status = 'SETTLED'")
    evaluation = run.settlement.main.evaluation
    count = range(len(run.settlement.main.contracts))
    assert sum(evaluation.value("episodes", at) for at in count) == len(rows) > 0
    assert {row["category"] for row in rows} == {"Joint replacement"}


BUNDLE = {
    "episodes": [{"category": "Knee", "triggers": {"ms_drg": [470]}}],
    "window": {"after_anchor_days": 60, "lookback_days": 30},
    "tests": ["DIED_IN_ANCHOR"],
    "overlap": {"keep": "earlier"},
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"tests": ["DIED"]}, "DIED is no test"),
        ({"window": {"after_anchor_days": 60, "lookback_days": 30, "before_anchor_days": 31}},
         "windows overlap"),
        ({"left_out": {"hcpcs": {"list": "drugs"}}}, "no list of codes named drugs"),
        ({"overlap": {"keep": "earlier", "replace": [{"earlier": "Hip", "later": "Knee"}]}},
         "Hip, which is no category"),
        ({"included": {"settings": ["INPATIENT"]}}, "INPATIENT is no kind of care"),
        ({"episodes": [{"category": "A", "triggers": {"ms_drg": [470]}},
                       {"category": "B", "triggers": {"ms_drg": ["470"]}}]}, "triggers both"),
        ({"episodes": [{"category": "A", "triggers": {}}]}, "no code triggers"),
        ({"windows": {}}, "not understood"),
    ],
)  # fmt: skip
def test_a_definition_that_cannot_be_is_refused(tmp_path, change, said):
    from openvbc.programs.bundles.definition import read_definition

    path = tmp_path / "bundle.yaml"
    path.write_text(yaml.safe_dump(BUNDLE | change))
    with pytest.raises(ContractError, match=said):
        read_definition(path)


def test_a_definition_becomes_the_engines_lists(tmp_path):
    from openvbc.programs.bundles.definition import read_definition

    path = tmp_path / "bundle.yaml"
    (tmp_path / "drugs.csv").write_text("code\nj7190\n")
    said = BUNDLE | {"left_out": {"hcpcs": {"list": "drugs"}}, "lists": {"drugs": "drugs.csv"}}
    path.write_text(yaml.safe_dump(said))
    numbers, lists = read_definition(path)
    assert (numbers.post_anchor_days, numbers.lookback_days, numbers.pre_anchor_days) == (60, 30, 0)
    assert [row[2] for row in lists["episode_trigger_code"].table.rows] == ["470"]
    assert lists["excluded_line"].table.rows[0][2] == "J7190"
