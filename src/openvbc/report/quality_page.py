"""The page of a quality run: rates, who is left at each step, practices, completeness, gaps.

The form for sharing names no practice's few people: counts of 1 to 10, what would reveal them, and
the rates over them are hidden, and the list of gaps is left out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.engine.manifest import Manifest
from openvbc.format import show
from openvbc.input_file import rows_of_csv
from openvbc.programs.quality.intervals import wilson
from openvbc.programs.quality.measuring import Counts
from openvbc.programs.quality.quality_run import StoredRate, stored_quality
from openvbc.report import quality_charts
from openvbc.report.disclosure import Disclosure
from openvbc.report.page import Block, Card, Cards, Grid, Note, Notes, Page, Section, write
from openvbc.report.sharing import FOR_SHARING, PRIVATE, sentences_for_sharing

MOST_PRACTICES, MOST_GAPS = 40, 500
"""Practices in a picture, gaps in the list: the files of the run hold all of them."""
_STEPS = (
    ("Initial population", "initial_population"),
    ("Denominator", "denominator"),
    ("Eligible", "eligible"),
    ("Numerator", "numerator"),
)
_EVERYBODY = "all practices"


def write_quality_page(
    folder: Path, path: Path, *, shared: bool, earlier: Sequence[Path] = ()
) -> Path:
    """Write the page of a quality run.

    Args:
        folder: of the run.
        path: the file to be written.
        shared: hide small counts and leave out who has a gap.
        earlier: runs made before, the oldest first, for the chart of rates over runs.

    Raises:
        InputError: a folder holds no finished quality run.
    """
    return write(quality_page(folder, shared, earlier), path)


def quality_page(folder: Path, shared: bool, earlier: Sequence[Path] = ()) -> Page:
    """Compose the page."""
    stored = stored_quality(folder)
    shown = _counts(stored.rates, shared)
    completeness = rows_of_csv(folder / "completeness.csv")
    _register_patients(completeness[1], shown)
    sections = [
        Section("Rates", _rates(stored.rates, shown), "The interval is Wilson's, 95 percent."),
        *_run_chart(folder, stored.rates, shown, earlier),
        Section(
            "From the initial population to the numerator",
            [block for rate in stored.rates for block in _funnel(rate, shown)],
            "Eligible are those of the denominator who are neither left out nor excepted.",
        ),
        Section(
            "Practices",
            [block for rate in stored.rates for block in _practices(rate, shown)],
            "A person counts in every practice that has a chart of them. Where two intervals do "
            "not overlap the practices differ by more than chance; the dashed line is everybody.",
        ),
        Section(
            "Completeness by practice",
            [_completeness(*completeness, shown)],
            "A practice that delivers no encounters of a month may lack data of that month.",
        ),
    ]
    if not shared:
        sections.append(_gaps(folder))
    notes = Manifest.read(folder).notes
    if notes:
        said = sentences_for_sharing(notes) if shared else notes
        sections.append(Section("Notes", [Notes("What a reader must know", said)]))
    return Page(
        f"Clinical quality {stored.year}",
        f"{len(stored.rates)} measures from charts of "
        f"{len(completeness[1]):,} {'practices' if len(completeness[1]) != 1 else 'practice'}.",
        sections,
        mark=FOR_SHARING if shared else PRIVATE,
    )


def _counts(rates: Sequence[StoredRate], shared: bool) -> Disclosure:
    """Every count of people the page shows, and what they add up to."""
    shown = Disclosure(shared)
    for rate in rates:
        places = {_EVERYBODY: rate.counts, **rate.by_practice}
        for name, counts in places.items():
            key = (rate.number, name)
            parts = {
                "initial_population": counts.initial_population,
                "denominator": counts.denominator,
                "left out": counts.denominator_exclusion,
                "excepted": counts.denominator_exception,
                "eligible": counts.eligible,
                "numerator": counts.numerator,
                "not in numerator": counts.eligible - counts.numerator,
            }
            for part, value in parts.items():
                shown.count((*key, part), value, shown=part != "not in numerator")
            shown.adds_up((*key, "initial_population"), [(*key, "denominator")])
            shown.adds_up(
                (*key, "denominator"), [(*key, p) for p in ("left out", "excepted", "eligible")]
            )
            shown.adds_up(
                (*key, "eligible"), [(*key, p) for p in ("numerator", "not in numerator")]
            )
        for part in ("initial_population", "denominator", "eligible", "numerator"):
            shown.adds_up(
                (rate.number, _EVERYBODY, part),
                [(rate.number, name, part) for name in rate.by_practice],
            )
    return shown


def _register_patients(rows: Sequence[tuple[int, Mapping[str, str]]], shown: Disclosure) -> None:
    for _, row in rows:
        for name in ("Patients", "Persons"):
            shown.count((name, row["Practice"]), int(row[name]))


def _tells(number: str, place: str, shown: Disclosure) -> bool:
    """Whether a rate may be shown: it gives away what it is made of."""
    return not any(shown.hides((number, place, part)) for part in ("numerator", "eligible"))


def _cells(rate: StoredRate, place: str, counts: Counts, shown: Disclosure) -> list[str]:
    def cell(part: str, value: int) -> str:
        return shown.show((rate.number, place, part), value)

    low, high = wilson(counts.numerator, counts.eligible)
    tells = _tells(rate.number, place, shown)
    return [
        cell("initial_population", counts.initial_population),
        cell("denominator", counts.denominator),
        cell("left out", counts.denominator_exclusion),
        cell("excepted", counts.denominator_exception),
        cell("numerator", counts.numerator),
        *(show(value, "ratio") if tells else "hidden" for value in (counts.rate, low, high)),
    ]


_HEADS = (
    "Initial population", "Denominator", "Left out", "Excepted", "Numerator", "Rate", "From", "To",
)  # fmt: skip


def _rates(rates: Sequence[StoredRate], shown: Disclosure) -> list[Block]:
    cards = [
        Card(
            f"{rate.number} {rate.title}",
            show(rate.counts.rate, "ratio") if _tells(rate.number, _EVERYBODY, shown) else "hidden",
            "lower is better" if rate.is_inverse else "higher is better",
        )
        for rate in rates
    ]
    body = [
        [
            rate.number,
            rate.title,
            "lower" if rate.is_inverse else "higher",
            *_cells(rate, _EVERYBODY, rate.counts, shown),
        ]
        for rate in rates
    ]
    heads = ["Measure", "Title", "Better", *_HEADS]
    return [Cards(cards), Grid(heads, body, numeric=frozenset(_HEADS))]


def _run_chart(
    folder: Path, rates: Sequence[StoredRate], shown: Disclosure, earlier: Sequence[Path]
) -> list[Section]:
    """Rates over runs, where earlier runs are given."""
    points = []
    for run in (*earlier, *([folder] if earlier else ())):
        stored = stored_quality(run)
        here = shown if run == folder else _counts(stored.rates, shown.shared)
        wanted = {rate.number for rate in rates}
        points += [
            (f"{run.name} ({stored.year})", each.number, float(each.counts.rate))
            for each in stored.rates
            if each.number in wanted
            and each.counts.rate is not None
            and _tells(each.number, _EVERYBODY, here)
        ]
    if not points:
        return []
    figure = quality_charts.run_chart(points, "Rate of each measure, run after run.")
    return [Section("Rates over runs", [figure])]


def _funnel(rate: StoredRate, shown: Disclosure) -> list[Block]:
    steps = [
        (label, int(getattr(rate.counts, part)))
        for label, part in _STEPS
        if not shown.hides((rate.number, _EVERYBODY, part))
    ]
    if not rate.counts.initial_population:
        return [Note(f"{rate.number} {rate.title}: nobody is in the initial population.")]
    hidden = "" if len(steps) == len(_STEPS) else " Small counts are hidden."
    return [quality_charts.funnel(steps, f"{rate.number} {rate.title}.{hidden}")] if steps else []


def _practices(rate: StoredRate, shown: Disclosure) -> list[Block]:
    drawn = []
    for name, counts in rate.by_practice.items():
        low, high = wilson(counts.numerator, counts.eligible)
        if low is not None and high is not None and _tells(rate.number, name, shown):
            drawn.append((name, float(counts.rate or Decimal(0)), float(low), float(high)))
    body = [[name, *_cells(rate, name, counts, shown)] for name, counts in rate.by_practice.items()]
    caption = f"{rate.number} {rate.title}"
    blocks: list[Block] = []
    if len(drawn) > 1 and _tells(rate.number, _EVERYBODY, shown):
        drawn.sort(key=lambda each: (-each[1], each[0]))
        more = len(drawn) - MOST_PRACTICES
        cut = f": the {MOST_PRACTICES} highest of {len(drawn)}" if more > 0 else ""
        blocks.append(
            quality_charts.practices(
                drawn[:MOST_PRACTICES], float(rate.counts.rate or 0), f"{caption}{cut}."
            )
        )
    numeric = frozenset(_HEADS)
    grid = Grid(["Practice", *_HEADS], body, caption, numeric, searchable=len(body) > 12)
    return [*blocks, grid]


def _completeness(
    heads: Sequence[str], rows: Sequence[tuple[int, Mapping[str, str]]], shown: Disclosure
) -> Grid:
    body = []
    for _, row in rows:
        few = any(shown.hides((name, row["Practice"])) for name in ("Patients", "Persons"))
        last = heads[-1]
        body.append(
            ["hidden" if few and head not in ("Practice", last) else row[head] for head in heads]
        )
    return Grid(list(heads), body, numeric=frozenset(heads[1:-1]), searchable=len(body) > 12)


def _gaps(folder: Path) -> Section:
    heads, rows = rows_of_csv(folder / "gaps.csv")
    body = [[row[head] for head in heads] for _, row in rows[:MOST_GAPS]]
    more = len(rows) - len(body)
    caption = f"The first {len(body):,} of {len(rows):,}; gaps.csv holds all." if more else ""
    return Section(
        f"Open gaps ({len(rows):,})",
        [
            Note("A gap is a question to the practice, never a diagnosis."),
            Grid(heads, body, caption, searchable=True, pinned=True),
        ],
        "Who is eligible without the wanted result, what is there, what would close it.",
    )
