"""YAML of the tests' own, parsed in C where that is installed: a tenth of the time of a user's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from openvbc.rules.exact_yaml import read_yaml

C = yaml.__with_libyaml__


def exact_yaml(path: Path) -> Any:
    """Content with exact numbers and dates, as the rule files that ship are read."""
    return read_yaml(path.read_text(encoding="utf-8"), path.name, shipped=True)


def plain_yaml(path: Path) -> Any:
    """Content as YAML's own types, floats among them."""
    loader = yaml.CSafeLoader if C else yaml.SafeLoader
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)


def texts_of_yaml(path: Path) -> Any:
    """Content of which every value is the text that stands there."""
    loader = yaml.CBaseLoader if C else yaml.BaseLoader
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
