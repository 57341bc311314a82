"""Sliders over the settlement's own worksheets, and what it would then come to."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from openvbc.app.blocks import AppPage, Block, Part, Slider, Sliders
from openvbc.app.opened import OpenedRun
from openvbc.app.pages.contracts import others, row_name
from openvbc.app.plain_words import result_in_words
from openvbc.errors import InputError, Place
from openvbc.format import show
from openvbc.programs.run_folder import MAIN
from openvbc.programs.what_if import Standing
from openvbc.report.page import Grid, Note


def what_if_page(opened: OpenedRun, row: int) -> AppPage:
    """The sliders where they stand as settled, and below them the answer."""
    question = opened.question(row)
    sliders = [_slider(standing) for standing in question.where()]
    lead = (
        "Move what may come otherwise. Every answer is the settlement's own worksheets computed "
        "again, by the same parameters; nothing is stored."
    )
    blocks: list[Block] = [Sliders(f"/what-if/{row}/answer", sliders)]
    answer = Part("Answer", answer_blocks(opened, row, {}))
    rows = opened.rows(MAIN)
    title = f"What if: {row_name(rows[row])}" if len(rows) > 1 else "What if"
    parts = [Part("Move", blocks, lead), answer, *others(opened, "/what-if")]
    return AppPage(title, parts, trail=[("/", opened.title)])


def _slider(standing: Standing) -> Slider:
    lever, at = standing.lever, standing.settled
    is_factor = lever.kind == "factor"
    step = lever.step
    value = at.quantize(step) if at == at.quantize(step) else at.normalize()
    return Slider(
        lever.name, lever.label, str(lever.low), str(lever.high), str(step), f"{value:f}",
        "as settled" if is_factor else show(at, lever.unit), is_factor,
    )  # fmt: skip


def asked_levers(form: Mapping[str, str], names: set[str]) -> dict[str, Decimal]:
    """The levers of a form; InputError if one is not a number."""
    levers = {}
    for name in names & set(form):
        try:
            levers[name] = Decimal(form[name])
        except InvalidOperation:
            levers[name] = Decimal("NaN")
        if not levers[name].is_finite():
            raise InputError(
                "the value of a slider is not a number",
                place=Place(column=name, value=form[name]),
                action="move it again",
                code="VBC-19005",
            )
    return levers


def answer_blocks(opened: OpenedRun, row: int, asked: Mapping[str, Decimal]) -> list[Block]:
    """The result in words, and every headline line: settled, then, difference."""
    assert opened.stored is not None
    question = opened.question(row)
    settled, then = question.settled(), question.answer(asked)
    sentence, tone = result_in_words(opened, row, then)
    kept = opened.stored.worksheets
    names = dict.fromkeys([name for name, _ in kept.get("waterfall", ())] + list(kept["headline"]))
    rows = []
    for name in names:
        item = opened.described(MAIN, name)
        before, after = settled.get(name), then.get(name)
        change = ""
        if isinstance(before, Decimal) and isinstance(after, Decimal):
            moved = after - before
            change = show(moved, item["unit"]) if abs(moved) > Decimal("1e-9") else "–"
        rows.append([
            item["label"], show(before, item["unit"]), show(after, item["unit"]), change,
        ])  # fmt: skip
    heads = ["Line", "As settled", "Then", "Change"]
    return [Note(sentence, tone), Grid(heads, rows, "", frozenset(heads[1:]), pinned=True)]
