"""An extra that is lacking is told with the command that adds it, from where the program came."""

from __future__ import annotations

import json
from importlib import metadata
from pathlib import Path

import pytest

from openvbc.errors import ExtraMissing
from openvbc.installation import how_to_add


def test_the_command_names_the_folder_this_was_installed_from() -> None:
    """The tests run on an installed checkout: no index has to know the package."""
    origin = metadata.distribution("openvbc").read_text("direct_url.json")
    if origin is None:
        pytest.skip("openvbc was not installed from a folder here")
    folder = json.loads(origin)["url"].removeprefix("file://")
    assert f'"{folder}[arrow]"' in str(ExtraMissing("arrow", "an Arrow table"))


@pytest.mark.parametrize(
    ("origin", "command"),
    [
        (None, 'pip install "openvbc[app]"'),
        ("not JSON", 'pip install "openvbc[app]"'),
        ("[1]", 'pip install "openvbc[app]"'),
        (
            {"url": "file:///home/ann%20lee/openvbc", "dir_info": {}},
            'pip install "/home/ann lee/openvbc[app]"',
        ),
        (
            {"url": "file:///srv/openvbc", "dir_info": {"editable": True}},
            'pip install -e "/srv/openvbc[app]"',
        ),
        (
            {"url": "file:///srv/openvbc-0.1.0-py3-none-any.whl", "archive_info": {}},
            'pip install "/srv/openvbc-0.1.0-py3-none-any.whl[app]"',
        ),
        (
            {"url": "https://example.org/openvbc.git", "vcs_info": {"vcs": "git"}},
            'pip install "openvbc[app] @ git+https://example.org/openvbc.git"',
        ),
        (
            {
                "url": "https://example.org/all.git",
                "vcs_info": {"vcs": "git", "requested_revision": "v0.1"},
                "subdirectory": "openvbc",
            },
            'pip install "openvbc[app] @ git+https://example.org/all.git@v0.1'
            '#subdirectory=openvbc"',
        ),
    ],
)
def test_each_way_of_installing_has_its_command(
    origin: object, command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "openvbc-0.1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: openvbc\nVersion: 0.1.0\n")
    if origin is not None:
        text = origin if isinstance(origin, str) else json.dumps(origin)
        (folder / "direct_url.json").write_text(text)
    monkeypatch.syspath_prepend(tmp_path)
    assert how_to_add("app") == command


def test_what_is_not_installed_at_all_is_asked_of_an_index(monkeypatch) -> None:
    def nothing(name: str) -> None:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "distribution", nothing)
    assert how_to_add("app") == 'pip install "openvbc[app]"'
