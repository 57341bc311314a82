"""What a program that runs from claims shows in its report beside worksheets and data quality."""

from __future__ import annotations

from enum import Enum


class ReportSection(Enum):
    """A section that the report composes from tables of shared steps; it needs their tables."""

    ASSIGNMENT = "assignment"
    """Everyone in the feeds, assigned or why not (table ``assignment``)."""
    PER_CAPITA = "per capita"
    """People, person-years and spending by enrollment type (``per_capita_expenditure``)."""
    SERVICE_CATEGORIES = "service categories"
    """Spending by service category (``category_expenditure``)."""
    UTILISATION = "utilisation"
    """Stays, days and visits per thousand (``utilization``)."""
