"""Generated people: every episode, line fate and amount against the plain program and the truth."""

from __future__ import annotations

import csv
import datetime as dt
import os
from collections import defaultdict
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.engine.duckdb import DuckDBEngine
from openvbc.engine.pipeline import Pipeline
from openvbc.programs.bundles.given import claim_additions, read_given
from openvbc.programs.bundles.models import BPCI_ADVANCED
from openvbc.programs.bundles.project import EpisodeInputs
from openvbc.rules.load import load_rules
from openvbc.steps import episodes
from openvbc.steps.episodes.medicare import read_lists, read_numbers
from openvbc.steps.episodes.tables import addition, tables
from openvbc.steps.episodes.terms import Terms
from openvbc.synth.episode_files import write_episode_files
from oracles import plain_episodes as plain

PARAMETERS = Path(os.environ.get("OPENVBC_SHARED", "../shared")) / "spec" / "params" / "bpcia"
PERIOD = (dt.date(2025, 1, 1), dt.date(2025, 12, 31))
KINDS = {"60": "stay", "20": "nursing", "30": "nursing", "10": "home", "50": "hospice"}
VISITS = ("042", "043", "044", "055", "056", "057")
NOT_VISITS = ("Q5001", "Q5002", "Q5009", "G0320", "G0321", "G0322")

pytestmark = pytest.mark.skipif(
    not PARAMETERS.is_dir(), reason="the specification's tables are not there (OPENVBC_SHARED)"
)


def run(folder: Path, people: int, seed: int):
    """The engine's tables and the store's rows of generated people."""
    data = folder / "data"
    write_episode_files(data, people, seed)
    inputs = EpisodeInputs(
        tuva=data / "tuva", claim_additions=data / "claim_additions.csv",
        drg_table=data / "drg_table.csv", person_spans=data / "person_spans.csv",
        global_days=data / "global_days.csv", outpatient_ranks=data / "outpatient_ranks.csv",
        price_updates=data / "price_updates.csv",
    )  # fmt: skip
    store = build_store(ClaimInputs(tuva=inputs.tuva), folder / "store", buckets=1)
    numbers, doubts = read_numbers(BPCI_ADVANCED.model, load_rules("bpci_advanced"), 8)
    given = replace(
        read_given(inputs, *PERIOD),
        claim_addition=claim_additions(inputs.claim_additions, folder / "a"),
    )
    terms = Terms(numbers, read_lists(BPCI_ADVANCED.model, 8, {}), "PAID", *PERIOD,
                  dt.date(9999, 12, 31), given, doubts)  # fmt: skip
    rows_by_table = {}
    sources = store.sources()
    with DuckDBEngine(threads=2) as engine:
        made = Pipeline(episodes.steps()).run(
            engine, [*sources, *addition(terms)], [t.table for t in tables(terms)],
            folder / "tables",
        )  # fmt: skip
        for name in ("episode", "episode_line"):
            engine.register(name, made[name].table.parts)
            rows_by_table[name] = engine.rows(f"select * from {name}")
        for table in sources:
            engine.register(table.name, table.parts)
            rows_by_table[table.name] = engine.rows(f"select * from {table.name}")
    with (data / "truth" / "planted.csv").open() as file:
        rows_by_table["truth"] = list(csv.DictReader(file))
    return rows_by_table, terms.given, data


def people_of(rows_by_table, data: Path) -> dict[str, plain.Person]:
    """The store's rows as the plain program takes them."""
    added = {}
    with (data / "claim_additions.csv").open() as file:
        for row in csv.DictReader(file):
            added[row["claim_id"]] = row
    lines = defaultdict(list)
    for row in rows_by_table["institutional_line"]:
        lines[row["claim_id"]].append(row)
    claims: dict[str, list[plain.Claim]] = defaultdict(list)
    for c in rows_by_table["institutional_claim"]:
        more = added.get(c["claim_id"], {})
        if c["claim_type_code"] == "40":
            for row in lines[c["claim_id"]]:
                cents = int(row["paid_amount"] * 100)
                claims[c["person_id"]].append(
                    plain.Claim(
                        "outpatient", c["claim_id"], row["claim_line_number"],
                        row["claim_line_start_date"], row["claim_line_start_date"], cents, cents,
                        row["hcpcs_code"] or "", c["facility_ccn"],
                        revenue=row["revenue_center_code"] or "", processed=c["effective_date"],
                    )
                )  # fmt: skip
            continue
        visits = tuple(
            row["claim_line_start_date"] for row in lines[c["claim_id"]]
            if (row["revenue_center_code"] or "")[:3] in VISITS
            and row["hcpcs_code"] not in NOT_VISITS
        )  # fmt: skip
        cents = int(c["paid_amount"] * 100)
        claims[c["person_id"]].append(
            plain.Claim(
                KINDS[c["claim_type_code"]], c["claim_id"], None, c["claim_start_date"],
                c["claim_end_date"], cents, cents, ccn=c["facility_ccn"], drg=c["drg_code"],
                disposition=c["discharge_disposition_code"] or "",
                outlier=int(Fraction(more.get("outlier_amount") or 0) * 100),
                bill=c["bill_type_code"] or "", low=more.get("is_low_utilization") == "true",
                visits=visits,
            )
        )  # fmt: skip
    for row in rows_by_table["professional_line"]:
        cents = int(row["paid_amount"] * 100)
        claims[row["person_id"]].append(
            plain.Claim(
                "professional", row["claim_id"], row["claim_line_number"],
                row["claim_line_start_date"], row["claim_line_start_date"], cents, cents,
                row["hcpcs_code"] or "", place=row["place_of_service_code"] or "",
                modifier=row["hcpcs_modifier_1"] or "",
            )
        )  # fmt: skip
    months: dict[str, set[tuple[int, int]]] = defaultdict(set)
    for row in rows_by_table["coverage"]:
        mask = row["part_a_mask"] & row["part_b_mask"] & ~row["medicare_advantage_mask"]
        months[row["person_id"]] |= {
            (row["calendar_year"], m) for m in range(1, 13) if mask >> (m - 1) & 1
        }
    spans = defaultdict(list)
    with (data / "person_spans.csv").open() as file:
        for row in csv.DictReader(file):
            days = [dt.date.fromisoformat(row[n]) for n in ("first_day", "last_day")]
            spans[row["member_id"]].append((row["kind"], *days))
    return {
        row["person_id"]: plain.Person(
            claims[row["person_id"]], row["death_date"], months.get(row["person_id"]), set(),
            spans[row["person_id"]],
        )
        for row in rows_by_table["person"]
    }  # fmt: skip


def world(given) -> plain.World:
    return plain.World(
        plain.Lists(PARAMETERS), PERIOD,
        weight={(y, d): (m, t and Fraction(t, 10)) for y, d, m, t in given.drg_weight},
        rank={(code, year): rank for code, year, rank in given.outpatient_rank},
        surgery=set(given.global_surgery),
        factor=[(s, f, t, Fraction(v)) for s, f, t, v in given.update_factor],
    )  # fmt: skip


def compared(rows_by_table, given, data) -> int:
    """Hold everything against the plain program; the number of settled episodes."""
    known = world(given)
    every = []
    for person in people_of(rows_by_table, data).values():
        every += plain.episodes_of(person, known)
    mine = {row["episode_id"]: row for row in rows_by_table["episode"]}
    assert sorted(mine) == sorted(e.name for e in every)
    limited = plain.winsorised(every)
    lines = {(r["episode_id"], r["claim_id"], r["claim_line_number"]): r
             for r in rows_by_table["episode_line"]}  # fmt: skip
    theirs = 0
    for e in every:
        row = mine[e.name]
        assert (row["status"], row["reason"]) == (e.status, e.reason), e.name
        for (claim, number), (fate, part, rest) in e.parts.items():
            line = lines[e.name, claim, number]
            theirs += 1
            assert line["fate"] == fate, (e.name, claim, number)
            if part >= 0:
                assert (line["episode_amount"] * 100, line["monitored_amount"] * 100) == (
                    part, rest), (e.name, claim)  # fmt: skip
        if e.status == "SETTLED":
            assert row["episode_amount"] * 100 == e.amount, e.name
            assert row["monitored_amount"] * 100 == e.monitored, e.name
            assert row["updated_amount"] * 100 == e.updated, e.name
            assert Fraction(row["limited_amount"]) * 100 == limited[e.name], e.name
    assert theirs == len(lines)
    return len(limited)


def planted_are_found(rows_by_table) -> None:
    """Every planted episode is settled or dropped for the planted reason, to the cent."""
    mine = {row["episode_id"]: row for row in rows_by_table["episode"]}
    wrong = [
        (row["story"], row["episode_id"])
        for row in rows_by_table["truth"]
        if (mine.get(row["episode_id"]) or {}).get("status") != row["status"]
        or (mine[row["episode_id"]]["reason"] or "") != row["reason"]
        or (row["amount"] and str(mine[row["episode_id"]]["episode_amount"]) != row["amount"])
    ]
    assert not wrong, wrong[:10]
    assert sorted(mine) == sorted(row["episode_id"] for row in rows_by_table["truth"])


def test_a_small_set(tmp_path):
    rows_by_table, given, data = run(tmp_path, 300, 3)
    planted_are_found(rows_by_table)
    assert compared(rows_by_table, given, data) > 130
    assert len({row["story"] for row in rows_by_table["truth"]}) >= 20
    no_dollar_twice(rows_by_table)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_ten_thousand_people(tmp_path, seed):
    rows_by_table, given, data = run(tmp_path, 10_000, seed)
    planted_are_found(rows_by_table)
    assert compared(rows_by_table, given, data) > 5_000
    no_dollar_twice(rows_by_table)


def no_dollar_twice(rows_by_table) -> None:
    """What the settled episodes of a person take of a claim line never exceeds the line."""
    settled = {r["episode_id"] for r in rows_by_table["episode"] if r["status"] == "SETTLED"}
    taken = defaultdict(int)
    amount = {}
    for row in rows_by_table["episode_line"]:
        parts = row["episode_amount"] + row["monitored_amount"] + row["outside_amount"]
        assert parts == row["amount"]
        if row["episode_id"] in settled:
            key = (row["claim_id"], row["claim_line_number"])
            taken[key] += row["episode_amount"]
            amount[key] = row["amount"]
    assert len(taken) > 300
    assert all(total <= amount[key] for key, total in taken.items())
