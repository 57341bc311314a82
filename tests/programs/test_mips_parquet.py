"""A Parquet file of submissions: the same scores as a list gives, and the same reasons."""

from types import SimpleNamespace as Namespace

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.errors import EmptyResult, InputError
from openvbc.programs.mips.submissions.counted import left_out_measures
from openvbc.programs.mips.submissions.from_parquet import score_parquet
from openvbc.programs.mips.submissions.settle import SubmittedFiles, settle_submissions
from programs.test_mips_submissions import NPI, OTHER, RATES, benchmarks, inventory

GOOD = [
    {"participant": who, "measure": name, "collection_type": "registry", "performance_rate": rate,
     "cases": 100.0, "reported_share": 0.9}
    for who, low in ((NPI, 0), (OTHER, 10))
    for name, rate in ((name, float(rate - low if rate > low else rate))
                       for name, rate in RATES.items())
]  # fmt: skip
PEOPLE = [
    {"participant": NPI, "small_practice": True, "cost_score": 0.5,
     "improvement_activities_score": 1.0},
    {"participant": OTHER, "small_practice": False, "promoting_interoperability_score": 0.7},
]  # fmt: skip


def written(path, rows, columns=()):
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    parquet.write_table(pa.table({n: [row.get(n) for row in rows] for n in names}), path)
    return path


def scores(folder, rows, people=PEOPLE):
    participants = written(folder / "people.parquet", people) if people else None
    scoring = score_parquet(
        written(folder / "measures.parquet", rows), benchmarks(folder), inventory(folder),
        participants, 2024, folder / "out" / "scores.parquet",
    )  # fmt: skip
    table = parquet.read_table(folder / "out" / "scores.parquet").to_pylist()
    return scoring, {row["participant"]: row for row in table}


def test_scores_are_those_of_a_list(tmp_path):
    scoring, mine = scores(tmp_path, GOOD)
    assert (scoring.scored, scoring.rows, scoring.set_aside) == (2, 14, {})
    text = "npi,measure,collection_type,performance_rate,cases,reported_share\n" + "".join(
        f"{r['participant']},{r['measure']},registry,{r['performance_rate']},100,0.9\n"
        for r in GOOD
    )
    (tmp_path / "measures.csv").write_text(text)
    (tmp_path / "people.csv").write_text(
        "npi,small_practice,cost_score,improvement_activities_score,"
        f"promoting_interoperability_score\n{NPI},yes,0.5,1,\n{OTHER},no,,,0.7\n"
    )
    exact = settle_submissions(
        SubmittedFiles(tmp_path / "measures.csv", benchmarks(tmp_path), inventory(tmp_path),
                       tmp_path / "people.csv"), 2024,
    ).main  # fmt: skip
    for number, contract in enumerate(exact.contracts):
        for name in ("quality_score", "final_score"):
            wanted = float(exact.evaluation.value(name, number))
            assert abs(mine[contract.identifier][name] - wanted) < 1e-9, name


def changed(**values):
    return {**GOOD[0], "participant": "x", **values}


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (changed(participant=""), "without a participant"),
        (changed(measure="Z"), "a measure that is not of the year"),
        (changed(collection_type="claims"), "a collection type that the measure does not have"),
        (changed(numerator=2.0, denominator=1.0), "numerator over denominator"),
        (changed(reported_share=1.5), "more reported than eligible"),
        (changed(performance_rate=None), "no rate, and no numerator and denominator"),
        (changed(performance_rate=float("nan")), "no rate, and no numerator and denominator"),
        (changed(performance_rate=-1.0), "below zero"),
        (changed(performance_rate=0.5), "a rate that may be a fraction"),
        (changed(performance_rate=100.5), "a rate over 100"),
        (changed(cases=None), "how many cases is not told"),
        (GOOD[0], "the same measure a second time"),
    ],
)
def test_a_row_that_cannot_be_scored_leaves_the_others(tmp_path, row, reason):
    _, alone = scores(tmp_path, GOOD)
    scoring, mine = scores(tmp_path, [*GOOD, row])
    assert scoring.set_aside == {reason: 1}
    assert scoring.rows == 15
    assert mine == alone


def test_rows_may_stand_in_any_order(tmp_path):
    _, wanted = scores(tmp_path, GOOD)
    mixed = GOOD[::-2] + GOOD[-2::-2]
    assert scores(tmp_path, mixed)[1] == wanted


def test_a_measure_counts_as_given_where_it_first_stands_whatever_stands_there(tmp_path):
    _, wanted = scores(tmp_path, GOOD[1:])
    unusable = {**GOOD[0], "performance_rate": 100.5}
    scoring, mine = scores(tmp_path, [unusable, *GOOD, GOOD[0]])
    assert scoring.set_aside == {"a rate over 100": 1, "the same measure a second time": 2}
    assert mine == wanted


def test_a_measure_is_left_out_where_every_way_it_came_is(tmp_path):
    who, measure = np.array([0, 0, 0, 1, 1]), np.array([4, 4, 5, 4, 5])
    rows = Namespace(who=who, measure=measure, by_claims=np.array([False] * 4 + [True]))
    out = np.array([True, False, True, True, True])
    # 0 reported measure 4 in a way that counts; 5 of 1 is from claims.
    assert left_out_measures(rows, out, 3).tolist() == [1, 1, 0]
    assert left_out_measures(rows, ~out, 3).tolist() == [0, 0, 0]


def test_a_participant_with_a_score_out_of_range_is_set_aside(tmp_path):
    scoring, mine = scores(tmp_path, GOOD, [{**PEOPLE[0], "cost_score": 50.0}, PEOPLE[1]])
    assert scoring.set_aside == {"a score of the participant is not between 0 and 1": 7}
    assert set(mine) == {OTHER}


def test_of_a_participant_given_twice_the_first_row_counts(tmp_path):
    _, wanted = scores(tmp_path, GOOD)
    second = {**PEOPLE[0], "small_practice": False, "cost_score": 0.9}
    scoring, mine = scores(tmp_path, GOOD, [*PEOPLE, second, second])
    assert scoring.set_aside == {"the same participant a second time": 2}
    assert (scoring.scored, scoring.rows) == (2, 14)
    assert mine == wanted
    _, other = scores(tmp_path, GOOD, [second, *PEOPLE])
    assert other[NPI] != wanted[NPI]


def test_files_that_cannot_be_used_are_refused_in_words(tmp_path):
    with pytest.raises(InputError, match="npi"):
        scores(tmp_path, [{**GOOD[0], "npi": "1"}])
    with pytest.raises(InputError, match="columns are missing: collection_type"):
        scores(tmp_path, [{"participant": "a", "measure": "b"}])
    with pytest.raises(EmptyResult, match="can be scored"):
        scores(tmp_path, [changed(measure="Z")])
    (tmp_path / "damaged.parquet").write_bytes(b"PAR1 and then nothing")
    with pytest.raises(InputError, match="no Parquet file"):
        score_parquet(tmp_path / "damaged.parquet", benchmarks(tmp_path), inventory(tmp_path),
                      None, 2024, tmp_path / "out" / "scores.parquet")  # fmt: skip


def test_the_command_takes_parquet(tmp_path):
    path = written(tmp_path / "m.parquet", [*GOOD, changed(measure="Z")])
    asked = ["qpp", "submissions", str(path), "--year", "2024", "--benchmarks",
             str(benchmarks(tmp_path)), "--output", str(tmp_path / "out")]  # fmt: skip
    for each in inventory(tmp_path):
        asked += ["--inventory", str(each)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 3, result.output
    assert "2 participants of 15 rows scored" in result.output


def test_scores_that_reach_nobody_are_said(tmp_path):
    """A row without a participant, and a participant of whom no measure was given."""
    _, alone = scores(tmp_path, GOOD, PEOPLE)
    more = [{**PEOPLE[0], "participant": ""}, {**PEOPLE[0], "participant": "unmeasured"}]
    scoring, mine = scores(tmp_path, GOOD, [*PEOPLE, *more])
    assert scoring.set_aside == {
        "scores without a participant": 1,
        "a participant without a row of a measure: give it as a list": 1,
    }
    assert mine == alone
