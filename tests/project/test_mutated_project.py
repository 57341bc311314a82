"""Generated damage to a whole project: no settlement changes without a word.

A mutation drops, renames, rescales, doubles or moves a column of one input, in every delivery
that has it. It is silent where a line of the settlement differs, and neither an error nor a note
says so.
"""

from __future__ import annotations

import random
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest

import openvbc
from claims import mutated_feeds
from claims.test_silence import MOVES_NOTHING, MUTATIONS
from openvbc.errors import OpenvbcError
from openvbc.synth import Settings, generate

LISTS = (
    "eligibility.csv", "risk_scores.csv", "participants.csv", "provider_specialty.csv",
    "voluntary_alignment.csv", "non_claims_payments.csv", "electing_teaching_hospitals.csv",
    "factors/national.csv", "factors/county.csv", "factors/prior_savings.csv",
    "factors/accountable_care_prospective_trend.csv",
)  # fmt: skip
A_WEIGHT = ("national.csv person_years", "county.csv person_years")
"""Columns whose common scale moves nothing."""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("mutated") / "aco"
    generate(Settings(people=200, seed=11, light=True), folder)
    return folder


def settled(folder: Path) -> tuple[dict[str, Any], set[str]]:
    """Every line of the settlement, and everything that is said beside it."""
    settlement = openvbc.Project(folder).run().settlement
    if settlement is None:
        return {}, {"not settled"}
    evaluation = settlement.main.evaluation
    return {name: evaluation.value(name) for name in evaluation.columns}, set(settlement.notes)


def damage(folder: Path, chance: random.Random) -> str:
    """Damage one input; what was done."""
    if chance.random() < 0.5:
        name = chance.choice(LISTS)
        path = folder / name
        content, what = mutated_feeds.table(name, path.read_bytes(), MUTATIONS, chance)
        path.write_bytes(content)
        return what
    file, seed, what = chance.choice("1245689"), chance.random(), ""
    for path in sorted((folder / "cclf").glob("*.zip")):
        with zipfile.ZipFile(path) as bundle:
            held = {name: bundle.read(name) for name in bundle.namelist()}
        for name in held:
            if f".ZC{file}" in name and held[name].strip():
                held[name], what = mutated_feeds.fixed_width(name, held[name], random.Random(seed))
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as bundle:
            for name, content in held.items():
                bundle.writestr(name, content)
    return what


def silent(project: Path, case: Path, seed: int, usual: tuple[dict[str, Any], set[str]]) -> str:
    shutil.copytree(project, case, ignore=shutil.ignore_patterns("store", "run", "truth"))
    what = damage(case, random.Random(seed))
    try:
        values, notes = settled(case)
    except OpenvbcError:
        return ""
    finally:
        shutil.rmtree(case)
    said = notes - usual[1]
    left_out = any(word in MOVES_NOTHING for word in what.split())
    weight = "rescaled" in what and what.endswith(A_WEIGHT)
    return "" if values == usual[0] or said or left_out or weight else f"seed {seed}: {what}"


@pytest.mark.parametrize(
    "seeds",
    [
        pytest.param(range(1), id="sample", marks=pytest.mark.slow),
        pytest.param(range(100, 160), id="sixty", marks=pytest.mark.slow),
    ],
)
def test_no_settlement_changes_without_a_word(project: Path, tmp_path: Path, seeds: range) -> None:
    usual = settled(project)
    assert not [note for note in usual[1] if "of another form" in note or "is empty" in note]
    messages = [silent(project, tmp_path / "case", seed, usual) for seed in seeds]
    assert "\n".join(each for each in messages if each) == ""
