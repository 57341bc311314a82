"""A file of news as it stands: its front matter, where it has some, and its body."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from openvbc.errors import InputError, Place
from openvbc.input_file import KIB, MIB, content_of, in_words, too_large
from openvbc.rules.exact_yaml import lines_of_yaml, read_yaml

LIMIT = MIB
"""Bytes of one item of news."""
FRONT_LIMIT = 64 * KIB
"""Bytes of its front matter."""
FENCE = "---"


@dataclass(frozen=True)
class NewsFile:
    """One file, its front matter read and nothing understood yet."""

    name: str
    sha256: str
    fields: Mapping[str, Any] | None
    """Front matter by field; None for a plain article."""
    lines: Mapping[str, int]
    """Line of each field in the file."""
    body: str


def read_news_file(path: Path) -> NewsFile:
    """Read a file.

    Raises:
        InputError: it cannot be read, is too large, is not UTF-8, or its front matter has no end.
        RuleError: VBC-302 the front matter is no plain YAML: tags, aliases, too deep, twice a key.
    """
    content = content_of(path, LIMIT)
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise InputError(
            "the file is not UTF-8 text", place=Place(path.name, line),
            action="save it as UTF-8", code="VBC-9102",
        ) from None  # fmt: skip
    sha256 = hashlib.sha256(content).hexdigest()
    if text.split("\n", 1)[0].rstrip() != FENCE:
        return NewsFile(path.name, sha256, None, {}, text)
    front, body = _parted(text, path.name)
    if len(front) > FRONT_LIMIT:
        limit = in_words(FRONT_LIMIT)
        raise too_large(path.name, f"front matter of more than {limit}", f"at most {limit}", 1)
    fields = read_yaml(front, path.name)
    if not isinstance(fields, dict) or not all(isinstance(key, str) for key in fields):
        raise InputError(
            "front matter is a list of fields, each with its name", place=Place(path.name, 2),
            code="VBC-1100",
        )  # fmt: skip
    lines = {str(at[0]): line for at, line in lines_of_yaml(front).items() if len(at) == 1}
    return NewsFile(path.name, sha256, fields, lines, body)


def _parted(text: str, name: str) -> tuple[str, str]:
    """Front matter, with a blank first line so that its lines count as the file's, and body."""
    lines = text.split("\n")
    for number, line in enumerate(lines[1:], start=1):
        if line.startswith(FENCE) and not line.startswith("----"):
            rest = [line[len(FENCE) :].lstrip(), *lines[number + 1 :]]
            return "\n".join(["", *lines[1:number]]), "\n".join(rest)
    raise InputError(
        "front matter begins and does not end",
        place=Place(name, 1),
        rule="it stands between two lines of three hyphens",
        action="add the second line",
        code="VBC-1098",
    )
