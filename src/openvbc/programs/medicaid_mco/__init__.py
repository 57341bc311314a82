"""Medicaid managed care: limits, loss ratio and a checklist of a plan's contract (42 CFR 438)."""
