"""Prices of an own baseline: means of an earlier run's episodes, and what is refused."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

import pytest
import yaml

import openvbc
from openvbc.commands.run_shown import shown_of
from openvbc.errors import ContractError, InputError
from openvbc.format import show
from openvbc.programs.registry import program
from openvbc.report.parameters import parameters_grid

YEARS = {"bpci-advanced": "model_year", "cjr": "performance_year", "team": "performance_year"}
PRICES = {
    "bpci-advanced": "given_benchmark_price",
    "cjr": "given_target_before_discount",
    "team": "baseline_mean_2",
}
ALIKE = {"bpci-advanced": "category", "cjr": "price_cell", "team": "price_cell"}


def _project(folder, name, first, last, **inputs):
    """The sample's project of other days; an input of None is taken out."""
    text = yaml.safe_load((folder / "openvbc.yaml").read_text("utf-8"))
    text["contract"]["period"] = {"first_day": first, "last_day": last}
    text["output"] = name
    trend = inputs.pop("trend", None)
    text["contract"] |= {} if trend is None else {"baseline_trend": trend}
    text["inputs"] |= inputs
    text["inputs"] = {key: value for key, value in text["inputs"].items() if value is not None}
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(text), "utf-8")
    return openvbc.Project(path)


@pytest.fixture(scope="module")
def sample(tmp_path_factory):
    """A sample of each program, and the run of the first half of its year."""
    made = {}

    def of(name):
        if name not in made:
            folder = tmp_path_factory.mktemp(name)
            program(name).claims_program().generate(folder, 260, 5)
            before = _project(folder, "before", "2025-01-01", "2025-06-30", episode_factors=None,
                              accounts=None, prices=None)  # fmt: skip
            made[name] = folder, before.run()
        return made[name]

    return of


@pytest.fixture(scope="module")
def after(sample):
    """The run of the second half of the year, priced by the first."""
    made = {}

    def of(name):
        if name not in made:
            folder, _ = sample(name)
            own = {"prices": None, "baseline_run": "before"}
            own |= {"episode_factors": None} if name == "team" else {}
            project = _project(folder, "after", "2025-07-01", "2025-12-31", trend=1.05, **own)
            made[name] = project.run()
        return made[name]

    return of


@pytest.fixture(scope="module")
def renamed(sample):
    """TEAM's whole year, its factors under another heading."""
    folder, _ = sample("team")
    text = (folder / "episode_factors.csv").read_text("utf-8")
    named = text.replace("person_multiplier", "Person multiplier")
    assert named != text
    (folder / "renamed_factors.csv").write_text(named, "utf-8")
    days = ("2025-01-01", "2025-12-31")
    return _project(folder, "renamed", *days, episode_factors="renamed_factors.csv").run()


@pytest.mark.parametrize("name", YEARS)
def test_episodes_are_priced_by_the_mean_of_the_earlier_run(name, sample, after):
    """Mean of limited spending by who answers and what is alike, times 1.05, in cents."""
    folder, before = sample(name)
    run = after(name)
    spent = defaultdict(list)
    answers = {row["episode_id"]: row for row in before.table("episode_initiator").rows()}
    for row in before.table("episode").rows("status = 'SETTLED'"):
        initiator = answers.get(row["episode_id"], {}).get("initiator", row["facility_ccn"])
        spent[initiator, row[ALIKE[name]]].append(row["limited_amount"])
    means = {
        key: (sum(amounts) / len(amounts) * Decimal("1.05")).quantize(
            Decimal("0.01"), ROUND_HALF_UP
        )
        for key, amounts in spent.items()
    }
    settled = run.settlement
    assert settled is not None, run.lacking
    sheet = settled.details["episodes"]
    with (run.folder / "given" / "episodes.csv").open(encoding="utf-8", newline="") as file:
        told = {row["episode"]: row for row in csv.DictReader(file)}
    assert sheet.items
    for number, item in enumerate(sheet.items):
        row = next(told[each] for each in told if each in item)
        price = sheet.evaluation.value(PRICES[name], number)
        assert price == means[row["identifier"], row[ALIKE[name]]]
    assert settled.title.endswith("against an own baseline")
    count = sum(map(len, spent.values()))
    assert any(f"the mean spending of {count} episodes" in note for note in settled.notes)
    with (folder / "accounts.csv").open(encoding="utf-8", newline="") as file:
        settling = {row["identifier"] for row in csv.DictReader(file)}
    lacks = [row for row in told.values() if not row["dropped"] and row["identifier"] in settling
             and (row["identifier"], row[ALIKE[name]]) not in means]  # fmt: skip
    aside = [each for each in settled.set_aside if each.reason == "no price for the episode"]
    assert len(aside) == len(lacks)


WRONG = [
    ({"trend": 1.05, "baseline_run": None}, ContractError, "no inputs.baseline_run"),
    ({"baseline_run": "before"}, ContractError, "baseline_trend is missing"),
    ({"trend": 103, "baseline_run": "before"}, ContractError, "no factor"),
    ({"trend": 1, "baseline_run": "before", "prices": "prices.csv"}, ContractError, "both say"),
]


@pytest.mark.parametrize(("given", "error", "said"), WRONG)
def test_what_is_not_said_is_not_assumed(given, error, said, sample):
    folder, _ = sample("cjr")
    inputs = {"prices": None} | given
    with pytest.raises(error) as caught:
        _project(folder, "wrong", "2025-07-01", "2025-12-31", **inputs)
    assert said in caught.value.what


def test_a_baseline_is_over_and_of_the_same_program(sample):
    folder, _ = sample("cjr")
    other, _ = sample("team")
    own = {"prices": None, "trend": 1}
    with pytest.raises(InputError) as caught:
        _project(folder, "late", "2025-06-01", "2025-12-31", baseline_run="before", **own)
    assert "in or after the days settled" in caught.value.what
    with pytest.raises(InputError) as caught:
        _project(folder, "strange", "2025-07-01", "2025-12-31",
                 baseline_run=str(other / "before"), **own)  # fmt: skip
    assert caught.value.what == "the baseline run is of team"


def test_a_multiplier_that_nobody_tells_is_named(sample):
    folder, _ = sample("team")
    project = _project(folder, "untold", "2025-07-01", "2025-12-31", episode_factors=None)
    with pytest.raises(InputError) as caught:
        project.run()
    assert caught.value.what == "inputs.episode_factors does not tell person_multiplier"


@pytest.mark.parametrize("name", YEARS)
def test_the_end_of_a_run_adds_up_the_contracts_it_settles(name, after, renamed):
    """Before, it showed the first hospital's amounts as the run's."""
    run = renamed if name == "team" else after(name)
    main = run.settlement.main
    assert len(main.contracts) > 1
    added = sum(main.evaluation.value("reconciliation", row) for row in range(len(main.contracts)))
    shown = dict(shown_of(run).rows)
    counted = {key: text for key, text in shown.items() if key.endswith("settled, added up")}
    assert list(counted.values()) == [str(len(main.contracts))]
    assert shown["Reconciliation"] == show(added, "USD")
    assert shown["Reconciliation"] != show(main.evaluation.value("reconciliation", 0), "USD")
    listed = parameters_grid([main, *run.settlement.details.values()])[0]
    (line,) = [text for text, _ in shown_of(run).lines if text.startswith("Not confirmed")]
    assert line.startswith(f"Not confirmed: {len(listed.rows)} parameter")


def test_a_multiplier_is_told_under_any_heading_the_settlement_understands(renamed):
    """The settlement reads "Person multiplier" as it reads person_multiplier."""
    assert renamed.settlement is not None, renamed.lacking
