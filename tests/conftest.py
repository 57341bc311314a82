"""Fixtures for every test: a finished project, and the engines a step must run alike on.

A test that takes `any_engine` is run on DuckDB, on Sail (the Spark dialect without Java; skipped
where it is not installed) and, under the marker ``spark``, on real Spark in local mode.
"""

from __future__ import annotations

import gc
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from fresh_run import FreshRun, copy_with_overlay, fresh_run_in, make_fresh_run
from made_once import made_once
from openvbc.engine.base import Engine
from openvbc.engine.duckdb import DuckDBEngine

# Few examples whenever somebody waits; `make test-slow` takes --hypothesis-profile=nightly.
settings.register_profile("few", max_examples=25, deadline=None)
settings.register_profile("nightly", max_examples=300, deadline=None)
settings.load_profile("few")

# Collecting garbage among the tests' own objects took a tenth of the processor and more: seldom,
# and not among what was there when the tests were collected.
gc.set_threshold(1_000_000, 20, 20)


def pytest_collection_finish() -> None:
    gc.collect()
    gc.freeze()


LONGEST = (
    "laws/test_a_run_is_its_inputs.py", "oracles/test_every_published_value.py",
    "claims/test_grown_store.py", "project/test_damage.py", "project/test_nothing_changed.py",
    "project/test_partial_results.py", "claims/test_checks.py", "trust/test_canaries.py",
    "contract_book/test_people.py", "project/test_sharing.py", "trust/test_nothing_is_deleted.py",
    "care/test_care_commands.py", "trust/test_killed.py", "episodes/test_oncology_cases.py",
    "episodes/test_models_of_episodes.py", "test_tables.py", "trust/test_surroundings.py",
    "contract_book/test_one_store.py", "trust/test_damage_is_noticed.py",
    "claims/test_normal_form.py", "claims/test_bad_input.py", "programs/test_plan_contract.py",
    "test_readmission_tables.py", "episodes/test_episode_cases.py", "claims/test_neighbours.py",
    "commands/test_every_option.py", "claims/test_months.py", "docs/test_how_to_add_a_program.py",
    "claims/test_netting.py", "claims/test_silence.py", "app/test_pages.py",
    "oracles/test_reach_truth.py", "care/test_tiers_and_dates.py",
    "oracles/test_plain_capitation.py", "care/test_generator_truth.py", "steps/test_risk_steps.py",
    "clinical/test_load.py", "test_score_list.py", "commands/test_rows_set_aside.py",
    "episodes/test_bundle_projects.py",
)  # fmt: skip
"""Files that take more than about eight seconds of processor: given out first, so that short ones
are left for the end and no process waits for the last file of another. The first makes `finished`;
the second needs none, and waits for nobody."""


TOGETHER = {
    **dict.fromkeys(
        ("test_structure.py", "trust/test_doors.py", "trust/test_surroundings.py"),
        "read the source as trees",
    ),
    **dict.fromkeys(
        ("laws/test_a_run_is_its_inputs.py", "test_tables.py", "test_readmission_tables.py",
         "test_alignment_tables.py", "episodes/test_oncology_cases.py",
         "episodes/test_episode_cases.py", "episodes/test_models_of_episodes.py",
         "steps/test_risk_steps.py", "steps/test_exposure_steps.py",
         "steps/quality/test_measures.py", "engine/test_engines.py"),
        "start Sail",
    ),
}  # fmt: skip
"""Files that are given to one process, which makes once what all of them need."""


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """As ``--dist loadfile`` does, and files that need the same in one process."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class Together(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            file = super()._split_scope(nodeid)
            return TOGETHER.get(file.removeprefix("tests/"), file)

    return Together(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest files first; the others in their order."""
    gone = [n for n in (*LONGEST, *TOGETHER) if not (Path(__file__).parent / n).is_file()]
    if gone:
        raise pytest.UsageError(f"tests/conftest.py names files that are not there: {gone}")
    place = {Path(__file__).parent / name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path, len(LONGEST)))


@pytest.fixture(scope="session", autouse=True)
def nothing_waits_for_the_disk() -> Iterator[None]:
    """What is written need not outlive the power here: that took a tenth of the time.

    That it is brought to the disk before it has its name is held by trust/test_killed.py.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda _: None)
        yield


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A generated project of 200 people, run and its risk reviewed; no test may write into it.

    It is made once for all processes. What the command said is beside it, in ``said.txt``.
    """
    return made_once(tmp_path_factory, "finished", _make_finished) / "aco"


def _make_finished(root: Path) -> None:
    from typer.testing import CliRunner

    from openvbc.cli import app
    from openvbc.project import Project
    from openvbc.synth import Settings, generate

    folder = root / "aco"
    folder.mkdir(parents=True)
    generate(Settings(people=200, seed=5, light=True), folder)
    result = CliRunner().invoke(app, ["run", str(folder), "--times"], env={"COLUMNS": "100"})
    assert result.exit_code == 0, (result.output, result.exception)
    Project(folder).review_risk()  # its steps need not be run again by what reports them
    (root / "said.txt").write_text(result.output, encoding="utf-8")


@pytest.fixture(scope="session")
def fresh(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> FreshRun:
    """The finished project with an overlay, run in a new process; made once for all processes."""

    def make(root: Path) -> None:
        root.mkdir()
        make_fresh_run(copy_with_overlay(finished, root / "aco"), root)

    root = made_once(tmp_path_factory, "fresh", make)
    return fresh_run_in(root / "aco", root)


@pytest.fixture(scope="module")
def own_copy(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the finished project for one file of tests, which may write into it."""
    return Path(shutil.copytree(finished, tmp_path_factory.mktemp("copy") / "aco"))


IN_SPARKS_DIALECT = (
    "sail",
    pytest.param("sail_whole", marks=pytest.mark.slow),
    pytest.param("spark", marks=pytest.mark.spark),
)


@pytest.fixture(params=["duckdb", *IN_SPARKS_DIALECT])
def any_engine(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """One engine after the other, empty."""
    if request.param == "duckdb":
        with DuckDBEngine(threads=2) as engine:
            yield engine
    else:
        yield from _spark(request)


@pytest.fixture(params=IN_SPARKS_DIALECT)
def spark_dialect(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """The engines of the Spark dialect, empty."""
    yield from _spark(request)


def _spark(request: pytest.FixtureRequest) -> Iterator[Engine]:
    """Sail in parts, Sail as Spark gets it, or Spark."""
    from openvbc.engine.spark import SparkEngine
    from sail import Sail

    session = request.getfixturevalue(f"{request.param.removesuffix('_whole')}_session")
    with (Sail if request.param == "sail" else SparkEngine)(session) as engine:
        yield engine


@pytest.fixture(scope="session")
def sail_session():
    """A session on a Sail server inside this process."""
    os.environ.setdefault("RUST_LOG", "error")
    # Two processes have two cores: what one plans for more than itself costs it a sixth more.
    os.environ.setdefault("SAIL_EXECUTION__DEFAULT_PARALLELISM", "1")
    server_module = pytest.importorskip("pysail.spark", reason="pysail is not installed")
    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    server = server_module.SparkConnectServer(ip="127.0.0.1", port=0)
    server.start(background=True)
    _, port = server.listening_address
    session = sql.SparkSession.builder.remote(f"sc://127.0.0.1:{port}").create()
    yield session
    session.stop()
    server.stop()


@pytest.fixture(scope="session")
def spark_session():
    """Real Spark in local mode; skipped where Java or the full package is absent."""
    import shutil

    sql = pytest.importorskip("pyspark.sql", reason="pyspark is not installed")
    if not shutil.which("java") and "JAVA_HOME" not in os.environ:
        pytest.skip("real Spark needs Java")
    pytest.importorskip("py4j", reason="this is the Spark client only; see 'make test-spark'")
    builder = sql.SparkSession.builder.master("local[2]").config("spark.ui.enabled", "false")
    session = builder.config("spark.sql.shuffle.partitions", "2").getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
