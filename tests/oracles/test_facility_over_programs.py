"""One hospital's page over readmissions, Hospital VBP and hospital-acquired conditions."""

import html
import re

import pytest
from typer.testing import CliRunner

from openvbc.cli import app
from openvbc.commands.facility import _pages
from openvbc.errors import InputError
from openvbc.programs.published.files_by_program import files_by_program
from openvbc.report.facility_page import dollars_of
from oracles.published import published

HOSPITAL = "010001"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    money = tmp_path_factory.mktemp("own") / "payments.csv"
    money.write_text(f"ccn,base_operating_drg_payments\n{HOSPITAL},10000000\n", encoding="utf-8")
    return [
        *published(
            "p4p/hrrp/hrrp_supplemental_fy2025_dev.csv",
            "p4p/hvbp/fy2024_hvbp_tps_dev.csv",
            "p4p/hvbp/fy2024_hvbp_person_and_community_engagement_dev.csv",
            "p4p/hac/fy2024_hac_reduction_program_dev.csv",
        ),
        money,
    ]


def test_files_are_told_apart_and_the_list_goes_where_it_is_taken(files):
    told = files_by_program(files)
    assert {name: len(own) for name, own in told.items()} == {"hac": 1, "hrrp": 2, "hvbp": 3}


def test_one_page_with_the_dollars_of_each(files, tmp_path):
    """VBP's slope is not known, so its dollars are a range.

    0.02 x (2.8 x 15.583333 / 100 - 1) x 10,000,000 = -112,733.34, at 3.3 -97,150.00.
    """
    page = tmp_path / "page.html"
    words = ["facility", *map(str, files), "--contract", HOSPITAL, "--output", str(page)]
    result = CliRunner(env={"COLUMNS": "300"}).invoke(app, words)
    assert result.exit_code == 0, result.output
    text = page.read_text(encoding="utf-8")
    for said in ("Dollars of each program", "Readmissions Reduction Program, fiscal year 2025",
                 "Hospital Value-Based Purchasing, fiscal year 2024", "Limited by"):  # fmt: skip
        assert said.lower() in text.lower(), said
    plain = html.unescape(re.sub(r"<[^>]+>", " ", text))
    assert "between \u2212$112,733 and \u2212$97,150" in plain


@pytest.mark.slow
def test_a_slope_that_is_not_known_gives_a_range_of_dollars(files):
    """The numbers of the page before they are written."""
    pages, unsettled = _pages(files, [], HOSPITAL, None, [])
    assert unsettled == []
    dollars = {title.split(",")[0]: (value, said) for title, value, said in dollars_of(pages)}
    value, said = dollars["Hospital Value-Based Purchasing"]
    assert value is None
    assert said.startswith("between \u2212$112,733 and \u2212$97,150")
    assert dollars["Hospital Readmissions Reduction Program"][0] is not None


def test_a_hospital_in_no_file_is_said(files):
    with pytest.raises(InputError, match="999999 was settled in no program"):
        _pages(files[1:4], [], "999999", None, [])
