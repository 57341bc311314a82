"""What forty contracts of one book cost beyond one: CPU seconds from a claim store that is built.

::

    python tests/bench/bench_book.py 10000

Half of the contracts are shared savings settled by the book (terms), half capitations that run as
projects on the book's store; every person is in two of them.
"""

from __future__ import annotations

import resource
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from hand_claims import table, write_claims
from openvbc.programs.contract_book.book_file import read_book
from openvbc.programs.contract_book.settle import settle_book

SAVINGS = """program: payer-contract
title: S
contract: S{0}
year: 2025
agreement: A
terms:
  benchmark_form: {{value: target per member per month, clause: "1"}}
  target_per_member_per_month: {{value: 400, clause: "1"}}
  spending_amount: {{value: paid, clause: "1"}}
  includes_pharmacy: {{value: false, clause: "1"}}
  run_out_months: {{value: 3, clause: "1"}}
  savings_share: {{value: 0.5, clause: "1"}}
  loss_share: {{value: 0.5, clause: "1"}}
"""
CAPITATION = """program: capitation
contract: {{title: C, contract: C{0}, year: 2025, agreement: A, terms: {{
  capitation_form: {{value: rate cells, clause: "1"}}, risk_adjusted: {{value: false, clause: "1"}},
  retroactive_months: {{value: 3, clause: "1"}}, group_fund_share: {{value: 1, clause: "1"}},
  hospital_fund_share: {{value: 1, clause: "1"}}, shared_fund_share: {{value: 1, clause: "1"}},
  encounter_price: {{value: paid, clause: "1"}}, completion: {{value: none, clause: "1"}},
  run_out_months: {{value: 3, clause: "1"}}, target_loss_ratio: {{value: 1, clause: "1"}}}}}}
inputs: {{roster: roster_{0}.csv, rates: rates.csv, division: division.csv}}
"""


MEMBERS = ("member_id", "first_day", "last_day")
ROSTER = ("member_id", "action", "first_day", "last_day", "rate_cell", "received_on")


def write(folder: Path, people: int, count: int, name: str) -> Path:
    """A book of `count` contracts over the people of the folder."""
    entries = []
    half = max(count // 2, 1)
    members = [f"P{n:06}" for n in range(people)]
    for number in range(count):
        mine = members[number % half :: half]
        if number < half:
            (folder / f"s{number}.yaml").write_text(SAVINGS.format(number))
            spans = [[who, "2025-01-01", "2025-12-31"] for who in mine]
            table(folder / f"members_{number}.csv", MEMBERS, spans)
            how = f"terms: s{number}.yaml, members: members_{number}.csv"
        else:
            (folder / f"c{number}.yaml").write_text(CAPITATION.format(number))
            added = [[who, "ADDITION", "2025-01-01", "", "ALL", "2024-12-20"] for who in mine]
            table(folder / f"roster_{number}.csv", ROSTER, added)
            how = f"project: c{number}.yaml"
        entries.append(
            f"  - {{contract: K{number:02}, payer: P{number}, line_of_business: Commercial, "
            f"{how}}}\n"
        )
    path = folder / f"{name}.yaml"
    path.write_text(
        f"book: B\nyear: 2025\nclaims: {{tuva: tuva, eligibility: eligibility.csv}}\n"
        f"output: run_{name}\ncontracts:\n" + "".join(entries)
    )
    return path


def main() -> None:
    people = int(sys.argv[1])
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        lines = [
            f"visit P{n:06} 2025-{m:02}-10 120.00" for n in range(people) for m in range(1, 11)
        ]
        write_claims(folder, [f"P{n:06}" for n in range(people)], lines)
        table(folder / "rates.csv", ("contract_year", "rate_cell", "rate"), [[2025, "ALL", 400]])
        table(folder / "division.csv", ("service", "fund", "claim_kind"),
              [["a", "HOSPITAL", "institutional"], ["b", "GROUP", "professional"]])  # fmt: skip
        settle_book(read_book(write(folder, people, 1, "store")))  # builds the claim store
        spent = {}
        for count in (1, 2, 40):
            path = write(folder, people, count, f"of_{count}")
            start, wall = _cpu(), time.perf_counter()
            book = settle_book(read_book(path))
            assert len(book.lines) == count, book.left_out
            spent[count] = _cpu() - start
            print(
                f"{count} contracts: {spent[count]:.1f} CPU s, {time.perf_counter() - wall:.1f} s"
            )
        most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
        beyond = f"forty beyond one: {spent[40] - spent[1]:.1f} CPU s over {people:,} people"
        print(f"{beyond}, {most:.1f} GB at most")


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
