"""The pages of a distribution: one of the whole, and one a practice that is for it alone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from openvbc.format import show
from openvbc.programs.distribution.shared import Distribution, SharedAmount, SharedPool
from openvbc.report.page import Block, Card, Cards, Grid, Note, Page, Section, write

AMOUNT = "Amount"


def write_distribution_html(allocation: Distribution, folder: Path) -> list[Path]:
    """Write ``distribution.html`` and ``practices/<practice>.html``; the files written."""
    title = allocation.formula.distribution
    pages = [
        write(
            Page(title, allocation.formula.policy, _whole(allocation)), folder / "distribution.html"
        )
    ]
    for pool in allocation.pools:
        for shared in pool.practices:
            name = shared.recipient.name or shared.recipient.identifier
            page = Page(
                f"{title}: {name}", allocation.formula.policy, _practice(allocation, pool, shared)
            )
            pages.append(write(page, folder / "practices" / f"{_plain(shared)}.html"))
    return pages


def _plain(shared: SharedAmount) -> str:
    text = shared.recipient.identifier
    return "".join(each if each.isalnum() or each in "-_" else "_" for each in text)


def _whole(allocation: Distribution) -> list[Section]:
    cards = Cards(
        [
            Card("Shared in all", show(allocation.amount, "USD")),
            Card("Kept by the organisation", show(_kept(allocation), "USD")),
        ]
    )
    sections = [Section("The amount", [cards])]
    for pool in allocation.pools:
        rows = [
            [
                each.recipient.identifier, each.recipient.name,
                f"closed: {', '.join(each.gates_failed)}" if each.gates_failed else "open",
                _cents(each),
            ]
            for each in pool.practices
        ]  # fmt: skip
        heads = ["Practice", "Name", "Gates", AMOUNT]
        grid = Grid(heads, rows, numeric=frozenset({AMOUNT}))
        lead = f"{show(pool.amount, 'USD')} by clause {pool.pool.clause}"
        sections.append(Section(f"Pool: {pool.pool.pool}", [grid], lead))
    return sections


def _kept(allocation: Distribution) -> object:
    return allocation.kept + sum(pool.kept for pool in allocation.pools)


def _cents(shared: SharedAmount) -> str:
    return f"${shared.amount:,.2f}" if shared.amount >= 0 else f"−${-shared.amount:,.2f}"


def _practice(allocation: Distribution, pool: SharedPool, shared: SharedAmount) -> list[Section]:
    blocks: list[Block] = [Cards([Card("Your amount", _cents(shared))])]
    if shared.gates_failed:
        names = ", ".join(each.replace("_", " ") for each in shared.gates_failed)
        blocks.append(Note(f"A gate is closed: {names}. Nothing of the pool is paid.", "warning"))
    blocks.append(_components(shared, f"Pool {pool.pool.pool}: {show(pool.amount, 'USD')}"))
    sections = [Section("Your amount", blocks, f"By clause {pool.pool.clause}.")]
    clinicians: Sequence[SharedAmount] = allocation.clinicians.get(shared.recipient.identifier, ())
    if clinicians:
        rows = [[c.recipient.identifier, c.recipient.name, _cents(c)] for c in clinicians]
        grid = Grid(["Clinician", "Name", AMOUNT], rows, numeric=frozenset({AMOUNT}))
        sections.append(Section("Your clinicians", [grid]))
    return sections


def _components(shared: SharedAmount, caption: str) -> Grid:
    heads = ["Measure", "Weight", "Yours", "Of all who share", "Your share of the pool"]
    rows = []
    for each in shared.components:
        times = f" times {each.component.times}" if each.component.times else ""
        rows.append(
            [
                f"{each.component.measure}{times}".replace("_", " "),
                show(each.component.weight, "ratio"), show(each.value), show(each.of_all),
                "–" if shared.gates_failed else show(each.share, "ratio"),
            ]
        )  # fmt: skip
    return Grid(heads, rows, caption, frozenset(heads[1:]))
