"""A clinician, group or entity: whether it must report, in which programs its models put it, and
which measures apply to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

from openvbc.errors import InputError
from openvbc.format import show
from openvbc.policy.boundaries.boundary import Boundary, Kind, in_force
from openvbc.policy.overlap import overlap_between
from openvbc.policy.partial_date import year_of
from openvbc.policy.register import REGISTRY, Registered, advanced_apm, registered_program
from openvbc.programs.mips.eligibility import settle_eligibility
from openvbc.programs.settlement import Settlement
from openvbc.rules.load import RuleSet, load_code_table, load_rules

TESTS = (
    ("charges", "low_volume_charges_limit", "USD"),
    ("patients", "low_volume_patients_limit", "patients"),
    ("services", "low_volume_services_limit", "services"),
)


def of_clinician(
    who: str, clinicians: Path, year: int, models: Sequence[str] = (), overlays: Sequence[Path] = ()
) -> list[Boundary]:
    """What begins and ends for every row of a list that is of `who` (NPI, TIN or entity).

    Args:
        who: an NPI, a taxpayer number or the name of an entity in the list.
        clinicians: the list ``vbc qpp eligibility`` takes.
        year: the performance year.
        models: programs of the register it takes part in.
        overlays: of the rules of MIPS.

    Raises:
        InputError: the list has no row of it; the list cannot be read.
    """
    settled = settle_eligibility(clinicians, year, overlays)
    rows = [
        number
        for number, each in enumerate(settled.main.contracts)
        if who in each.identifier.split("-") or who == each.identifier
    ]
    if not rows:
        raise InputError(
            "no row of the list that could be judged is of this clinician",
            rule=f"{len(settled.main.contracts)} rows are judged, {len(settled.set_aside)} are set "
            "aside with their reasons by 'vbc qpp eligibility'",
            action="give the NPI, TIN or entity as the list does",
            code="VBC-1924",
        )
    rules = load_rules("mips", tuple(overlays))
    entries = [registered_program(name) for name in models]
    boundaries: list[Boundary] = []
    for row in rows:
        boundaries += _low_volume(settled, rules, row, year)
    boundaries += _participation(entries, year)
    qualified = any(settled.main.evaluation.value("qp", row) for row in rows)
    obliged = any(settled.main.evaluation.value("must_report", row) for row in rows)
    return [*boundaries, *_measures(entries, rules, year, qualified=qualified, obliged=obliged)]


def _low_volume(settled: Settlement, rules: RuleSet, row: int, year: int) -> Iterator[Boundary]:
    contract, evaluation = settled.main.contracts[row], settled.main.evaluation
    yield Boundary(
        Kind.LOW_VOLUME, f"{contract.identifier}, {year}: {contract.group}",
        "42 CFR 414.1305 and 414.1310", "confirmed",
    )  # fmt: skip
    for name, parameter, unit in TESTS:
        limit, cite, status = in_force(rules, parameter, year)
        for segment in ("first", "second"):
            value = evaluation.value(f"{name}_{segment}", row)
            if isinstance(value, Decimal | int):
                side = _side(value, rules, parameter, year)
                words = f"{name}, {segment} segment: {show(value, unit)}, {side} {limit}"
                yield Boundary(Kind.LOW_VOLUME, words, cite, status)


def _side(value: Decimal | int, rules: RuleSet, parameter: str, year: int) -> str:
    limit = rules.get(parameter, performance_year=year).value
    if not isinstance(limit, Decimal | int):
        return "not tested:"
    return "above the limit of" if value > limit else "at or below the limit of"


def _participation(entries: Sequence[Registered], year: int) -> Iterator[Boundary]:
    """What each model asks, whether it is an Advanced APM, and what it does beside the others."""
    for entry in entries:
        facts, inside = entry.facts, entry.span.meets(year_of(year))
        taking = facts["obligation_detail"] or facts["obligation"]
        state = "in force" if inside and not facts["never_began"] else "not in force"
        words = (
            f"{entry.program} ({facts['kind']}), {state} in {year}: taking part is {taking}; risk: "
            f"{facts['risk'] or 'none told'}; Advanced APM: {advanced_apm(entry, year)}"
        )
        yield Boundary(Kind.PARTICIPATION, words, facts["cite"], str(entry.begins_status))
    names = [entry.program for entry in entries]
    pairs = [(one, other) for n, one in enumerate(names) for other in names[n + 1 :]]
    pairs += [("mips", "aapm"), *(("mips", name) for name in names)]
    for one, other in pairs:
        for rule in overlap_between(one, other):
            if rule.span.meets(year_of(year)):
                words = f"{one} with {other}: {rule.effect} by {rule.scope}: {rule.rule}"
                yield Boundary(Kind.PARTICIPATION, words, rule.cite, str(rule.status))


def _measures(
    entries: Sequence[Registered], rules: RuleSet, year: int, *, qualified: bool, obliged: bool
) -> Iterator[Boundary]:
    if qualified:
        yield Boundary(
            Kind.MEASURES, "a qualifying participant reports no measures to MIPS",
            "42 CFR 414.1310(b)(1)(i)", "confirmed",
        )  # fmt: skip
        return
    models = {entry.program for entry in entries}
    for row in load_code_table(REGISTRY, "measure_applicability"):
        first, last = int(row["first_year"]), int(row["last_year"] or 9999)
        if not first <= year <= last or (row["program"] != "mips" and row["program"] not in models):
            continue
        if row["way"] == "APM Performance Pathway" and not models:
            continue
        words = f"{row['way']}: for {row['who']}: {row['measures']}"
        if row["way"] == "APM Performance Pathway":
            words += _pathway(rules, year)
        yield Boundary(Kind.MEASURES, words, row["cite"], row["status"])
    if not obliged:
        yield Boundary(
            Kind.MEASURES, "no measure has to be reported to MIPS; what is reported by choice "
            "adjusts payments only after an election", "42 CFR 414.1310(d)", "confirmed",
        )  # fmt: skip


def _pathway(rules: RuleSet, year: int) -> str:
    measure_lists = [
        f"{', '.join(str(each) for each in (entry.applies['collection'].values or ()))}: "
        f"{entry.value}"
        for entry in rules.in_force(performance_year=year)
        if entry.name == "pathway_measures"
    ]
    return f"; measures of {year}: {'; '.join(measure_lists) or 'not known'}"
