"""Text as a reader sees it: HTML reduced to text, letters that were decoded wrongly put right.

Nothing is run, loaded or followed. Every pass goes once over the text, whatever it holds.
"""

from __future__ import annotations

import html
import re

_WRONG = re.compile(
    "[\u00c2\u00c3\u00e2][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    "\u2013\u2014\u2018-\u201a\u201c-\u201e\u2020-\u2022\u2026\u2030\u2039\u203a\u20ac\u2122]{1,2}"
)
"""Two or three letters that a UTF-8 letter becomes when it is read as Windows-1252."""
_TAG = re.compile(r"[A-Za-z/!?]")
_HIDDEN = frozenset({"script", "style", "iframe", "object", "svg", "noscript", "template", "title"})
_BLOCK = frozenset({"p", "div", "br", "li", "ul", "ol", "tr", "table", "blockquote", "section",
                    "article", "h1", "h2", "h3", "h4", "h5", "h6"})  # fmt: skip
_BLANK = re.compile(r"[ \t\r\f\v\u00a0]+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def repaired(text: str) -> str:
    """The text with letters of Windows-1252 mistakes put right, and control characters left out."""
    return _CONTROL.sub("", _WRONG.sub(_right, text))


def _right(match: re.Match[str]) -> str:
    letters = match.group()
    for length in (len(letters), len(letters) - 1):
        if length < 2:
            break
        try:
            return _bytes(letters[:length]).decode("utf-8") + letters[length:]
        except UnicodeError:
            continue
    return letters


def _bytes(letters: str) -> bytes:
    """Letters as Windows-1252 has them; it leaves five bytes open, which stand for themselves."""
    return b"".join(
        bytes([ord(each)]) if ord(each) < 256 and 0x80 <= ord(each) < 0xA0
        else each.encode("cp1252")
        for each in letters
    )  # fmt: skip


def reduced(body: str) -> str:
    """HTML or plain text as plain text, a paragraph a line."""
    parts: list[str] = []
    at, lower = 0, body.lower()
    while (begin := body.find("<", at)) >= 0:
        parts.append(body[at:begin])
        if not _TAG.match(body, begin + 1):
            parts.append("<")
            at = begin + 1
            continue
        at = _after_tag(body, lower, begin, parts)
    parts.append(body[at:])
    lines = (
        _BLANK.sub(" ", line).strip()
        for line in html.unescape("".join(parts)).split("\n")
    )  # fmt: skip
    return repaired("\n".join(line for line in lines if line))


def _after_tag(body: str, lower: str, begin: int, parts: list[str]) -> int:
    """Where the text goes on after a tag, or after what is hidden with it."""
    if body.startswith("<!--", begin):
        end = body.find("-->", begin)
        return len(body) if end < 0 else end + 3
    end = body.find(">", begin)
    if end < 0:
        return len(body)
    name = re.match(r"/?([a-z0-9]*)", lower[begin + 1 : begin + 20])
    tag = name.group(1) if name else ""
    if tag in _BLOCK:
        parts.append("\n")
    if tag in _HIDDEN and body[begin + 1] != "/":
        close = lower.find(f"</{tag}", end)
        if close < 0:
            return len(body)
        end = body.find(">", close)
        return len(body) if end < 0 else end + 1
    return end + 1
