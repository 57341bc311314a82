"""Settle a Medicaid plan's loss ratio and check its contract, paragraph by paragraph.

``vbc settle --program medicaid-mco CONTRACT.yaml``, one file a plan and rating period.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from openvbc.engine.private_files import write_text
from openvbc.programs.medicaid_mco.checks import Check, checks_of
from openvbc.programs.medicaid_mco.contract import Arrangement, PlanContract, read_contract
from openvbc.programs.medicaid_mco.idle_facts import notes_of_idle_facts
from openvbc.programs.published.idle_columns import notes_of_idle_columns, results_of
from openvbc.programs.published.settling import FileProgram, Reading, Settled
from openvbc.programs.settlement import ContractYear, Presentation, Sheet
from openvbc.programs.worksheet_simulation import WorksheetSimulation
from openvbc.rules.load import RuleSet, load_code_table
from openvbc.shipped import shipped_text
from openvbc.worksheets.capitation.loss_ratio import LOSS_RATIO
from openvbc.worksheets.capitation.medicaid_mco import (
    CHECKS,
    INCENTIVES,
    MEDICAID_PLAN,
    PASS_THROUGH,
    PROVIDER_PAYMENTS,
    WITHHOLDS,
)
from openvbc.worksheets.kernel.worksheet import Worksheet

PLAN = "plan.yaml"
"""The contract to be filled in."""
PRESENTATION = Presentation(
    headline=(
        "loss_ratio", "adjusted_loss_ratio", "minimum_loss_ratio", "share_from_2c",
        "checks_failed", "checks_not_answered", "remittance",
    ),
    result="remittance",
    totals=("checks_failed", "checks_not_answered", "remittance"),
)  # fmt: skip
SHEETS: Mapping[str, tuple[Worksheet, str]] = {
    "incentive": (INCENTIVES, "incentive_within_limit"),
    "withhold": (WITHHOLDS, "withhold_is_sound"),
    "pass-through": (PASS_THROUGH, "pass_through_within_limit"),
    "provider payment": (PROVIDER_PAYMENTS, ""),
}
"""Arrangements that have a sheet of their own, and the line that answers a check."""
CLAIMED = "claimed-2026-02-25"


class MedicaidManagedCare(FileProgram[PlanContract]):
    """The program as the commands know it."""

    name = "medicaid-mco"
    title = "Medicaid managed care"
    rules_name = "medicaid-mco"
    presentation = PRESENTATION
    options = ()
    unit = "plan"
    begins: Sequence[str] = (PLAN,)

    def read(
        self, files: Sequence[Path], rules: RuleSet, asked: Mapping[str, str]
    ) -> Reading[PlanContract]:
        """One contract a file."""
        return Reading([read_contract(file) for file in files], notes=notes(), title=self.title)

    def evaluate(self, reading: Reading[PlanContract], rules: RuleSet) -> Settled[PlanContract]:
        """Sheets of arrangements, then checks, then the plans."""
        plans = reading.rows
        who = [ContractYear(p.plan, p.rating_period.start.year, p.state, p.name) for p in plans]
        sheets: dict[str, Sheet] = {}
        answers: list[dict[str, dict[str, bool | None]]] = [{} for _ in plans]
        totals: list[dict[str, Decimal]] = [{} for _ in plans]
        for kind, (worksheet, answer) in SHEETS.items():
            rows = [(n, each) for n, p in enumerate(plans) for each in p.arrangements]
            rows = [(n, each) for n, each in rows if each.type == kind]
            if not rows:
                continue
            sheet = _sheet(worksheet, rows, plans, who, rules)
            sheets[worksheet.name] = sheet
            for at, (n, each) in enumerate(rows):
                if answer:
                    answers[n].setdefault(each.name, {})[answer] = _flag(sheet, answer, at)
                else:
                    _add_paid(totals[n], sheet, at)
        ratios = LOSS_RATIO.evaluate(_ratio_inputs(plans), rules)
        for n, plan in enumerate(plans):
            minimum = plan.loss_ratio.minimum_loss_ratio
            meets = ratios.value("remittance", n) == 0
            answers[n][""] = {
                "loss_ratio_meets_minimum": True if minimum is None else meets,
                "value_based_share_reached": _share_reached(plan, totals[n]),
            }
        checks = [list(checks_of(p, rules, answers[n])) for n, p in enumerate(plans)]
        sheets["checks"] = _checks(checks, who, rules)
        return Settled(plans, _main(plans, who, totals, sheets["checks"], rules), sheets)

    def idle(self, settled: Settled[PlanContract]) -> list[str]:
        """Facts of a contract that move nothing of its loss ratio or its checks."""
        ratios = [
            p.loss_ratio.model_dump(include=p.loss_ratio.model_fields_set) for p in settled.rows
        ]
        idle_notes = notes_of_idle_columns(
            settled.main, ratios, results_of(PRESENTATION), where="loss_ratio."
        )
        rules = settled.main.evaluation.rules
        for plan in settled.rows:
            idle_notes += notes_of_idle_facts(plan, lambda plans: self._outcomes(plans, rules))
        return idle_notes

    def _outcomes(self, plans: Sequence[PlanContract], rules: RuleSet) -> list[list[Any]]:
        """Of each contract every computed line and every verdict."""
        settled = self.evaluate(Reading(list(plans)), rules)
        sheets = (settled.main, *settled.details.values())
        return [
            [outcome for sheet in sheets for outcome in _outcome(sheet, who)]
            for who in settled.main.contracts
        ]

    def begin(self, folder: Path) -> None:
        """A contract to fill in, its keys explained."""
        write_text(folder / PLAN, shipped_text("programs/medicaid_mco/plan_template.yaml"))


PROGRAM = MedicaidManagedCare()
SIMULATION = WorksheetSimulation(MEDICAID_PLAN, "remittance", ("incurred_claims",))


def notes() -> list[str]:
    """Which texts of the regulation the checks are by; that a date claimed for one is not."""
    texts = {row["id"]: row for row in load_code_table("medicaid_mco", "regulation_version")}
    claimed = texts[CLAIMED]
    return [
        "Checks are in force by the start of the rating period, each by its own date (42 CFR part "
        "438, rules of 2016, 2020 and 2024).",
        f"{claimed['cite']}: {claimed['status']}. {claimed['note']}.",
        "Actuarial soundness is attested by actuaries; a check sees only that it is.",
    ]


def _outcome(sheet: Sheet, who: ContractYear) -> Iterator[tuple[str, str, Any]]:
    """The lines of a contract; of a notice, which judges nothing, the answer it shows."""
    evaluation = sheet.evaluation
    for row, of in enumerate(sheet.contracts):
        if of is who:
            for name in evaluation.worksheet.lines:
                value = evaluation.value(name, row)
                shown = evaluation.value("answer", row) if value == "notice" else value
                yield evaluation.worksheet.name, name, shown


def _sheet(
    worksheet: Worksheet,
    rows: Sequence[tuple[int, Arrangement]],
    plans: Sequence[PlanContract],
    who: Sequence[ContractYear],
    rules: RuleSet,
) -> Sheet:
    given: dict[str, Any] = {}
    for name in worksheet.inputs:
        if name == "rating_period_start":
            given[name] = [plans[n].rating_period.start for n, _ in rows]
        else:
            given[name] = [getattr(each, name) for _, each in rows]
    evaluation = worksheet.evaluate(given, rules)
    for missing in evaluation.refused.values():
        raise missing
    names = [each.name for _, each in rows]
    return Sheet([who[n] for n, _ in rows], evaluation, names, about="safe")


def _flag(sheet: Sheet, line: str, row: int) -> bool | None:
    """A sheet's answer; none where what it compares is missing."""
    inputs = sheet.evaluation.worksheet.lines[line].arguments
    if any(sheet.evaluation.value(name, row) is None for name in inputs):
        return None
    return bool(sheet.evaluation.value(line, row))


def _add_paid(totals: dict[str, Decimal], sheet: Sheet, row: int) -> None:
    for total, line in (
        ("paid_to_providers", "paid"),
        ("paid_in_2c_and_higher", "paid_from_2c"),
        ("paid_in_3a_and_higher", "paid_from_3a"),
    ):
        totals[total] = totals.get(total, Decimal(0)) + sheet.evaluation.value(line, row)


def _share_reached(plan: PlanContract, totals: Mapping[str, Decimal]) -> bool | None:
    asked = plan.value_based_threshold
    if asked is None or not totals.get("paid_to_providers"):
        return None
    paid = totals[f"paid_in_{asked.from_category.lower()}_and_higher"]
    return paid >= asked.share * totals["paid_to_providers"]


def _ratio_inputs(plans: Sequence[PlanContract]) -> dict[str, list[Any]]:
    return {name: [getattr(p.loss_ratio, name) for p in plans] for name in LOSS_RATIO.inputs}


def _checks(
    checks: Sequence[Sequence[Check]], who: Sequence[ContractYear], rules: RuleSet
) -> Sheet:
    rows = [(n, each) for n, plan_checks in enumerate(checks) for each in plan_checks]
    given: dict[str, list[Any]] = {
        name: [each.rule[name] for _, each in rows]
        for name in ("check", "paragraph", "says", "severity", "wanted")
    }
    given["in_force"] = [each.in_force for _, each in rows]
    given["is_notice"] = [each.rule["severity"] == "notice" for _, each in rows]
    given["answer"] = [each.answer for _, each in rows]
    items = [f"{each.of}: {each.rule['check']} {each.rule['answer']}".strip() for _, each in rows]
    evaluation = CHECKS.evaluate(given, rules)
    return Sheet([who[n] for n, _ in rows], evaluation, items, about="safe")


def _main(
    plans: Sequence[PlanContract],
    who: Sequence[ContractYear],
    totals: Sequence[Mapping[str, Decimal]],
    checks: Sheet,
    rules: RuleSet,
) -> Sheet:
    verdicts = checks.evaluation.column("verdict")
    given: dict[str, Any] = {
        **_ratio_inputs(plans),
        "rating_period_start": [p.rating_period.start for p in plans],
        **{
            name: [each.get(name) for each in totals]
            for name in ("paid_to_providers", "paid_in_2c_and_higher", "paid_in_3a_and_higher")
        },
    }
    for name, word in (("checks_failed", "fail"), ("checks_not_answered", "not answered")):
        given[name] = [
            sum(
                verdict == word
                for of, verdict in zip(checks.contracts, verdicts, strict=True)
                if of is each
            )
            for each in who
        ]
    return Sheet(who, MEDICAID_PLAN.evaluate(given, rules), about="safe")
