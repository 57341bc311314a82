"""The HTML report of a settlement: summary, every contract, its worksheet as a tree, the rules."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.format import capitalised, exact, in_words, show, show_short
from openvbc.programs.laid_over import in_force_listing
from openvbc.programs.overall_result import overall_result
from openvbc.programs.settlement import LineScore, Presentation, Settlement, Sheet, Verification
from openvbc.report import charts
from openvbc.report.page import (
    Block,
    Card,
    Cards,
    Explorer,
    Figure,
    Grid,
    Note,
    Notes,
    Page,
    Section,
    anchor_of,
    write,
)
from openvbc.report.parameters import parameters_grid
from openvbc.report.plain_words import sentence_of, together_in_words
from openvbc.report.rows_section import rows_section
from openvbc.report.signed_bars import signed_bars
from openvbc.report.worksheet_data import worksheet_data

WORKSHEET = "Worksheet"
"""Title of the section in which a contract's main sheet is opened."""
MOST_CONTRACTS_IN_EXPLORER = 1500
"""Beyond this many the page would be slow on a phone; the Excel report holds them all."""
MOST_NOTES_OPEN = 2
"""More notes than this are folded under one line."""


def write_html(
    settlement: Settlement, path: Path, verification: Verification | None = None
) -> Path:
    """Write the settlement as one self-contained HTML file."""
    return write(settlement_page(settlement, verification), path)


def settlement_page(settlement: Settlement, verification: Verification | None = None) -> Page:
    """Compose the page: what was settled, what it came to, why, and on which rules."""
    sections = [
        summary_section(settlement),
        contracts_section(settlement),
        *in_force_sections(settlement),
        worksheet_section(WORKSHEET, settlement.main, settlement),
    ]
    for name, sheet in settlement.details.items():
        sections.append(worksheet_section(in_words(name), sheet, settlement))
    if verification is not None:
        sections.append(verification_section(verification, settlement.presentation.unit))
    sections.append(rows_section(settlement))
    sections.append(
        Section(
            "Parameters",
            parameters_grid([settlement.main, *settlement.details.values()]),
            "Every parameter value that was in force, with its citation and how far it is trusted.",
            in_print=False,
        )
    )
    years = sorted({contract.year for contract in settlement.main.contracts})
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else str(years[0]) if years else ""
    count = len(settlement.main.contracts)
    return Page(
        settlement.title,
        f"{count:,} {settlement.presentation.units} settled, {span}. "
        "Every number opens down to its inputs and rules.",
        sections,
        footer=[f"Rules version {settlement.main.evaluation.rules.digest[:16]}."],
    )


def summary_section(settlement: Settlement) -> Section:
    """Key totals, the waterfall of all contracts together, the distribution over contracts."""
    sheet, view = settlement.main, settlement.presentation
    many = len(sheet.contracts) != 1
    blocks: list[Block] = []
    if many:
        cards = _total_cards(settlement)
        results = [sheet.evaluation.value(view.result, row) for row in range(len(sheet.contracts))]
        said = together_in_words(
            results, *sheet.labelled(view.result), view.units, is_final=settlement.is_final
        )
        blocks += [Note(*said)] if said else []
    else:
        blocks.append(Note(*sentence_of(settlement)))
        cards = _headline_cards(settlement)
    if settlement.set_aside:
        cards.append(Card("Rows set aside", f"{len(settlement.set_aside):,}", "reasons below"))
    blocks.append(Cards(cards))
    if view.waterfall:
        steps = [
            (sheet.labelled(name)[0], sheet.total(name) or Decimal(0), kind)
            for name, kind in view.waterfall
        ]
        who = f"All {view.units} together, from" if many else "From"
        blocks.append(charts.waterfall(steps, f"{who} benchmark to payment."))
    if view.distribution and (figure := _distribution(sheet, view)):
        blocks.append(figure)
    blocks += notes_blocks(settlement.notes)
    return Section("Summary", blocks)


def in_force_sections(settlement: Settlement) -> list[Section]:
    """What the flexibilities and overlays in force move, contract by contract; none where none."""
    from openvbc.report.listings import listing_sections

    listing = in_force_listing(settlement)
    return listing_sections([listing]) if listing and listing.rows else []


def _total_cards(settlement: Settlement) -> list[Card]:
    """How many contracts (hospitals, practices), and what they come to together."""
    sheet, view = settlement.main, settlement.presentation
    cards = [Card(f"{capitalised(view.units)} settled", f"{len(sheet.contracts):,}")]
    for name in view.totals:
        label, unit = sheet.labelled(name)
        total = sheet.total(name)
        if total is not None:
            cards.append(value_card(label, total, unit))
    if (overall := overall_result(settlement, range(len(sheet.contracts)))) is not None:
        cards.append(Card(overall[0], show(overall[1], overall[2])))
    return cards


def _headline_cards(settlement: Settlement) -> list[Card]:
    """What people look for first of the only contract: rates, score and money."""
    view = settlement.presentation
    wanted = [
        (settlement.details[sheet], name)
        for sheet, names in view.before.items()
        if sheet in settlement.details and len(settlement.details[sheet].contracts) == 1
        for name in names
    ]
    known = settlement.main.evaluation.columns
    led_to = [name for name in view.beside if name in known]
    shown = [*view.headline[:-1], *led_to, *view.headline[-1:]]
    wanted += [(settlement.main, name) for name in shown]
    cards = []
    for sheet, name in wanted:
        value = sheet.evaluation.value(name, 0)
        if value is not None:
            label, unit = sheet.labelled(name)
            cards.append(value_card(label, value, unit))
    return cards


def value_card(label: str, value: Any, unit: str, link: str = "") -> Card:
    """A value as a card: short, and in full below where that says more."""
    short, full = show_short(value, unit), show(value, unit)
    return Card(label, short, full if full != short else "", link)


def notes_blocks(texts: Sequence[str]) -> list[Block]:
    """Notes as warnings; many are folded under one line."""
    if len(texts) <= MOST_NOTES_OPEN:
        return [Note(text, "warning") for text in texts]
    return [
        Notes(f"{len(texts)} notes: what this result rests on and what is not confirmed", texts)
    ]


DRAWN_ONE_BY_ONE = 12
"""Up to so many are drawn each by itself; a histogram of fewer has bars of one."""


def _distribution(sheet: Sheet, view: Presentation) -> Figure | None:
    name = view.distribution or view.result
    label, unit = sheet.labelled(name)
    values = [sheet.evaluation.value(name, row) for row in range(len(sheet.contracts))]
    present = [value for value in values if value is not None]
    if len(present) < 3:
        return None
    if len(present) <= DRAWN_ONE_BY_ONE and unit == "USD":
        several = len({each.year for each in sheet.contracts}) > 1
        points = [
            (f"{each.identifier} {each.year}" if several else each.identifier, value,
             "owed" if value < 0 else "earned")
            for each, value in zip(sheet.contracts, values, strict=True)
            if value is not None
        ]  # fmt: skip
        return signed_bars(points, "USD", f"{label} of each {view.unit}.")
    caption = f"{label} over {len(present):,} {view.units}."
    return charts.distribution(present, label, caption, percent=unit == "ratio", rows=view.units)


def contracts_section(settlement: Settlement) -> Section:
    """One row a contract with the headline lines and a total line."""
    sheet, view = settlement.main, settlement.presentation
    heads = [sheet.labelled(name) for name in view.headline]
    rows = []
    named = any(contract.name for contract in sheet.contracts)
    for number, contract in enumerate(sheet.contracts):
        cells = [
            show(sheet.evaluation.value(name, number), unit)
            for name, (_, unit) in zip(view.headline, heads, strict=True)
        ]
        who = [contract.name] if named else []
        rows.append([contract.identifier, *who, str(contract.year), contract.group, *cells])
    total = ["Total", *([""] if named else []), "", f"{len(rows):,} {view.units}"] + [
        show(sheet.total(name), unit) if name in view.totals else ""
        for name, (_, unit) in zip(view.headline, heads, strict=True)
    ]
    labels = [label for label, _ in heads]
    opened = range(min(len(rows), MOST_CONTRACTS_IN_EXPLORER))
    grid = Grid(
        [capitalised(view.unit), *(["Name"] if named else []), "Year", "Group", *labels],
        rows,
        numeric=frozenset(labels),
        total=total if view.totals else None,
        searchable=len(rows) > 12,
        pinned=True,
        links={(row, 0): f"#{_explorer(WORKSHEET)}:{row}" for row in opened},
    )
    return Section(capitalised(view.units), [grid])


def worksheet_section(title: str, sheet: Sheet, settlement: Settlement) -> Section:
    """The worksheet of any contract, opened line by line down to inputs and parameters."""
    main = sheet is settlement.main
    view = settlement.presentation
    lines = list(sheet.evaluation.worksheet.lines)
    shown = sheet
    notes: list[Block] = []
    if len(sheet.contracts) > MOST_CONTRACTS_IN_EXPLORER:
        kept = MOST_CONTRACTS_IN_EXPLORER
        shown = Sheet(
            sheet.contracts[:kept], sheet.evaluation, sheet.items[:kept] if sheet.items else None
        )
        notes.append(
            Note(
                f"The first {kept:,} of {len(sheet.contracts):,} rows can be opened here; "
                "the Excel report and vbc explain hold them all."
            )
        )
    files = " or ".join(path.name for path in settlement.sources)
    result, waterfall = (view.result, view.waterfall) if main else (lines[-1], ())
    data = worksheet_data(shown, result, waterfall, files)
    identity = _explorer(title)
    lead = f"Choose a {view.unit} and a line; each line opens to what it was computed from."
    return Section(title, [*notes, Explorer(data, identity, capitalised(view.unit))], lead)


def _explorer(title: str) -> str:
    """The name of an explorer in a link."""
    return f"explore-{anchor_of(title)}"


def verification_section(verification: Verification, unit: str) -> Section:
    """What was computed against what was published: a score a line, and every difference."""
    heads = ["Line", "Rows", "Agree", "Explained", "Not explained", "Tolerance"]
    rows = [_score_row(score) for score in verification.scores]
    scores = Grid(heads, rows, numeric=frozenset(heads[1:5]))
    differences = [
        [
            d.contract.identifier,
            str(d.contract.year),
            score.label,
            exact(d.computed),
            exact(d.published),
            d.reason or "not known",
        ]
        for score in verification.scores
        for d in score.differences
    ]
    blocks: list[Block] = [scores]
    if differences:
        columns = [capitalised(unit), "Year", "Line", "Computed", "Published", "Reason"]
        blocks.append(
            Grid(
                columns,
                differences,
                "Every row that differs by more than the tolerance.",
                frozenset({"Computed", "Published"}),
                searchable=len(differences) > 12,
            )
        )
    else:
        blocks.append(Note("Every row agrees with what was published.", "good"))
    return Section("Verification", blocks, "Computed here, held against what CMS published.")


def _score_row(score: LineScore) -> list[str]:
    open_rows = len(score.differences) - score.explained
    counts = (score.rows, score.agree, score.explained, open_rows)
    return [score.label, *(f"{count:,}" for count in counts), score.tolerance]
