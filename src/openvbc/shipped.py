"""The texts that the program ships beside its code: templates, catalogues, the book."""

from __future__ import annotations

from importlib import resources


def shipped_text(path: str) -> str:
    """What a shipped file says.

    Args:
        path: The file's place in the package, with ``/``: ``programs/terms/draft.yaml``.

    Returns:
        The whole text, read as UTF-8.
    """
    return resources.files("openvbc").joinpath(path).read_text(encoding="utf-8")
