"""The supplemental file and the hospital file of one year, held against each other and merged."""

from __future__ import annotations

from collections.abc import Sequence

from openvbc.errors import InputError, Place, SetAside
from openvbc.programs.hrrp.files import ConditionFigures, HospitalFigures, HospitalFileFigures


def check_ratios_agree(
    hospitals: dict[str, HospitalFigures],
    files: Sequence[tuple[str, HospitalFileFigures]],
    supplemental: str,
    set_aside: list[SetAside],
) -> None:
    """Ratios that stand in both files are equal within their printed decimals.

    A few that differ set their hospital aside; more are files of two different years.

    Raises:
        InputError: more than one in a hundred differ.
    """
    for name, file in files:
        both = differ = 0
        doubted: dict[str, str] = {}
        for (ccn, condition), more in file.figures.items():
            known = hospitals[ccn].conditions.get(condition) if ccn in hospitals else None
            if known is None or known.ratio is None or more.ratio is None:
                continue
            both += 1
            if not known.ratio.overlaps(more.ratio):
                differ += 1
                doubted[ccn] = condition
        if 100 * differ > both:
            raise InputError(
                f"two files disagree: {differ} of {both} excess readmission ratios differ",
                place=Place(f"{supplemental} and {name}"),
                rule="the ratios of one fiscal year are the same in both files",
                action="give files of the same fiscal year",
                code="VBC-178",
            )
        for ccn, condition in doubted.items():
            hospital = hospitals.pop(ccn, None)
            if hospital is not None:
                set_aside.append(
                    SetAside(
                        "two files give different ratios",
                        hospital.place,
                        f"{condition}: {supplemental} and {name}",
                    )
                )


def merge(
    hospitals: dict[str, HospitalFigures], files: Sequence[HospitalFileFigures]
) -> dict[str, Place]:
    """Lay the hospital files over the supplemental figures; return hospitals only they know."""
    strangers: dict[str, Place] = {}
    for file in files:
        for ccn, place in file.places.items():
            if ccn in hospitals:
                hospitals[ccn].name = file.names[ccn]
            else:
                strangers[ccn] = place
        for (ccn, condition), more in file.figures.items():
            if ccn in hospitals and condition in hospitals[ccn].conditions:
                _lay_over(hospitals[ccn].conditions[condition], more)
    return strangers


def _lay_over(known: ConditionFigures, more: ConditionFigures) -> None:
    known.predicted, known.expected = more.predicted, more.expected
    known.readmissions = more.readmissions
    if known.discharges is None:
        known.discharges = more.discharges
    if known.ratio is not None and more.ratio is not None:
        known.ratio = known.ratio.meet(more.ratio)
    elif known.ratio is None:
        known.ratio = more.ratio
