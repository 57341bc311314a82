"""Names a project has before its file is read."""

from __future__ import annotations

NAME = "openvbc.yaml"
"""The project file in a folder."""
OUTPUT = "run"
"""Folder of the run beside the project file, where the file names no other."""
