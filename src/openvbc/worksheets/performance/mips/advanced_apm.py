"""Qualifying participants (QP) in Advanced APMs, and what follows in dollars.

One row is one APM entity (or clinician) at one snapshot of a QP performance year. Shares are those
of attributed to attribution-eligible beneficiaries; whichever of payments and patients is better
decides. 42 CFR 414.1430, 414.1435, 414.1440, 414.1450.
"""

from __future__ import annotations

from openvbc.worksheets.kernel.arithmetic import Column, otherwise, ratio, round_half_up, where
from openvbc.worksheets.kernel.line import Input, line
from openvbc.worksheets.kernel.worksheet import Worksheet

THRESHOLDS = "42 CFR 414.1430"


@line(unit="ratio", cite="42 CFR 414.1435(a)")
def payment_share(payments_attributed: Column, payments_eligible: Column) -> Column:
    """Payments for attributed over those for attribution-eligible beneficiaries."""
    return ratio(payments_attributed, payments_eligible)


@line(unit="ratio", cite="42 CFR 414.1435(b)")
def patient_share(patients_attributed: Column, patients_eligible: Column) -> Column:
    """Attributed over attribution-eligible beneficiaries."""
    return ratio(patients_attributed, patients_eligible)


@line(unit="ratio", cite="42 CFR 414.1440")
def all_payer_payment_share(
    all_payer_payments_attributed: Column, all_payer_payments_eligible: Column
) -> Column:
    """Payments through Advanced APMs of all payers over all payments that count."""
    return ratio(all_payer_payments_attributed, all_payer_payments_eligible)


@line(unit="ratio", cite="42 CFR 414.1440")
def all_payer_patient_share(
    all_payer_patients_attributed: Column, all_payer_patients_eligible: Column
) -> Column:
    """Patients through Advanced APMs of all payers over all patients that count."""
    return ratio(all_payer_patients_attributed, all_payer_patients_eligible)


@line(unit="flag", cite=THRESHOLDS + "(a)")
def is_qp_by_medicare(
    payment_share: Column,
    patient_share: Column,
    qp_payment_threshold: Column,
    qp_patient_threshold: Column,
) -> Column:
    """The payment or the patient share of Medicare reaches its threshold."""
    reached: Column = (payment_share >= qp_payment_threshold) | (
        patient_share >= qp_patient_threshold
    )
    return reached


@line(unit="flag", cite=THRESHOLDS + "(b)")
def is_qp_by_all_payers(
    payment_share: Column,
    patient_share: Column,
    all_payer_payment_share: Column,
    all_payer_patient_share: Column,
    medicare_minimum_qp_payment: Column,
    medicare_minimum_qp_patient: Column,
    all_payer_qp_payment_threshold: Column,
    all_payer_qp_patient_threshold: Column,
) -> Column:
    """The least Medicare share, and with all payers the threshold, by payments or by patients."""
    by_payments = (payment_share >= medicare_minimum_qp_payment) & (
        all_payer_payment_share >= all_payer_qp_payment_threshold
    )
    by_patients = (patient_share >= medicare_minimum_qp_patient) & (
        all_payer_patient_share >= all_payer_qp_patient_threshold
    )
    reached: Column = by_payments | by_patients
    return reached


@line(unit="flag", cite=THRESHOLDS)
def is_qp(is_qp_by_medicare: Column, is_qp_by_all_payers: Column) -> Column:
    """By Medicare alone or with all payers."""
    qualifying: Column = is_qp_by_medicare | is_qp_by_all_payers
    return qualifying


@line(unit="flag", cite=THRESHOLDS)
def reaches_partial(
    payment_share: Column,
    patient_share: Column,
    partial_qp_payment_threshold: Column,
    partial_qp_patient_threshold: Column,
) -> Column:
    """The payment or the patient share of Medicare reaches the partial threshold."""
    reached: Column = (payment_share >= partial_qp_payment_threshold) | (
        patient_share >= partial_qp_patient_threshold
    )
    return reached


@line(unit="flag", cite=THRESHOLDS + "(b)")
def reaches_partial_by_all_payers(
    payment_share: Column,
    patient_share: Column,
    all_payer_payment_share: Column,
    all_payer_patient_share: Column,
    medicare_minimum_partial_qp_payment: Column,
    medicare_minimum_partial_qp_patient: Column,
    all_payer_partial_qp_payment_threshold: Column,
    all_payer_partial_qp_patient_threshold: Column,
) -> Column:
    """The same with the partial thresholds of the all-payer option."""
    by_payments = (payment_share >= medicare_minimum_partial_qp_payment) & (
        all_payer_payment_share >= all_payer_partial_qp_payment_threshold
    )
    by_patients = (patient_share >= medicare_minimum_partial_qp_patient) & (
        all_payer_patient_share >= all_payer_partial_qp_patient_threshold
    )
    reached: Column = by_payments | by_patients
    return reached


@line(unit="flag", cite=THRESHOLDS)
def is_partial_qp(
    is_qp: Column, reaches_partial: Column, reaches_partial_by_all_payers: Column
) -> Column:
    """A partial threshold is reached and none of a QP."""
    partial: Column = (reaches_partial | reaches_partial_by_all_payers) & ~is_qp
    return partial


@line(unit="USD", cite="42 CFR 414.1450", rounding="half up to cents")
def incentive_payment(
    is_qp: Column, apm_incentive: Column, covered_professional_services: Column
) -> Column:
    """Of a QP: the year's percent x covered professional services of the base year."""
    due = round_half_up(apm_incentive * covered_professional_services, 2)
    return where(is_qp, due, otherwise(covered_professional_services * 0, 0))


@line(unit="flag", cite="42 U.S.C. 1395w-4(d)(1)(A)")
def has_higher_conversion_factor(is_qp: Column, higher_conversion_factor: Column) -> Column:
    """A QP in a payment year from 2026 on."""
    higher: Column = is_qp & higher_conversion_factor
    return higher


@line(unit="USD", cite="42 U.S.C. 1395w-4(d)(20)", rounding="half up to cents")
def conversion_factor_gain(
    is_qp: Column, conversion_factor_advantage: Column, covered_professional_services: Column
) -> Column:
    """Of a QP: what the higher factor pays more for the same services in the payment year."""
    due = round_half_up(conversion_factor_advantage * covered_professional_services, 2)
    return where(is_qp, due, otherwise(covered_professional_services * 0, 0))


QP_STATUS = Worksheet(
    "mips_qualifying_participant",
    "Advanced APMs: qualifying participants",
    inputs=[
        Input("performance_year", "year", "QP performance year"),
        Input("payments_attributed", "USD", "Payments, attributed beneficiaries", optional=True),
        Input("payments_eligible", "USD", "Payments, attribution-eligible beneficiaries",
              optional=True),
        Input("patients_attributed", "patients", "Attributed beneficiaries", optional=True),
        Input("patients_eligible", "patients", "Attribution-eligible beneficiaries",
              optional=True),
        Input("all_payer_payments_attributed", "USD", "Payments through Advanced APMs, all payers",
              optional=True),
        Input("all_payer_payments_eligible", "USD", "Payments that count, all payers",
              optional=True),
        Input("all_payer_patients_attributed", "patients",
              "Patients through Advanced APMs, all payers", optional=True),
        Input("all_payer_patients_eligible", "patients", "Patients that count, all payers",
              optional=True),
        Input("covered_professional_services", "USD",
              "Covered professional services of the incentive's base year", optional=True),
    ],
    parameters=[
        "qp_payment_threshold", "qp_patient_threshold", "partial_qp_payment_threshold",
        "partial_qp_patient_threshold", "all_payer_qp_payment_threshold",
        "all_payer_qp_patient_threshold", "all_payer_partial_qp_payment_threshold",
        "all_payer_partial_qp_patient_threshold", "medicare_minimum_qp_payment",
        "medicare_minimum_qp_patient", "medicare_minimum_partial_qp_payment",
        "medicare_minimum_partial_qp_patient", "apm_incentive", "higher_conversion_factor",
        "conversion_factor_advantage",
    ],
    lines=[
        payment_share, patient_share, all_payer_payment_share, all_payer_patient_share,
        is_qp_by_medicare, is_qp_by_all_payers, is_qp, reaches_partial,
        reaches_partial_by_all_payers, is_partial_qp, incentive_payment,
        has_higher_conversion_factor, conversion_factor_gain,
    ],
)  # fmt: skip
