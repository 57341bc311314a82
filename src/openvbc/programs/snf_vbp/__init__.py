"""Skilled Nursing Facility Value-Based Purchasing Program."""
