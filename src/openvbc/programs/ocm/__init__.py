"""Oncology Care Model, from practices, episodes and monthly services."""
