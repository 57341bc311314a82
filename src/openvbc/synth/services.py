"""The services that are billed, as codes with a price and the years each is primary care.

Codes only. First and last performance year as a primary care service: 42 CFR 425.400(c), written
here a second time on purpose, so that a mistake in the rule files shows as a difference.
"""

from __future__ import annotations

from typing import NamedTuple


class Service(NamedTuple):
    """A code, the group it is drawn from, its allowed charge, and its years on the list."""

    code: str
    group: str
    price: float
    weight: float
    first_year: int = 0
    last_year: int = 0
    place: str = "11"
    emergency_from: int = 0
    """From this performance year on also where the window has a month of the COVID-19 emergency."""


_ON = 9999
SERVICES: tuple[Service, ...] = (
    Service("99212", "office", 57.0, 6, 2012, _ON),
    Service("99213", "office", 92.0, 36, 2012, _ON),
    Service("99214", "office", 129.0, 34, 2012, _ON),
    Service("99215", "office", 181.0, 5, 2012, _ON),
    Service("99203", "office", 113.0, 3, 2012, _ON),
    Service("99204", "office", 168.0, 3, 2012, _ON),
    Service("99211", "office", 24.0, 2, 2012, _ON),
    Service("G0439", "wellness", 132.0, 8, 2012, _ON),
    Service("G0438", "wellness", 169.0, 1, 2012, _ON),
    Service("G0402", "wellness", 166.0, 0.5, 2012, _ON),
    Service("99490", "management", 63.0, 3, 2016, _ON),
    Service("99487", "management", 133.0, 0.6, 2019, _ON),
    Service("99495", "management", 204.0, 0.8, 2016, _ON),
    Service("99497", "planning", 82.0, 1, 2019, _ON),
    Service("99441", "telephone", 57.0, 1, emergency_from=2020),
    Service("G2012", "telephone", 15.0, 0.5, 2021, _ON, emergency_from=2020),
    Service("99347", "home", 51.0, 0.7, 2012, _ON, "12"),
    Service("99349", "home", 128.0, 0.5, 2012, _ON, "12"),
    Service("99308", "nursing", 71.0, 1.5, 2012, _ON, "32"),
    Service("99309", "nursing", 101.0, 1.5, 2012, _ON, "32"),
    Service("99201", "former", 46.0, 0, 2012, _ON),
    Service("99223", "hospital", 205.0, 5, place="21"),
    Service("99232", "hospital", 79.0, 20, place="21"),
    Service("99238", "hospital", 82.0, 4, place="21"),
    Service("99284", "emergency", 122.0, 5, place="23"),
    Service("99285", "emergency", 178.0, 4, place="23"),
    Service("80053", "laboratory", 10.6, 18, place="81"),
    Service("85025", "laboratory", 7.8, 18, place="81"),
    Service("80061", "laboratory", 13.4, 12, place="81"),
    Service("83036", "laboratory", 9.7, 10, place="81"),
    Service("84443", "laboratory", 16.8, 8, place="81"),
    Service("36415", "laboratory", 8.6, 16, place="81"),
    Service("71046", "imaging", 28.0, 8),
    Service("93000", "imaging", 17.0, 10),
    Service("93306", "imaging", 205.0, 2),
    Service("76700", "imaging", 118.0, 2),
    Service("77067", "imaging", 131.0, 3),
    Service("70450", "computed_tomography", 112.0, 4, place="22"),
    Service("74177", "computed_tomography", 246.0, 6, place="22"),
    Service("70551", "magnetic_resonance", 221.0, 4, place="22"),
    Service("72148", "magnetic_resonance", 214.0, 6, place="22"),
    Service("J0897", "drug", 1250.0, 6),
    Service("J9271", "drug", 9800.0, 0.8),
    Service("J0178", "drug", 1900.0, 5),
    Service("J3420", "drug", 9.0, 20),
    Service("96413", "drug", 141.0, 6),
    Service("96372", "drug", 15.0, 25),
    Service("20610", "procedure", 67.0, 10),
    Service("11721", "procedure", 46.0, 12),
    Service("17000", "procedure", 68.0, 10),
    Service("66984", "procedure", 560.0, 2.2, place="24"),
    Service("92014", "procedure", 131.0, 10),
    Service("97110", "therapy", 30.0, 30),
    Service("97140", "therapy", 28.0, 20),
    Service("A0427", "ambulance", 520.0, 5, place="41"),
    Service("A0429", "ambulance", 438.0, 3, place="41"),
    Service("A0425", "ambulance", 92.0, 8, place="41"),
    Service("E0601", "equipment", 68.0, 4, place="12"),
    Service("E1390", "equipment", 98.0, 5, place="12"),
    Service("A4253", "equipment", 41.0, 6, place="12"),
    Service("K0823", "equipment", 310.0, 1, place="12"),
    Service("A4352", "equipment", 0.0, 0, place="12"),
    Service("G0463", "clinic", 121.0, 0, 2016, _ON, "22"),
    Service("T1015", "clinic", 160.0, 0, place="50"),
    Service("90999", "dialysis", 245.0, 0, place="65"),
)
CODES = tuple(s.code for s in SERVICES)
POSITION = {s.code: n for n, s in enumerate(SERVICES)}
"""Where a code stands in the arrays of the generator."""
PLACES = tuple(sorted({s.place for s in SERVICES} | {"31"}))

ELIGIBLE_FOR_RISK = frozenset(
    {
        "99212", "99213", "99214", "99215", "99203", "99204", "G0439", "G0438", "G0402", "99490",
        "99487", "99495", "99347", "99349", "99308", "99309", "99223", "99232", "99284", "99285",
        "93306", "96413", "96372", "20610", "11721", "17000", "66984", "92014", "97110", "97140",
        "G0463", "90999", "G2012",
    }
)  # fmt: skip
"""Procedures whose claims count for risk adjustment: CMS lists of 2023 to 2027."""
ELIGIBLE_TO = {"G2012": 2024}
"""Last year of service of a procedure that left the list."""

PRIMARY_CARE = 0
NURSE = 1
SPECIALIST = 2
OTHER = 3

SPECIALTY_ROLES: dict[str, int] = {
    **dict.fromkeys(("01", "08", "11", "38"), PRIMARY_CARE),
    **dict.fromkeys(("50", "89", "97"), NURSE),
    **dict.fromkeys(("06", "13", "26", "29", "39", "46", "83", "90"), SPECIALIST),
    **dict.fromkeys(("02", "07", "18", "20", "30", "34", "69", "59", "93", "65"), OTHER),
}
"""Role of each specialty the generator uses from 2016 on: 42 CFR 425.20, 425.402(b) and (c)."""


def is_primary_care(code: str, performance_year: int) -> bool:
    """Whether a code is on the list of the performance year, whatever the window."""
    service = SERVICES[POSITION[code]]
    return service.first_year > 0 and service.first_year <= performance_year <= service.last_year


def is_added_in_emergency(code: str, performance_year: int) -> bool:
    """Whether a code counts only in windows with a month of the emergency (425.400(c)(2))."""
    service = SERVICES[POSITION[code]]
    added = 0 < service.emergency_from <= performance_year
    return added and not is_primary_care(code, performance_year)
