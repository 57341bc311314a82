"""Attribution of two cost measures from a claim store: each rule by hand."""

import csv

import pytest
from typer.testing import CliRunner

from episode_store import Store
from openvbc.cli import app
from openvbc.errors import InputError
from openvbc.programs.mips.cost_attribution import attribute_costs
from programs.written_store import written_store

CODES = """list,code
visit,99213
related,93000
stay_visit,99222
procedure,27447
surgical_drg,470
"""
CLAIMS = {
    # a visit, and a related service of another practice two days later
    "p": [
        "physician a/1 2024-03-01 100.00 npi=x tin=1",
        "physician b/1 2024-03-03 20.00 npi=y tin=2 code=93000",
        # alone: 92 days after the first, nothing after it
        "physician c/1 2024-06-01 100.00 npi=x tin=1",
        # before the window opens, and on its last day of the year
        "physician d/1 2024-02-29 900.00 npi=y tin=2 code=10060",
        "physician e/1 2024-12-31 7.00 npi=y tin=2 code=10060",
    ],
    # the year before: both services on one claim
    "q": [
        "physician a/1 2023-12-01 100.00 npi=x tin=1",
        "physician a/2 2023-12-01 20.00 npi=x tin=1 code=93000",
        "physician b/1 2024-11-29 5.00 npi=y tin=2 code=10060",
        "physician c/1 2024-11-30 900.00 npi=y tin=2 code=10060",
    ],
    # the second visit is 89 days later in the same practice; that one leads to none itself
    "r": [
        "physician a/1 2024-05-01 100.00 npi=z tin=1",
        "physician b/1 2024-07-29 100.00 npi=w tin=1",
    ],
    "s": [
        "stay A 2024-02-03..2024-02-06 9000.00 drg=291",
        "physician a/1 2024-02-03 80.00 npi=x tin=1 code=99222",
        "physician a/2 2024-02-04 80.00 npi=x tin=1 code=99222",
        "physician b/1 2024-02-05 80.00 npi=z tin=1 code=99222",
        "physician c/1 2024-02-06 80.00 npi=y tin=2 code=99222",
        "physician d/1 2024-01-31 10.00 npi=y tin=2 code=10060",
        "physician e/1 2024-01-30 999.00 npi=y tin=2 code=10060",
        "physician f/1 2024-03-07 50.00 npi=y tin=2 code=10060",
        "physician g/1 2024-03-08 999.00 npi=y tin=2 code=10060",
    ],
    "t": [
        "stay A 2024-05-01..2024-05-03 20000.00 drg=470",
        "physician a/1 2024-05-02 1500.00 npi=y tin=2 code=27447",
        "physician b/1 2024-05-02 80.00 npi=x tin=1 code=99222",
        # ended in another year
        "stay B 2023-05-01..2023-05-03 20000.00 drg=470",
        "physician c/1 2023-05-02 1500.00 npi=y tin=2 code=27447",
    ],
}


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    store = Store()
    for person, texts in CLAIMS.items():
        store.person(person)
        for text in texts:
            store.claim(person, text)
    return written_store(store, tmp_path_factory.mktemp("cost") / "store")


@pytest.fixture
def codes(tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text(CODES)
    return path


def rows(path):
    with path.open() as file:
        return [tuple(row.values()) for row in csv.DictReader(file)]


def test_people_go_to_who_began_to_be_responsible(store, codes, tmp_path):
    attribute_costs(store, 2024, codes, tmp_path / "out")
    # p: March to December 306 days, 100 + 20 + 100 + 7; q: to 29 November, 365 days from
    # 1 December, 334 of them in 2024, 5; r: from May 245 days, 200
    assert sorted(rows(tmp_path / "out" / "attributed_persons.csv")) == [
        ("p", "1", "x", "1", "2024-03-01", "306", "227.00"),
        ("q", "1", "x", "1", "2024-01-01", "334", "5.00"),
        ("r", "1", "z", "1", "2024-05-01", "245", "200.00"),
    ]


def test_stays_go_to_who_visited_or_operated(store, codes, tmp_path):
    attribute_costs(store, 2024, codes, tmp_path / "out")
    stays = sorted(row[:1] + row[2:] for row in rows(tmp_path / "out" / "attributed_stays.csv"))
    # s: three of four visits under number 1, one of four (25 percent) under 2, which is below 30;
    # 9000 + 4 x 80 + 10 + 50. t: the surgeon alone; 20000 + 1500 + 80
    assert stays == [
        ("s", "291", "medical", "1", "x", "3", "4", "9380.00"),
        ("s", "291", "medical", "1", "z", "3", "4", "9380.00"),
        ("t", "470", "surgical", "2", "y", "", "", "21580.00"),
    ]


def test_a_clinician_has_cases_and_dollars(store, codes, tmp_path):
    attribution = attribute_costs(store, 2024, codes, tmp_path / "out")
    by = {tuple(row[:3]): row[3:] for row in attribution.listings[0].rows}
    # x under 1: p and q, 232 dollars in 640 days: 232 x 365 / 640 = 132.31
    cases, paid, each, yearly = by["total per capita cost", "1", "x"]
    assert (cases, str(paid), each, str(yearly)) == (2, "232.00", None, "132.31")
    cases, paid, each, yearly = by["Medicare spending per beneficiary", "2", "y"]
    assert (cases, str(each), yearly) == (1, "21580.00", None)
    assert "Estimates" in attribution.notes[0]


def test_a_measure_without_its_codes_is_named(store, tmp_path):
    path = tmp_path / "codes.csv"
    path.write_text("list,code\nvisit,99213\nrelated,93000\n")
    attribution = attribute_costs(store, 2024, path, tmp_path / "out")
    assert "no codes of stay_visit, procedure, surgical_drg" in " ".join(attribution.notes)
    assert len(attribution.listings) == 2


@pytest.mark.parametrize("text", ["code\n99213\n", "list,code\nvisits,99213\n", "list,code\n"])
def test_lists_that_cannot_be_used_are_refused(store, tmp_path, text):
    path = tmp_path / "codes.csv"
    path.write_text(text)
    with pytest.raises(InputError):
        attribute_costs(store, 2024, path, tmp_path / "out")


def test_the_command_names_clinicians_and_says_it_is_an_estimate(store, codes, tmp_path):
    result = CliRunner().invoke(
        app,
        ["qpp", "cost", str(store), "--year", "2024", "--services", str(codes),
         "--output", str(tmp_path / "qpp")],
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "Cost by clinician 2024 (estimates)" in result.output
    result = CliRunner().invoke(app, ["qpp", "cost", str(store), "--year", "2024"])
    assert result.exit_code == 1
