"""What real organisations look like: the rates the generator is calibrated to.

Source: CMS, Medicare Shared Savings Program, Performance Year Financial and Quality Results 2022
(482 organisations, 10.2 million person-years), means weighted by person-years. Rates are per
person-year; dollars are Medicare payments per person-year. Shapes (spread, seasonality, prices of
single services) are invented.
"""

from __future__ import annotations

ENROLLMENT_TYPES = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
"""In the order of the codes 1 to 4 that month arrays hold; 0 is no enrollment."""

TYPE_SHARES = {"ESRD": 0.0050, "DISABLED": 0.0826, "AGED_DUAL": 0.0577, "AGED_NON_DUAL": 0.8543}
PER_CAPITA = {"ESRD": 85_829, "DISABLED": 11_099, "AGED_DUAL": 17_054, "AGED_NON_DUAL": 10_604}

AGE_BANDS = ((35, 64, 0.1001), (65, 74, 0.4750), (75, 84, 0.3086), (85, 100, 0.1163))
FEMALE = 0.5675

ADMISSIONS = {
    "short_term": 0.2332,
    "rehabilitation": 0.0140,
    "psychiatric": 0.0040,
    "long_term": 0.0020,
}
INPATIENT_DOLLARS = {
    "short_term": 2553.78,
    "rehabilitation": 281.26,
    "psychiatric": 49.38,
    "long_term": 62.44,
}
EMERGENCY_VISITS = 0.6107
EMERGENCY_VISITS_ADMITTED = 0.1839
SKILLED_NURSING_STAYS = 0.0500
SKILLED_NURSING_DAYS = 25.7
EVALUATION_VISITS = {"primary_care": 3.642, "specialist": 4.546, "nurse_practitioner": 2.036}
CLINIC_VISITS = 0.532
IMAGING = {"computed_tomography": 0.781, "magnetic_resonance": 0.271}
DOLLARS = {
    "inpatient": 2917.49,
    "outpatient": 2951.29,
    "part_b": 3851.01,
    "skilled_nursing": 704.77,
    "home_health": 513.40,
    "equipment": 324.48,
    "hospice": 298.86,
    "ambulance": 120.51,
}

TREND = 1.035
"""Yearly growth of prices (invented, near the growth of the published per capita amounts)."""
TREND_YEAR = 2022
