"""YAML as the project's, contracts' and rules' files are read: exact, plain and within bounds.

Numbers are Decimal and finite, dates exist, a key stands once; what YAML would read as something
else than it looks (010 as eight, 1:30 as ninety) is refused, and so are aliases and depth by which
a small file becomes a huge one. A mistake is a :class:`~openvbc.errors.RuleError` with its line.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import yaml
from yaml.composer import Composer
from yaml.constructor import SafeConstructor

from openvbc.errors import Place, RuleError
from openvbc.input_file import content_of


class _OnceKeys(SafeConstructor):
    """What both loaders make of a mapping: a key stands once in it."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """A mapping; a key that appears twice is a mistake, not a change of mind."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value != "<<" and key.value in seen:
                raise _wrong(f"the key {key.value} appears twice", key.start_mark)
            seen.add(str(key.value))
        return super().construct_mapping(node, deep)


class _Bounded(Composer):
    """What is composed of a user's YAML, whichever parser read it."""

    depth = 0
    check_event: Any
    peek_event: Any

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """A node; deeper ones than :data:`DEPTH` and aliases, which multiply, are refused."""
        if self.check_event(yaml.AliasEvent):
            mark = self.peek_event().start_mark
            raise _wrong("an alias (*name) is not read; write the value out", mark)
        if self.depth >= DEPTH:
            mark = self.peek_event().start_mark
            raise _wrong(f"more than {DEPTH} levels, one in the other", mark)
        self.depth += 1
        try:
            return super().compose_node(parent, index)
        finally:
            self.depth -= 1


class _ExactLoader(_OnceKeys, _Bounded, yaml.SafeLoader):
    """YAML of a user, whose numbers stay exact and whose keys, dates and depth are held right."""


_Parser = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


class _QuickLoader(_OnceKeys, _Bounded, _Parser):  # type: ignore[misc, valid-type]
    """The same, parsed in C: five times as fast. What it refuses the other one explains."""

    def __init__(self, text: str) -> None:
        _Parser.__init__(self, text)
        Composer.__init__(self)


class _ShippedLoader(_OnceKeys, _Parser):  # type: ignore[misc, valid-type]
    """YAML of a file that ships: parsed in C where that is installed, ten times as fast.

    Such a file may repeat a value by an alias; how deep it goes is ours to keep small.
    """


MISREAD = (ValueError, KeyError, TypeError, AttributeError, OverflowError)
"""What the library raises of values that are none, beside its own errors."""
DEPTH = 40
"""Levels of a YAML file, one in the other."""
DIGITS = 40
"""Digits of a number in a YAML file."""


def _wrong(what: str, mark: yaml.Mark) -> yaml.constructor.ConstructorError:
    return yaml.constructor.ConstructorError(None, None, what, mark)


def _exact_number(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    text = str(loader.construct_scalar(node))
    try:
        decimal = Decimal(text.replace("_", ""))
    except InvalidOperation:
        decimal = Decimal("nan")
    if not decimal.is_finite() or len(text) > DIGITS or abs(decimal.adjusted()) > DIGITS:
        raise _wrong(f"{_short(text)} is not a number that can be reckoned with", node.start_mark)
    return decimal


def _exact_integer(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> int:
    """A whole number in decimal digits; YAML's octal (010 is 8) and base sixty (1:30 is 90) are
    never meant."""
    text = str(loader.construct_scalar(node))
    plain = text.replace("_", "").lstrip("+-")
    if not (plain.isascii() and plain.isdigit()) or len(plain) > DIGITS:
        raise _wrong(f"{_short(text)} is not a whole number", node.start_mark)
    if plain != "0" and plain.startswith("0"):
        raise _wrong(f"{_short(text)} begins with a zero; put a code in quotes", node.start_mark)
    return int(text.replace("_", ""))


def _yes_or_no(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> bool:
    text = str(loader.construct_scalar(node))
    if text.lower() not in loader.bool_values:
        raise _wrong(f"{_short(text)} is neither true nor false", node.start_mark)
    return loader.bool_values[text.lower()]


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:37] + "..."


def _date(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    try:
        return loader.construct_yaml_timestamp(node)
    except (ValueError, AttributeError, OverflowError):
        raise _wrong(f"there is no date {_short(str(node.value))}", node.start_mark) from None


for _loader in (_ExactLoader, _QuickLoader, _ShippedLoader):
    _loader.add_constructor("tag:yaml.org,2002:float", _exact_number)
    _loader.add_constructor("tag:yaml.org,2002:int", _exact_integer)
    _loader.add_constructor("tag:yaml.org,2002:bool", _yes_or_no)
    _loader.add_constructor("tag:yaml.org,2002:timestamp", _date)


def read_yaml(text: str, source: str, *, shipped: bool = False) -> Any:
    """Parse YAML with exact decimals; a mistake becomes a :class:`RuleError` with its line.

    Only a file that ships with the program is read as `shipped`, whatever a user's file is called.
    """
    if not shipped and "\t" not in text and "?" not in text:  # of these libyaml takes more
        with suppress(yaml.YAMLError, *MISREAD):
            return yaml.load(text, _QuickLoader)
    line: int | None = None
    try:
        return yaml.load(text, _ShippedLoader if shipped else _ExactLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else None
        why = error.problem or "it cannot be read"
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        why = "a character that is not allowed"
    except (yaml.YAMLError, *MISREAD) as error:
        why = f"a value that cannot be read ({type(error).__name__})"
    raise RuleError(f"not valid YAML: {why}", place=Place(source, line), code="VBC-302")


def text_of_yaml(path: Path) -> str:
    """The text of a YAML file the user names, within bounds.

    Raises:
        InputError: VBC-1016 it cannot be read, VBC-185 no regular file, VBC-186 too large.
        RuleError: VBC-304 it is not UTF-8.
    """
    content = content_of(path)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuleError(
            "the file is not UTF-8 text",
            place=Place(path.name, content[: error.start].count(b"\n") + 1),
            action="save it as UTF-8 (editors of Windows may call the other way ANSI)",
            code="VBC-304",
        ) from None


def lines_of_yaml(text: str) -> dict[tuple[Any, ...], int]:
    """Line of every key (and list entry) by its path, in a text that :func:`read_yaml` read."""
    line_numbers: dict[tuple[Any, ...], int] = {}

    def visit(node: yaml.Node, path: tuple[Any, ...]) -> None:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                line_numbers[(*path, key.value)] = key.start_mark.line + 1
                visit(value, (*path, key.value))
        elif isinstance(node, yaml.SequenceNode):
            for number, value in enumerate(node.value):
                line_numbers[(*path, number)] = value.start_mark.line + 1
                visit(value, (*path, number))

    try:
        root = yaml.compose(text, Loader=_ShippedLoader)
    except yaml.YAMLError:  # the two parsers differ in what no file of this program has
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is not None:
        visit(root, ())
    return line_numbers


def yaml_text(content: Mapping[str, Any]) -> str:
    """Content as YAML, keys in their order; exact numbers keep their digits."""
    return yaml.dump(_plain(content), Dumper=_Writer, sort_keys=False, allow_unicode=True)


class _Number(str):
    """A number that is written without quotes, digit by digit."""


class _Writer(yaml.SafeDumper):
    """YAML that is written: plain values, and numbers as they stand."""


_Writer.add_representer(
    _Number, lambda dumper, number: dumper.represent_scalar("tag:yaml.org,2002:float", number)
)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return _Number(str(value))
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
