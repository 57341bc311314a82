"""Star Ratings from small invented tables: cut points, choice of run, and bad tables."""

import csv
from decimal import Decimal

import pytest

from openvbc.errors import InputError, ParameterMissing
from openvbc.programs.stars.results import PROGRAM

CODES = ("D01", "D02", "D08", "D09", "D10")


def _write(path, rows):
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def _tables(folder, *, year="2026", category="1", value="88%", contract="S0001"):
    """One drug plan: four stars each, complaints (D02, lower is better) five, D10 not rated."""
    heads = [f"{code}: a measure" for code in CODES]
    first = ["CONTRACT_ID", "Organization Type", "Contract Name", "Marketing", "Parent", "DD1"]
    plan = [contract, "PDP", "A plan", "A", "A"]
    levels = [("1star", "< 70 %"), ("2star", ">= 70 % to < 80 %"), ("3star", ">= 80 % to < 85 %"),
              ("4star", ">= 85 % to < 92 %"), ("5star", ">= 92 %")]  # fmt: skip
    lower = ["> 0.9", "> 0.6 to <= 0.9", "> 0.3 to <= 0.6", "> 0.1 to <= 0.3", "<= 0.1"]
    cuts = [
        ["PDP", name, *(low if code == "D02" else text for code in CODES)]
        for (name, text), low in zip(levels, lower, strict=True)
    ]
    return [
        _write(
            folder / "data.csv",
            [[f"{year} Data View: Medicare Report Card Master Table"], first, [""] * 5 + heads,
             [*plan, value, "0.05", value, value, "Not enough data available"]],
        ),
        _write(
            folder / "cuts.csv",
            [[f"{year} Part D Threshold"], ["Org Type", "Stars", *heads], *cuts],
        ),
        _write(
            folder / "cai.csv",
            [[f"{year} CAI View"],
             ["Contract Number", "Name", "Puerto Rico Only", "Part D PDP FAC"],
             [contract, "A plan", "No", category]],
        ),
    ]  # fmt: skip


def test_stars_from_values_and_cut_points(tmp_path):
    """D01 4, D02 5, D08 4, D09 4; weights 2, 2, 3, 3: mean 42/10 = 4.2.

    Variance 4 x (8 x 0.2^2 + 2 x 0.8^2) / (3 x 10) = 4 x 1.6 / 30 = 0.213333: low; the mean is at
    or above the 85th percentile of drug plans (3.913300): reward 0.4.
    4.2 + 0.4 - 0.227881 = 4.372119, to the nearest half star 4.5.
    """
    settlement = PROGRAM.settle(_tables(tmp_path))
    runs = settlement.details["runs"]
    row = list(runs.items).index("part_d, with improvement, with new measures")
    assert runs.evaluation.value("mean_star", row) == Decimal("4.2")
    assert runs.evaluation.value("variance", row) == Decimal("0.213333")
    assert runs.evaluation.value("reward_factor", row) == Decimal("0.4")
    assert runs.evaluation.value("unrounded_rating", row) == Decimal("4.372119")
    assert settlement.main.evaluation.value("highest_rating") == Decimal("4.5")


@pytest.mark.parametrize(
    ("category", "said"),
    [("N/A", False), ("1", False), ("", True), ("0.01", False), ("0", False)],
)
def test_a_category_that_is_not_told_is_said(tmp_path, category, said):
    """A table writes N/A where there is none; a blank, or a part of a category, is neither."""
    settled = PROGRAM.settle(_tables(tmp_path, category=category))
    note = "the column for part d pdp is blank for 1 contracts: the rating is not adjusted"
    assert any(note in each for each in settled.notes) is said
    odd = [each for each in settled.set_aside if each.reason == "not an adjustment category"]
    assert len(odd) == (category in ("0.01", "0"))


def test_ratings_that_a_table_does_not_give_are_said(tmp_path):
    summary = [
        ["2026 Summary Star View"],
        ["Contract Number", "Organization Type", "2026 Part D Summary", "2026 Overall"],
        ["S0001", "PDP", "", "Not Applicable"],
    ]
    path = _write(tmp_path / "summary.csv", summary)
    notes = " ".join(PROGRAM.settle([*_tables(tmp_path), path]).notes)
    assert "summary.csv has no column for part c: no rating of theirs is given." in notes
    assert "the column for part d is blank for 1 contracts" in notes
    assert "the column for overall" not in notes


def test_bad_tables_are_named(tmp_path):
    tables = _tables(tmp_path)
    with pytest.raises(InputError, match="CAI"):
        PROGRAM.settle(tables[:2])
    with pytest.raises(InputError, match="neither measure stars nor measure data"):
        PROGRAM.settle(tables[1:])
    with pytest.raises(ParameterMissing, match="2031"):
        PROGRAM.settle(_tables(tmp_path, year="2031"))
    mixed = _write(tmp_path / "other.csv", [["2025 CAI View"], ["Contract Number"], ["S0001"]])
    with pytest.raises(InputError):
        PROGRAM.settle([*_tables(tmp_path), mixed])


def test_an_unreadable_value_and_an_unknown_category_are_set_aside(tmp_path):
    settlement = PROGRAM.settle(_tables(tmp_path, value="high"))
    assert {item.reason for item in settlement.set_aside} == {
        "text where a number belongs (the measure counts as not rated)"
    }
    two = _tables(tmp_path)
    with two[2].open("a", encoding="utf-8") as file:
        file.write("S0002,B plan,No,99\n")
    with two[0].open("a", encoding="utf-8") as file:
        file.write("S0002,PDP,B plan,B,B,88%,0.05,88%,88%,88%\n")
    settlement = PROGRAM.settle(two)
    assert [c.identifier for c in settlement.main.contracts] == ["S0001"]
    assert [item.reason for item in settlement.set_aside] == ["adjustment category is not known"]


@pytest.mark.parametrize("written", ['="S0001"', "S-0001", "1.0E+03"])
def test_a_table_whose_contracts_are_not_understood_is_refused(tmp_path, written):
    """It has measure codes, and was taken for cut points that say nothing: left out unsaid."""
    paths = _tables(tmp_path)
    text = paths[0].read_text("utf-8")
    assert "\nS0001," in text
    rows = [[written, *row[1:]] if row[:1] == ["S0001"] else row
            for row in csv.reader(text.splitlines())]  # fmt: skip
    _write(paths[0], rows)
    with pytest.raises(InputError, match="no contract numbers and no cut points were found"):
        PROGRAM.settle(paths)
