"""The version of the program; every run's manifest records it."""

__version__ = "0.1.0"
