"""Billing of care management from the claim store and the practices' own logs."""
