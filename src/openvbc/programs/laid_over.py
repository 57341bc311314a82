"""What is laid over the rules of a settlement, and what every contract comes to without it.

Flexibilities in force (``rules/registry/flexibilities.csv``) and overlays of the user's are named
in the settlement they act in, with the result beside it by the rules without them. A flexibility is
in force in a contract where the value of its parameter that was used is the one the register would
take out; whether it moved anything is told by the amounts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from openvbc.format import show
from openvbc.policy.flexibilities import (
    Flexibility,
    flexibilities,
    flexibilities_of,
    rules_without,
    values_without,
)
from openvbc.policy.partial_date import year_of
from openvbc.policy.register import registered
from openvbc.programs.listing import Field, Listing
from openvbc.programs.result_without import result_without, what_of
from openvbc.programs.settlement import ContractYear, LaidOver, Settlement, Sheet
from openvbc.rules.load import YEAR_KEYS, RuleSet, has_rules, is_laid_over
from openvbc.rules.parameter import Parameter

TOGETHER = "all of these together"
"""The name under which the result without every flexibility at once stands."""
NO_AMOUNT = ("no amount", "nothing")
"""How the register says that a flexibility moves no settlement."""
MeasuredAgain = Callable[[RuleSet], Sheet]
"""The main sheet of a run where its claims are measured and settled by other rules."""
COMPARE = "settle again without it, and 'vbc compare' holds the two together"


def with_laid_over(
    settlement: Settlement,
    measured: Iterable[int] = (),
    measured_again: MeasuredAgain | None = None,
) -> Settlement:
    """The settlement with what is laid over its rules, and a sentence of each among its notes.

    Args:
        settlement: as it was settled.
        measured: calendar years whose claims were measured for it, base years too; flexibilities
            that act on what is measured are in force in these.
        measured_again: the main sheet where the claims are measured by other rules.
    """
    rules = settlement.main.evaluation.rules
    if not has_rules(rules.program):
        return settlement
    held = [each for each in flexibilities() if _same(each.rules, rules.program)]
    read = _flexibilities(settlement, held)
    acting = _measured(settlement, held, set(measured), measured_again)
    laid_over = [*read, *acting, *_together(settlement, read, acting, measured_again)]
    laid_over += _overlays(settlement)
    notes = [*(sentence(settlement, each) for each in laid_over), *_not_here(settlement)]
    return replace(settlement, laid_over=laid_over, notes=[*settlement.notes, *notes])


def sentence(settlement: Settlement, each: LaidOver, among: Sequence[int] | None = None) -> str:
    """What is in force, in how many contracts, and what they come to with it and without.

    `among` are the rows of the main sheet that are told of; all where none are named.
    """
    count = len(settlement.main.contracts) if among is None else len(among)
    if among is not None:
        each = replace(each, rows=[row for row in each.rows if row in among])
    units = settlement.presentation.units
    where = "" if count == 1 else f" for {len(each.rows):,} of {count:,} {units}"
    if each.not_computed:
        return f"In force{where}: {each.name} ({each.what}). {each.not_computed}"
    result = settlement.presentation.result
    line = settlement.main.evaluation.worksheet.lines[result]
    pairs = [(settlement.main.evaluation.value(result, n), each.without.get(n)) for n in each.rows]
    moved = sum(with_it != without for with_it, without in pairs)
    head = f"In force{where}: {each.name} ({each.what})."
    if not moved:
        return f"{head} It changes nothing here."
    changes = "" if count == 1 else f" It changes {moved:,} of them."
    if count > 1 and line.unit != "USD":
        return head + changes
    with_it, without = (_total(values) for values in zip(*pairs, strict=True))
    label = line.label if count == 1 else f"{line.label}, of these {units} together"
    amounts = f"{show(with_it, line.unit)}; without it {show(without, line.unit)}"
    return f"{head}{changes} {label}: {amounts}."


def in_force_listing(settlement: Settlement) -> Listing | None:
    """A row for each contract that something laid over moves: its result with it and without.

    None where nothing is in force that could be settled without.
    """
    if all(each.not_computed for each in settlement.laid_over):
        return None
    main, result = settlement.main, settlement.presentation.result
    line = main.evaluation.worksheet.lines[result]
    money = line.unit == "USD"
    rows = []
    for each in settlement.laid_over:
        for row in each.rows if not each.not_computed else ():
            with_it, without = main.evaluation.value(result, row), each.without.get(row)
            if with_it != without:
                who = main.contracts[row]
                worth = [_less(with_it, without)] if money else []
                rows.append(
                    [who.identifier, who.year, each.name, with_it, without, *worth, each.what]
                )
    fields = [
        Field("Contract", role="who"), Field("Year", "year"), Field("In force"),
        Field(line.label, line.unit), Field("Without it", line.unit),
        *([Field("What it is worth", "USD")] if money else []),
        Field("What it changes", role="evidence"),
    ]  # fmt: skip
    lead = "Flexibilities and overlays that move a result; the notes name all that are in force."
    return Listing("in_force", "With and without", fields, rows, lead, main.about)


def _less(with_it: Any, without: Any) -> Decimal | None:
    return None if with_it is None or without is None else with_it - without


def _total(values: Sequence[Any]) -> Any:
    if len(values) == 1:
        return values[0]
    return sum((Decimal(each) for each in values if each is not None), Decimal(0))


def _same(name: str, program: str) -> bool:
    return name.replace("-", "_") == program.replace("-", "_")


def _flexibilities(settlement: Settlement, held: Sequence[Flexibility]) -> list[LaidOver]:
    """Those that the sheets of the settlement read, one by one."""
    laid_over = []
    for each in held:
        rows = _rows_in_force(settlement, each)
        if rows:
            laid_over.append(_without(settlement, [each.name], each.name, what_of(each), rows))
    return laid_over


def _without(
    settlement: Settlement,
    names: Sequence[str],
    name: str,
    what: str,
    rows: Sequence[int],
    measured_again: MeasuredAgain | None = None,
) -> LaidOver:
    """The results without flexibilities, on the same totals or on what is measured anew."""
    again = settlement.again
    if measured_again is None and again is None:
        return LaidOver(name, what, rows, {}, f"What it is worth: {COMPARE}.")
    rules = settlement.main.evaluation.rules

    def sheet() -> Sheet:
        others = rules_without(rules, names)
        if measured_again is not None:
            return measured_again(others)
        assert again is not None
        return again.settle(others)

    return result_without(settlement, sheet, name, what, rows)


def _together(
    settlement: Settlement,
    read: Sequence[LaidOver],
    measured: Sequence[LaidOver],
    measured_again: MeasuredAgain | None,
) -> list[LaidOver]:
    """All of them at once, where there are two or more that can be taken out."""
    chosen = [*read, *(measured if measured_again is not None else ())]
    if len(chosen) < 2:
        return []
    rows = sorted({row for each in chosen for row in each.rows})
    names = [each.name for each in chosen]
    anew = measured_again if measured else None
    return [_without(settlement, names, TOGETHER, ", ".join(names), rows, anew)]


def _places(main: Sheet) -> Mapping[ContractYear, list[int]]:
    """The rows of the main sheet, by contract and year."""
    rows_by_contract: dict[ContractYear, list[int]] = {}
    for row, contract in enumerate(main.contracts):
        rows_by_contract.setdefault(contract, []).append(row)
    return rows_by_contract


def _rows_in_force(settlement: Settlement, each: Flexibility) -> list[int]:
    places = _places(settlement.main)
    rows: set[int] = set()
    for sheet in (settlement.main, *settlement.details.values()):
        if each.parameter in sheet.evaluation.parameters:
            for row in _in_force(sheet, values_without([each.name])):
                rows.update(places.get(sheet.contracts[row], ()))
    return sorted(rows)


def _in_force(sheet: Sheet, without: Sequence[Parameter]) -> Iterator[int]:
    """Rows of a sheet whose value is a flexibility's, and not one that was laid over it."""
    evaluation = sheet.evaluation
    for value in without:
        keys = evaluation.rules.keys_of(value.name)
        column = evaluation.parameters[value.name]
        used = {id(each): each for each in column if each is not None}
        moved = {
            number
            for number, each in used.items()
            if not is_laid_over(each) and each.value != value.value
        }
        for row in range(len(sheet.contracts) if moved else 0):
            if id(column[row if len(column) > 1 else 0]) not in moved:
                continue
            if value.matches({key: _plain(evaluation.value(key, row)) for key in keys}):
                yield row


def _plain(key: Any) -> Any:
    return int(key) if isinstance(key, Decimal) and key == int(key) else key


def _measured(
    settlement: Settlement,
    held: Sequence[Flexibility],
    years: set[int],
    measured_again: MeasuredAgain | None,
) -> list[LaidOver]:
    """Those that act before the sheets, on what is measured of the claims of these years."""
    rules = settlement.main.evaluation.rules
    sheets = [settlement.main, *settlement.details.values()]
    read = {name for sheet in sheets for name in sheet.evaluation.parameters}
    settled = {contract.year for contract in settlement.main.contracts}
    rows = range(len(settlement.main.contracts))
    laid_over = []
    for each in held:
        if each.parameter in read or not any(each.span.meets(year_of(year)) for year in years):
            continue
        value = values_without([each.name])[0]
        of_years = [value.applies[key] for key in YEAR_KEYS if key in value.applies]
        if not all(any(map(condition.matches, settled)) for condition in of_years):
            continue
        used = [p for p in rules.history(value.name) if p.applies == value.applies]
        if used and used[-1].value != value.value and measured_again is not None:
            name, what = each.name, what_of(each)
            laid_over.append(_without(settlement, [name], name, what, rows, measured_again))
    return laid_over


def _overlays(settlement: Settlement) -> list[LaidOver]:
    """Overlays of the user's that the sheets read, all of them taken away at once."""
    if settlement.again is None or not settlement.again.overlays:
        return []
    given = dict.fromkeys(settlement.again.overlays)
    rows: set[int] = set()
    changed: dict[str, None] = {}
    places = _places(settlement.main)
    for sheet in (settlement.main, *settlement.details.values()):
        for column in sheet.evaluation.parameters.values():
            for row, parameter in enumerate(column):
                if parameter is not None and parameter.source in given:
                    changed.setdefault(parameter.label)
                    whose = sheet.contracts if len(column) == 1 else [sheet.contracts[row]]
                    rows.update(at for each in whose for at in places.get(each, ()))
    if not rows:
        return []
    named, what, shipped = ", ".join(given), "; ".join(changed), settlement.again.shipped
    if shipped is None:
        return [LaidOver(named, what, sorted(rows), {}, f"What it is worth: {COMPARE}.")]
    again = settlement.again
    return [result_without(settlement, lambda: again.settle(shipped()), named, what, sorted(rows))]


def _not_here(settlement: Settlement) -> list[str]:
    """The register's flexibilities of the program and the years that no rule here holds."""
    if "fiscal_year" in settlement.main.evaluation.worksheet.inputs:
        return []  # its data are of other years than it is called by
    years = {contract.year for contract in settlement.main.contracts}
    names = [p.program for p in registered().values()
             if _same(p.facts["settled_by"] or "-", settlement.program)]  # fmt: skip
    programs: dict[str, str] = {}
    for name in names:
        for each in flexibilities_of(name):
            in_years = any(each.span.meets(year_of(year)) for year in years)
            told = not each.rules and name in each.programs
            if told and in_years and not each.needs.startswith(NO_AMOUNT):
                programs[each.name] = name
    if not programs:
        return []
    where = " and ".join(f"'vbc flexibilities {name}'" for name in dict.fromkeys(programs.values()))
    return [
        f"In the register for these years and not in this settlement: {', '.join(programs)}. "
        f"{where} says what each would need."
    ]
