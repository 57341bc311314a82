"""The parser in C reads nothing of a user's file otherwise than the one in Python, nor more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml

import openvbc
from openvbc.errors import RuleError
from openvbc.rules import exact_yaml

FILES = sorted((Path(openvbc.__file__).parent / "book").rglob("*.yaml"))
BITS = (
    ":", " ", "\n", "\t", "- ", "{", "}", "[", "]", "'", '"', "#", "&a", "*a", "!x", "|", ">", "%",
    "@", "? ", "\0", "\x85", "\u2028", "\ufeff", "é", "010", "1:30", ".inf", "~", "<<: ", "---\n",
    "...\n", "\r", "\x07",
)  # fmt: skip


def read(text: str) -> object:
    try:
        return repr(exact_yaml.read_yaml(text, "a file"))
    except RuleError as error:
        return (error.code, str(error))


def damaged(text: str, chance: random.Random) -> str:
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(text) + 1)
        cut = place + chance.choice((0, 0, 1, 5, len(text)))
        text = text[:place] + chance.choice((*BITS, "")) + text[cut:]
    return text


@pytest.mark.skipif(not yaml.__with_libyaml__, reason="libyaml is not installed")
def test_both_parsers_say_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(8)
    texts = [file.read_text(encoding="utf-8")[:700] for file in FILES]
    texts += ["a: {b? c: 1}", "a:\t1", "{a\t: 1}"]  # which libyaml alone would take
    texts += [damaged(chance.choice(texts), chance) for _ in range(40)]
    quick = [read(text) for text in texts]
    monkeypatch.setattr(exact_yaml, "_QuickLoader", exact_yaml._ExactLoader)
    assert quick == [read(text) for text in texts]
    assert any(isinstance(one, str) for one in quick[len(FILES) :])
    assert any(isinstance(one, tuple) for one in quick)
