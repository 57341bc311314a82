"""What the settlement worksheet of the Medicare Shared Savings Program is given for a contract."""

from __future__ import annotations

from openvbc.worksheets.kernel.line import Input

SIX_MONTHS = "42 CFR 425.609"
INPUTS = (
    Input("performance_year", "year", "Performance year"),
    Input("track", "text", "Track and level"),
    Input("agreement_start", "date", "Start of the agreement period", optional=True),
    Input("agreement_performance_year", "count", "Year of the agreement period", optional=True),
    Input(
        "performance_year_in_track", "count", "Performance year under this track", optional=True,
        cite="42 CFR 425.606(g)",
    ),
    Input("performance_year_months", "count", "Months of the performance year", cite=SIX_MONTHS),
    Input("assigned_beneficiaries", "people", "Assigned beneficiaries"),
    Input("revenue_category", "text", "Low or high revenue", optional=True, cite="42 CFR 425.20"),
    Input(
        "minimum_savings_rate_election", "ratio", "Minimum savings rate elected", optional=True,
        cite="42 CFR 425.605(b)(2)",
    ),
    Input("updated_benchmark_expenditures", "USD", "Updated benchmark expenditures, whole year"),
    Input("performance_year_expenditures", "USD", "Expenditures, whole year"),
    Input(
        "guardrail_applied", "flag", "Benchmark raised by the guardrail", optional=True,
        missing=False, cite="42 CFR 425.652(b)",
    ),
    Input("quality_score", "ratio", "Quality score", optional=True),
    Input(
        "quality_score_floor", "ratio", "Score of the percentile, under extreme circumstances",
        optional=True, cite="42 CFR 425.512(c)",
    ),
    Input(
        "pay_for_reporting", "flag", "Pay-for-reporting year", optional=True, missing=False,
        cite="42 CFR 425.502(a)(1)",
    ),
    Input(
        "minimum_attainment_met", "flag", "Minimum quality attainment met (to 2020)",
        optional=True, missing=False, cite="42 CFR 425.502(d)",
    ),
    Input(
        "reporting_incentive_met", "flag", "Met by the eCQM or MIPS CQM reporting incentive",
        optional=True, missing=False, cite="42 CFR 425.512(a)(5)(i)(A)(2)",
    ),
    Input(
        "first_year_standard_met", "flag", "Met by reporting in the first performance year",
        optional=True, missing=False, cite="42 CFR 425.512(a)(2)",
    ),
    Input(
        "quality_standard_reported_met", "flag", "Standard met, path not named", optional=True,
        missing=False,
    ),
    Input(
        "alternative_standard_met", "flag", "Alternative quality standard met", optional=True,
        missing=False, cite="42 CFR 425.512(a)(5)(ii)",
    ),
    Input("participant_revenue", "USD", "Participants' Medicare revenue", optional=True),
    Input(
        "loss_limit_used", "text", "Loss limit that CMS used: revenue or benchmark", optional=True,
        cite="RevLossLimit of the results files",
    ),
    Input(
        "extreme_circumstances_fraction", "ratio", "Fraction of the year and people affected",
        optional=True, cite="42 CFR 425.605(f)",
    ),
    Input(
        "extreme_circumstances_amount", "USD", "Reduction of losses as published, whole year",
        optional=True,
    ),
    Input(
        "participation_months", "count", "Months until the contract ended, if it ended early",
        optional=True, cite="42 CFR 425.221(b)",
    ),
    Input(
        "advance_investment_balance", "USD", "Advance investment payments not yet recouped",
        optional=True, cite="42 CFR 425.630",
    ),
    Input(
        "prepaid_savings_balance", "USD", "Prepaid shared savings not yet recouped",
        optional=True, cite="42 CFR 425.640",
    ),
)  # fmt: skip
