"""The open engine for value-based care: from real claims to the money, every number explained."""

from openvbc._version import __version__

__all__ = ["__version__"]
