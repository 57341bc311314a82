"""A file is read once as long as its stamp stays the same; a stamp in doubt is not believed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from openvbc.engine import digests
from openvbc.engine.digests import file_digest, remembered

LONG_AGO = 1_600_000_000


@pytest.fixture
def delivery(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A delivery written long ago, so that its stamp is settled; this process knows no digest."""
    monkeypatch.setattr(digests, "_known", {})
    monkeypatch.setattr(digests, "_SETTLED", -(10**18))  # the time of change is now: let it pass
    path = tmp_path / "delivery"
    path.write_bytes(b"100.00")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that are opened to be hashed, as it happens."""
    opened: list[str] = []
    real = Path.open

    def counted(self: Path, *args: object, **kwargs: object):
        if args == ("rb",):
            opened.append(self.name)
        return real(self, *args, **kwargs)

    monkeypatch.setattr(Path, "open", counted)
    return opened


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_what_the_book_holds_is_not_read_again(delivery, tmp_path, monkeypatch):
    with remembered(tmp_path / "book"):
        assert file_digest([delivery]) == sha(b"100.00")
    digests._known.clear()  # another process
    opened = reads(monkeypatch)
    with remembered(tmp_path / "book"):
        assert file_digest([delivery]) == sha(b"100.00")
    assert opened == []


def test_the_same_size_and_time_of_writing_do_not_hide_a_change(delivery, tmp_path):
    with remembered(tmp_path / "book"):
        file_digest([delivery])
    delivery.write_bytes(b"900.00")
    os.utime(delivery, (LONG_AGO, LONG_AGO))  # the time of change cannot be set back
    with remembered(tmp_path / "book"):
        assert file_digest([delivery]) == sha(b"900.00")


def test_verifying_notices_what_no_stamp_tells(delivery, tmp_path, monkeypatch):
    monkeypatch.setattr(digests, "_stamp", lambda file: (6, LONG_AGO, LONG_AGO, 1, 1))
    with remembered(tmp_path / "book"):
        file_digest([delivery])
    delivery.write_bytes(b"900.00")
    with remembered(tmp_path / "book"):
        assert file_digest([delivery]) == sha(b"100.00")
    with remembered(tmp_path / "book", verify=True):
        assert file_digest([delivery]) == sha(b"900.00")
    with remembered(tmp_path / "book"):
        assert file_digest([delivery]) == sha(b"900.00")


def test_a_file_written_a_moment_ago_is_hashed_each_time(delivery, tmp_path, monkeypatch):
    monkeypatch.setattr(digests, "_SETTLED", 2_000_000_000)
    with remembered(tmp_path / "book"):
        file_digest([delivery])
    opened = reads(monkeypatch)
    with remembered(tmp_path / "book"):
        file_digest([delivery])
    assert opened == ["delivery"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"files": {"a": [1, "b"]}}'])
def test_a_damaged_book_is_an_empty_one(delivery, tmp_path, content):
    (tmp_path / "book").write_text(content)
    with remembered(tmp_path / "book"):
        assert file_digest([delivery]) == sha(b"100.00")


def test_several_files_are_not_told_apart_by_their_joined_content_alone(tmp_path):
    one, other = tmp_path / "one", tmp_path / "other"
    one.write_bytes(b"ab")
    other.write_bytes(b"c")
    before = file_digest([one, other])
    one.write_bytes(b"a")
    other.write_bytes(b"bc")
    assert file_digest([one, other]) != before
