"""A settlement as a Da Vinci value-based performance report (VBPR 1.1.0): MeasureReports of a run.

One report a contract and year, one group a metric. The guide's metric codes name what many
contracts have; the table here says which line of a program is which of them, and a line that fits
none is not forced into one.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from openvbc.engine.manifest import Manifest
from openvbc.engine.own_folder import claim
from openvbc.engine.private_files import writing
from openvbc.errors import InputError, Place
from openvbc.programs.run_folder import MAIN
from openvbc.programs.stored_run import StoredRun

FILE = "vbp_performance_reports.json"
_GUIDE = "http://hl7.org/fhir/us/davinci-vbpr"
_STRUCTURES = f"{_GUIDE}/StructureDefinition"

Unit = Literal["money", "count", "ratio"]


@dataclass(frozen=True)
class Metric:
    """A line of a program's main sheet as the guide names it."""

    line: str
    code: str
    unit: Unit


METRICS: Mapping[str, tuple[str, tuple[Metric, ...]]] = {
    "mssp": (
        "ssq",
        (
            Metric("assigned_beneficiaries", "eligible-member", "count"),
            Metric("benchmark_expenditures", "med-cost-target", "money"),
            Metric("total_expenditures", "med-cost", "money"),
            Metric("gross_savings", "variance-cost", "money"),
            Metric("generated_savings_or_losses", "shared-saving-deficit", "money"),
            Metric("savings_rate", "performance-ssl", "ratio"),
            Metric("earned_savings_or_owed_losses", "earnings-ssl", "money"),
        ),
    ),
    "payer-contract": (
        "ssl",
        (
            Metric("member_months", "member-months", "count"),
            Metric("benchmark", "med-cost-target", "money"),
            Metric("settled_spending", "med-cost", "money"),
            Metric("gross_savings_or_losses", "shared-saving-deficit", "money"),
            Metric("savings_rate", "performance-ssl", "ratio"),
            Metric("settlement", "earnings-ssl", "money"),
        ),
    ),
    "capitation": (
        "tcoc",
        (
            Metric("member_months", "member-months", "count"),
            Metric("revenue", "revenue", "money"),
            Metric("net_medical_expense", "med-cost", "money"),
            Metric("medical_loss_ratio", "med-loss-ratio", "ratio"),
            Metric("settlement", "earnings-cap", "money"),
        ),
    ),
    "reach": (
        "ssl",
        (
            Metric("aligned_beneficiaries", "eligible-member", "count"),
            Metric("settlement_benchmark", "med-cost-target", "money"),
            Metric("net_cost_of_care", "med-cost", "money"),
            Metric("gross_savings", "variance-cost", "money"),
            Metric("savings_rate", "performance-ssl", "ratio"),
            Metric("shared_savings_after_sequestration", "earnings-ssl", "money"),
        ),
    ),
}
"""Program to its payment stream and the metrics its lines are."""


def write_performance_reports(
    run: Path, folder: Path, name: str, payer: str, written: dt.datetime
) -> tuple[Path, int]:
    """Write the performance reports of a settled run.

    Args:
        run: folder of a run that settled.
        folder: where the bundle goes.
        name: of the organization the reports are about.
        payer: who reports them.
        written: when.

    Raises:
        InputError: the program has no metrics of the guide.
        EmptyResult: the run did not settle.
    """
    program = Manifest.read(run).program
    if program not in METRICS:
        raise InputError(
            f"there is no performance report of {program}",
            place=Place(str(run)),
            rule=f"there is one of {', '.join(METRICS)}",
            code="VBC-19261",
        )
    stored = StoredRun(run)
    reports = [
        performance_report(program, row.values, name, payer, written)
        for row in stored.rows(MAIN, None, None)
    ]
    claim(folder, "handover", [FILE])
    entries = [{"fullUrl": f"urn:uuid:{each['id']}", "resource": each} for each in reports]
    with writing(folder / FILE) as file:
        bundle = {"resourceType": "Bundle", "type": "collection", "entry": entries}
        json.dump(bundle, file, indent=1, default=float)
        file.write("\n")
    return folder / FILE, len(reports)


def performance_report(
    program: str, values: Mapping[str, Any], name: str, payer: str, written: dt.datetime
) -> dict[str, Any]:
    """The report of one contract and year; ``values`` are those of its row of the main sheet."""
    stream, metrics = METRICS[program]
    contract, year = str(values["contract"]), int(values["year"])
    return {
        "resourceType": "MeasureReport",
        "id": str(uuid.uuid4()),
        "meta": {"profile": [f"{_STRUCTURES}/vbp-performance-measurereport"]},
        "extension": [
            {
                "url": "http://hl7.org/fhir/StructureDefinition/measurereport-category",
                "valueCodeableConcept": {
                    "coding": [
                        {
                            "system": "http://hl7.org/fhir/CodeSystem/measurereport-category",
                            "code": "vbp",
                        }
                    ]
                },
            }
        ],
        "status": "complete",
        "type": "summary",
        "measure": f"urn:openvbc:contract:{program}",
        "subject": {
            "display": name,
            "extension": [
                {
                    "url": f"{_STRUCTURES}/organization-subject",
                    "valueReference": {"identifier": {"value": contract}, "display": name},
                }
            ],
        },
        "date": written.date().isoformat(),
        "reporter": {"display": payer},
        "period": {"start": f"{year}-01-01", "end": f"{year}-12-31"},
        "group": [
            _group(metric, values[metric.line], stream)
            for metric in metrics
            if values.get(metric.line) is not None
        ],
    }


def _group(metric: Metric, value: Any, stream: str) -> dict[str, Any]:
    exact = Decimal(str(value))
    if metric.unit == "money":
        score: dict[str, Any] = {
            "extension": [
                {
                    "url": f"{_STRUCTURES}/alternate-measurescore",
                    "valueMoney": {"value": exact, "currency": "USD"},
                }
            ]
        }
    else:
        score = {"value": exact}
    return {
        "id": metric.code,
        "extension": [
            {
                "url": f"{_STRUCTURES}/payment-stream",
                "extension": [
                    {
                        "url": "type",
                        "valueCodeableConcept": {
                            "coding": [
                                {"system": f"{_GUIDE}/CodeSystem/payment-stream", "code": stream}
                            ]
                        },
                    }
                ],
            }
        ],
        "code": {
            "coding": [
                {"system": f"{_GUIDE}/CodeSystem/vbp-performance-metric", "code": metric.code}
            ],
            "text": metric.line.replace("_", " "),
        },
        "measureScore": score,
    }
