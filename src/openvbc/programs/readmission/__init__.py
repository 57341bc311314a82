"""Readmission cohorts from the own claims."""
