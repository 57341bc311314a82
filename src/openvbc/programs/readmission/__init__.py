"""Readmission cohorts from an organization's own claims."""
