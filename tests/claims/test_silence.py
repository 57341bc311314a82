"""Generated damage to every list and reader: an error or a word, never silence or a traceback.

A mutation drops, renames, doubles or rescales a column of a list, or damages a file at random. It
is silent where rows staged differ from those of the untouched input and neither an error, a finding
nor a row set aside says so.
"""

from __future__ import annotations

import csv
import io
import random
import shutil
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from claims import mutated_feeds
from claims.test_fuzz import PEOPLE, deliver, mutate, write
from claims.unwritten import UnwrittenStaging
from openvbc.claims.factors import read_factors
from openvbc.claims.feeds import read_feeds
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.lists import read_electing_teaching_hospitals, read_provider_specialties
from openvbc.claims.report import StoreReport
from openvbc.errors import OpenvbcError
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml

KINDS = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
USD = dict(zip(KINDS, (85000, 11000, 17000, 10500), strict=True))


def lists() -> dict[str, str]:
    """Lists big enough for what they show as a whole, name to content."""
    national = "calendar_year,enrollment_type,per_capita,truncation_threshold,completion_factor,"
    national += "person_years\n"
    county = "calendar_year,county,enrollment_type,per_capita,risk_score,person_years\n"
    for year in range(2021, 2025):
        for kind, usd in USD.items():
            national += f"{year},{kind},{usd}.10,{usd * 8}.00,1.0130,140000\n"
            county += f"{year},39035,{kind},{usd - 50}.20,1.0250,5230.5\n"
    return {
        "factors/national.csv": national,
        "factors/county.csv": county,
        "factors/prior_savings.csv": (
            "performance_year,updated_benchmark,expenditures,person_years\n"
            + "".join(f"{year},16361861.26,16215754.96,1400\n" for year in (2021, 2022, 2023))
        ),
        "factors/accountable_care_prospective_trend.csv": (
            "performance_year,enrollment_type,flat_dollar_amount\n"
            + "".join(f"2024,{kind},{usd // 20}.65\n" for kind, usd in USD.items())
        ),
        "provider_specialty.csv": "npi,specialty_code\n9000000001,08\n9000000002,11\n",
        "electing_teaching_hospitals.csv": "performance_year,ccn\n2024,360001\n",
        "risk_scores.csv": (
            "member_id,calendar_year,enrollment_type,risk_score,demographic_score,hcc_version\n"
            + "".join(f"M{n},2024,AGED_DUAL,1.{n:04d},0.9,V28\n" for n in range(40))
        ),
        "non_claims_payments.csv": (
            "member_id,payment_date,paid_amount,program\n"
            + "".join(f"M{n},2024-06-{n + 1:02d},120.50,Primary Care First\n" for n in range(9))
        ),
        "voluntary_alignment.csv": (
            "member_id,performance_year,tin,npi\nM1,2024,012345678,9000000001\n"
        ),
        "participants.csv": (
            "aco_id,performance_year,tin,npi,ccn,start_date,end_date\n"
            "A9001,2024,012345678,9000000001,,2024-01-01,2024-12-31\nA9001,2024,,,360001,,\n"
        ),
        "eligibility.csv": (
            "member_id,start_date,end_date,part_a,part_b,medicare_advantage,enrollment_type,"
            "dual_status_code,other_initiative,state_county\n"
            + "".join(f"M{n},2024-01-01,2024-12-31,1,1,0,AGED_DUAL,02,0,39035\n" for n in range(9))
        ),
    }


def dropped(rows: list[list[str]], at: int, chance: random.Random) -> None:
    for row in rows:
        del row[at]


def renamed(rows: list[list[str]], at: int, chance: random.Random) -> None:
    rows[0][at] = chance.choice(["x_", "old ", "my"]) + rows[0][at]


def named_twice(rows: list[list[str]], at: int, chance: random.Random) -> None:
    for row in rows:
        row.append(row[at])


def rescaled(rows: list[list[str]], at: int, chance: random.Random) -> None:
    if rows[0][at].endswith("_code") or all(row[at] in ("0", "1") for row in rows[1:]):
        return  # codes, yes and no have no unit
    factor = chance.choice([0.001, 0.01, 1 / 12, 100, 1000])
    for row in rows[1:]:
        try:
            row[at] = f"{float(row[at]) * factor:.2f}"
        except ValueError:
            continue


def doubled(rows: list[list[str]], at: int, chance: random.Random) -> None:
    rows += [list(row) for row in rows[1:]]


def quoted(rows: list[list[str]], at: int, chance: random.Random) -> None:
    rows[chance.randrange(1, len(rows))][at] = '"open'


MUTATIONS: tuple[Callable[[list[list[str]], int, random.Random], None], ...] = (
    dropped, renamed, named_twice, rescaled, doubled, quoted,
)  # fmt: skip
UNSEEN = {
    ("national.csv", "person_years"): "a weight; only the ratio of the types counts",
    ("county.csv", "person_years"): "a weight; only the ratio of the types counts",
}
"""Columns whose common scale moves nothing."""


def read_all(folder: Path) -> tuple[Any, list[str]]:
    """What the lists come to, and everything that is said about them."""
    report = StoreReport(folder, 1)
    seen: list[Any] = []

    def note(table: str, batch: Any) -> None:
        names = [n for n in batch.schema.names if not n.startswith("source") and n != "delivery"]
        seen.append((table, [batch.column(name).to_pylist() for name in names]))

    staging = UnwrittenStaging(folder / "staging", 1, note)
    inputs = ClaimInputs(
        participants=folder / "participants.csv",
        eligibility=folder / "eligibility.csv",
        risk_scores=folder / "risk_scores.csv",
        voluntary_alignment=folder / "voluntary_alignment.csv",
        non_claims_payments=folder / "non_claims_payments.csv",
    )
    read_feeds(inputs, staging, report, 1, lambda text, done: None)
    seen.append({name: table.rows for name, table in read_factors(folder / "factors").items()})
    seen.append(sorted(read_provider_specialties(folder / "provider_specialty.csv")))
    seen.append(read_electing_teaching_hospitals(folder / "electing_teaching_hospitals.csv", 2024))
    said = [f"{f.severity} {f.name} {f.detail}" for f in report.findings]
    said += [f"{e.file} {why} {n}" for e in report.waterfall for why, n in e.set_aside.items()]
    return seen, said


def put(folder: Path, files: dict[str, str]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)


def silent(folder: Path, seed: int, usual: tuple[Any, list[str]]) -> str:
    """The mutation, if it changed what is read without a word; else nothing."""
    chance = random.Random(seed)
    files = lists()
    name = chance.choice(sorted(files))
    rows = list(csv.reader(io.StringIO(files[name])))
    at = chance.randrange(len(rows[0]))
    column = rows[0][at]
    mutation = chance.choice(MUTATIONS)
    mutation(rows, at, chance)
    files[name] = "".join(",".join(row) + "\n" for row in rows)
    put(folder, files)
    try:
        tables, said = read_all(folder)
    except OpenvbcError:
        return ""
    if tables == usual[0] or said != usual[1]:
        return ""
    if mutation is rescaled and (Path(name).name, column) in UNSEEN:
        return ""
    return f"seed {seed}: {mutation.__name__} {name} {column}"


def no_silence(folder: Path, seeds: range) -> None:
    put(folder / "usual", lists())
    usual = read_all(folder / "usual")
    silences = []
    for seed in seeds:
        case = folder / "case"
        silences.append(silent(case, seed, usual))
        shutil.rmtree(case)
    assert "\n".join(each for each in silences if each) == ""


def test_no_changed_column_is_silent(tmp_path: Path) -> None:
    no_silence(tmp_path, range(30))


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(4))
def test_no_changed_column_of_a_thousand_is_silent(tmp_path: Path, slice_: int) -> None:
    no_silence(tmp_path, range(1000 + 250 * slice_, 1250 + 250 * slice_))


MOVES_NOTHING = {
    "CLM_SQSTRTN_RDCTN_AMT": "no step reads it",
    "CLM_PBP_INCLSN_AMT": "no step reads it",
    **dict.fromkeys(
        (
            "quantity",
            "days_supply",
            "copayment_amount",
            "CLM_LINE_DAYS_SUPLY_QTY",
            "CLM_LINE_BENE_PMT_AMT",
        ),
        "no step reads more of a fill than who, when and what",
    ),
    "CLM_CNTL_NUM": "keys that are moved alike join the same records",
    "CLM_ID": "claims by other numbers, each as before",
}
"""What a damage touched, and why it need not be said."""


def silent_in_feed(folder: Path, seed: int, usual: dict[str, Any]) -> str:
    """The damage to a feed, if it changed the store without a word; else nothing.

    What the readers say is looked at first; only where they say nothing the store is built.
    """
    chance = random.Random(seed)
    files = dict(mutated_feeds.feeds())
    name = chance.choice(sorted(files))
    feed = name.split("/")[0]
    files = {path: content for path, content in files.items() if path.startswith(f"{feed}/")}
    if ".ZC0" in name:
        files[name], what = mutate(files[name], chance), "CCLF0"
    elif feed == "cclf":
        files[name], what = mutated_feeds.fixed_width(name, files[name], chance)
    else:
        files[name], what = mutated_feeds.table(name, files[name], MUTATIONS, chance)
    if any(word in MOVES_NOTHING for word in what.split()):
        return ""
    try:
        tables, said = mutated_feeds.read_all(folder, files)
        if (tables == usual[feed][0] and "doubled" not in what) or said != usual[feed][1]:
            return ""
        if feed not in usual["stores"]:
            usual["stores"][feed] = mutated_feeds.built(usual["folder"] / feed)
        tables, said = mutated_feeds.built(folder)
    except OpenvbcError:
        return ""
    store, usually = usual["stores"][feed]
    return "" if tables == store or said != usually else f"seed {seed}: {what}"


def usual_feeds(folder: Path) -> dict[str, Any]:
    """What each feed comes to when nothing is damaged."""
    usual: dict[str, Any] = {"folder": folder, "stores": {}}
    for feed in ("cclf", "alr", "tuva", "synpuf"):
        files = {n: c for n, c in mutated_feeds.feeds().items() if n.startswith(f"{feed}/")}
        usual[feed] = mutated_feeds.read_all(folder / feed, files)
    return usual


def no_silence_in_feeds(folder: Path, seeds: range) -> None:
    usual = usual_feeds(folder / "usual")
    silences = []
    for seed in seeds:
        case = folder / "case"
        silences.append(silent_in_feed(case, seed, usual))
        shutil.rmtree(case, ignore_errors=True)
    assert "\n".join(each for each in silences if each) == ""


def test_no_damage_to_a_feed_is_silent(tmp_path: Path) -> None:
    no_silence_in_feeds(tmp_path, range(40))


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(4))
def test_no_damage_of_a_thousand_to_a_feed_is_silent(tmp_path: Path, slice_: int) -> None:
    no_silence_in_feeds(tmp_path, range(1000 + 250 * slice_, 1250 + 250 * slice_))


PROJECT = """\
program: mssp
contract:
  aco_id: A9001
  performance_year: 2024
  agreement_start: 2024-01-01
  quality: {score: 0.85}
accepted:
  run-out 2022: none was sent
inputs:
  cclf: [cclf]
"""
NASTY = (
    ".inf", ".nan", "1:30.5", "!!float abc", "!!int abc", "!!bool maybe", "9" * 5000, "&a [*a]",
    "[" * 2000, "\x07", "*a", "!!timestamp x", "010", "{? [a] : b}", "!!binary x", "<<: 3",
    "!!python/object:os.system x", "- - -", '"', "1e999999999", "\u2028", "!!set {a, b}",
)  # fmt: skip


def project_mutation(path: Path, chance: random.Random) -> None:
    """Read a damaged project file; what is wrong with it is said in words."""
    content = PROJECT.encode()
    for _ in range(chance.choice([1, 1, 2, 5])):
        if chance.random() < 0.5:
            content = mutate(content, chance)
        else:
            lines = content.decode("utf-8", errors="replace").split("\n")
            line = chance.randrange(len(lines))
            lines[line] = lines[line].split(":")[0] + ": " + chance.choice(NASTY)
            content = "\n".join(lines).encode("utf-8", errors="replace")
    path.write_bytes(content)
    read_yaml(text_of_yaml(path), path.name)


def feed_mutation(folder: Path, chance: random.Random) -> None:
    files = deliver()
    for name in chance.sample(sorted(files), chance.choice([1, 1, 2])):
        files[name] = mutate(files[name], chance)
    staging = UnwrittenStaging(folder / "staging", 1, lambda table, batch: None)
    read_feeds(write(folder, files), staging, StoreReport(folder, 1), 1, lambda text, done: None)


def fuzz(folder: Path, seeds: range) -> None:
    """Errors in words, in seconds, without a person's name; anything else fails with its seed."""
    for seed in seeds:
        folder.mkdir()
        chance = random.Random(seed)
        began = time.process_time()
        try:
            if seed % 2:
                project_mutation(folder / "openvbc.yaml", chance)
            else:
                feed_mutation(folder, chance)
        except OpenvbcError as error:
            said = str(error)
            assert not any(person in said for person in PEOPLE), seed
        except Exception as error:
            raise AssertionError(f"seed {seed}: {type(error).__name__}: {error}") from error
        assert time.process_time() - began < 60, seed
        shutil.rmtree(folder)


def test_damaged_files_end_in_words(tmp_path: Path) -> None:
    fuzz(tmp_path / "case", range(40))


@pytest.mark.slow
@pytest.mark.parametrize("slice_", range(10))
def test_ten_thousand_damaged_files_end_in_words(tmp_path: Path, slice_: int) -> None:
    fuzz(tmp_path / "case", range(10_000 + 1000 * slice_, 11_000 + 1000 * slice_))


@pytest.mark.parametrize("number", range(len(NASTY)))
def test_a_value_that_is_none_is_refused(number: int) -> None:
    value = NASTY[number]
    if value in ("!!set {a, b}", "\u2028", "1e999999999"):  # text, or a set
        read_yaml(f"quality: {value}\n", "openvbc.yaml")
        return
    with pytest.raises(OpenvbcError, match="VBC-302"):
        read_yaml(f"quality: {value}\n", "openvbc.yaml")


@pytest.mark.parametrize("source", ["bomb.yaml", "rules/bomb.yaml"])
def test_lists_of_aliases_are_refused_at_once(source: str) -> None:
    """In a folder of the user's that is called as ours is, too."""
    text = "a: &a [x, x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join(['*' + chr(97 + n)] * 10)}]\n" for n in range(9)
    )
    with pytest.raises(OpenvbcError, match="alias"):
        read_yaml(text, source)


def test_counts_of_mutations_cover_every_kind() -> None:
    kinds: Counter[str] = Counter()
    for seed in range(300):
        chance = random.Random(seed)
        name = chance.choice(sorted(lists()))
        chance.randrange(len(lists()[name].split("\n")[0].split(",")))
        kinds[chance.choice(MUTATIONS).__name__] += 1
    assert len(kinds) == len(MUTATIONS)
