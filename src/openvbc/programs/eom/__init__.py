"""Enhancing Oncology Model, from practices and episodes."""
