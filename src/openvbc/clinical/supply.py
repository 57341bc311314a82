"""Which days the supply of a medication order covers.

As the shared measure library states it (CumulativeMedicationDuration 6.0.000, period of a
medication request): it starts with the first given of the dosage's bounds, the day of the order and
the validity; it lasts the expected supply, or quantity over daily dose, times one more than the
refills; where neither is known, the bounds' own end closes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from openvbc.clinical.moments import moment

HOURS = {
    "s": 1 / 3600, "min": 1 / 60, "h": 1, "d": 24, "wk": 168, "mo": 720, "a": 8760,
    "second": 1 / 3600, "minute": 1 / 60, "hour": 1, "day": 24, "week": 168, "month": 720,
    "year": 8760, "seconds": 1 / 3600, "minutes": 1 / 60, "hours": 1, "days": 24, "weeks": 168,
    "months": 720, "years": 8760,
}  # fmt: skip
"""Hours of a unit of time; a month counts as 30 days, a year as 365."""


def supply_days(request: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """First and last day covered (days since 1970-01-01), None where it cannot be told."""
    dosages = request.get("dosageInstruction") or []
    dosage: Mapping[str, Any] = dosages[0] if len(dosages) == 1 else {}
    repeat = (dosage.get("timing") or {}).get("repeat") or {}
    bounds = repeat.get("boundsPeriod") or {}
    dispensed = request.get("dispenseRequest") or {}
    validity = dispensed.get("validityPeriod") or {}
    start = None
    for given in (bounds.get("start"), request.get("authoredOn"), validity.get("start")):
        if given is not None:
            start = moment(given).last_day
            break
    if start is None:
        return None, None
    days = _days(dispensed, dosage, repeat)
    if days is not None:
        return start, start + int(days * (1 + (dispensed.get("numberOfRepeatsAllowed") or 0))) - 1
    if bounds.get("end") is not None:
        return start, moment(bounds["end"]).first_day
    return None, None


def _days(
    dispensed: Mapping[str, Any], dosage: Mapping[str, Any], repeat: Mapping[str, Any]
) -> float | None:
    """Days one dispensing lasts."""
    expected = dispensed.get("expectedSupplyDuration") or {}
    if expected.get("value") is not None:
        hours = HOURS.get(str(expected.get("code") or expected.get("unit") or "d"))
        return None if hours is None else float(expected["value"]) * hours / 24
    doses = dosage.get("doseAndRate") or []
    dose = doses[0] if len(doses) == 1 else {}
    highest = ((dose.get("doseRange") or {}).get("high") or {}).get("value")
    amount = highest or (dose.get("doseQuantity") or {}).get("value")
    quantity = (dispensed.get("quantity") or {}).get("value")
    daily = _doses_a_day(repeat)
    if not amount or quantity is None or not daily:
        return None
    return float(quantity) / (float(amount) * daily)


def _doses_a_day(repeat: Mapping[str, Any]) -> float:
    times = repeat.get("frequencyMax") or repeat.get("frequency")
    hours = HOURS.get(str(repeat.get("periodUnit")))
    if times and hours and repeat.get("period"):
        return float(times) * 24 / (float(repeat["period"]) * hours)
    return float(len(repeat.get("timeOfDay") or ()))
