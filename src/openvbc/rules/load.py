"""Read rule files into a :class:`RuleSet` and ask it for parameters by name and date.

A rule file is YAML, one concept a file. Each top-level key is a parameter::

    sequestration_rate:
      label: Sequestration of shared savings payments
      unit: ratio
      by: [performance_year]
      values:
        - for: {performance_year: 2014..2018}
          value: 0.02
          cite: Budget Control Act of 2011
          status: empirical

`for` gives a value, a list or an inclusive range ``low..high`` (either end may be open) for each
key in `by`; a key left out applies to all. `value` is a number (read exactly, as Decimal), text,
true, false, null (the rule says there is none) or a list of rows (a small table). Exactly one value
may match a question. Nothing matches: :class:`~openvbc.errors.ParameterMissing`; there are no
defaults. A parameter whose ``values`` are an empty list is one the law has and no source gave: an
overlay supplies it.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from openvbc.errors import ParameterMissing, Place, RuleError
from openvbc.rules.exact_yaml import read_yaml, text_of_yaml
from openvbc.rules.overlay_value import check_overlay_value
from openvbc.rules.parameter import Parameter, Status, Value
from openvbc.rules.rule_file import parameters_of

YEAR_KEYS = (
    "performance_year", "fiscal_year", "star_year", "payment_year", "calendar_year", "model_year"
)  # fmt: skip
"""What parameters call the year they depend on."""


def _template_command(program: str, asked: Mapping[str, Any]) -> str:
    """How to print the overlay with everything a year lacks, where a year was asked for."""
    years = [asked[key] for key in YEAR_KEYS if isinstance(asked.get(key), int)]
    return f" (vbc rules {program} --template {years[0]} prints one to fill in)" if years else ""


def is_laid_over(entry: Parameter) -> bool:
    """Whether a value is of an overlay, and not of the rules that ship."""
    return not entry.source.startswith("rules/")


class RuleSet:
    """The parameters of one program, with the overlays laid over them."""

    def __init__(
        self,
        program: str,
        entries: Mapping[str, list[Parameter]],
        by: Mapping[str, tuple[str, ...]],
        digest: str,
    ) -> None:
        self.program = program
        self._entries = entries
        self._by = by
        self._answers: dict[tuple[Any, ...], Parameter | ParameterMissing] = {}
        self._asked: set[str] = set()
        """Names of parameters that were read, each in whatever year."""
        self.digest = digest
        """SHA-256 of the rule files read: the version of the rules, kept with every result."""

    @property
    def names(self) -> list[str]:
        """Every parameter name, sorted."""
        return sorted(self._entries)

    def keys_of(self, name: str) -> tuple[str, ...]:
        """The keys (for example performance_year, track) a parameter depends on."""
        if name not in self._by:
            raise ParameterMissing(
                f"the rules of {self.program} hold no parameter named {name}",
                action=f"see 'vbc rules {self.program}'",
                code="VBC-3005",
            )
        return self._by[name]

    def unit_of(self, name: str) -> str:
        """The unit of a parameter, the same in all its values."""
        self.keys_of(name)
        return self._entries[name][0].unit

    def history(self, name: str) -> list[Parameter]:
        """All values of a parameter, in the file's order."""
        self.keys_of(name)
        self._asked.add(name)
        return list(self._entries[name])

    def get(self, name: str, **keys: Any) -> Parameter:
        """The one value in force for `keys`; stops if none or more than one is."""
        asked = {key: keys.get(key) for key in self.keys_of(name)}
        known = (name, *((type(value), value) for value in asked.values()))
        answer = self._answers.get(known)
        if answer is None:
            try:
                answer = self._found(name, asked)
            except ParameterMissing as missing:
                answer = missing
            self._answers[known] = answer
        if isinstance(answer, ParameterMissing):
            raise answer.with_traceback(None)
        return answer

    def _found(self, name: str, asked: dict[str, Any]) -> Parameter:
        matching_entries = [entry for entry in self._entries[name] if entry.matches(asked)]
        laid = [entry for entry in matching_entries if is_laid_over(entry)]
        if laid:
            self._asked.add(name)
            return laid[-1]
        if len(matching_entries) == 1:
            return matching_entries[0]
        words = ", ".join(f"{key} {value}" for key, value in asked.items()) or "any date"
        if matching_entries:
            cites = "; ".join(entry.applies_in_words() for entry in matching_entries)
            raise RuleError(f"{name} has more than one value for {words}: {cites}", code="VBC-303")
        nearest = sorted(self._entries[name], key=lambda entry: -entry.agreement(asked))
        known = "; ".join(entry.applies_in_words() for entry in nearest[:6])
        raise ParameterMissing(
            f"parameter {name} ({self.program}) is not known for {words}",
            rule=f"known for: {known}",
            action="add the value with its citation in an overlay"
            f"{_template_command(self.program, asked)}, or ask for a date they cover",
            code="VBC-3006",
        )

    def what_if(self, name: str, value: Value, why: str) -> RuleSet:
        """These rules with another value of a parameter wherever it has one: for a what-if only."""
        changed = [
            replace(entry, value=value, cite=f"what if: {why}", status=Status.UNVERIFIED)
            for entry in self.history(name)
        ]
        digest = hashlib.sha256(f"{self.digest} {name} {value} {why}".encode()).hexdigest()
        return RuleSet(self.program, {**self._entries, name: changed}, self._by, digest)

    def with_value(self, parameter: Parameter) -> RuleSet:
        """These rules with one more value, which wins over shipped ones, as in an overlay."""
        entries = [*self.history(parameter.name), parameter]
        said = f"{self.digest} {parameter.name} {parameter.value} {parameter.cite}"
        digest = hashlib.sha256(said.encode()).hexdigest()
        return RuleSet(self.program, {**self._entries, parameter.name: entries}, self._by, digest)

    def in_force(self, **keys: Any) -> Iterator[Parameter]:
        """Every value that can be in force for the keys given; keys not given do not narrow."""
        for name in self.names:
            for entry in self._entries[name]:
                narrowed = {k: c for k, c in entry.applies.items() if k in keys}
                if all(condition.matches(keys[key]) for key, condition in narrowed.items()):
                    self._asked.add(name)
                    yield entry

    def notes_of_unasked(self) -> list[str]:
        """Parameters that overlays change and of which no value of theirs was asked for."""
        unasked: dict[str, list[str]] = {}
        for name in self.names:
            for source in dict.fromkeys(e.source for e in self._entries[name] if is_laid_over(e)):
                if name not in self._asked:
                    unasked.setdefault(source, []).append(name)
        return [
            f"The overlay {source} moves nothing by {', '.join(names)}: no value of it was asked "
            "for (another year, or a part of the program that is not settled here)."
            for source, names in sorted(unasked.items())
        ]


def _rule_files(program: str) -> list[Traversable]:
    folder = resources.files("openvbc.rules") / program
    if not folder.is_dir():
        raise RuleError(
            f"there are no rules named {program}", action="see 'vbc rules'", code="VBC-3014"
        )
    files = [f for f in folder.iterdir() if f.name.endswith(".yaml") and f.name != "coverage.yaml"]
    return sorted(files, key=lambda f: f.name)


def has_rules(program: str) -> bool:
    """Whether rules of `program` are shipped with the package."""
    return (resources.files("openvbc.rules") / program.replace("-", "_")).is_dir()


def load_rules(program: str, overlays: Iterable[Path] = ()) -> RuleSet:
    """The rules of `program` shipped with the package, changed by `overlays` in order.

    Programs are named as on the command line (``snf-vbp``), their folder with an underscore.
    An overlay is a YAML file with ``baseline: <program>`` and ``title``; its further keys are
    parameters in the same form; their values take the place of shipped values where both apply.
    """
    laid = tuple((path.name, text_of_yaml(path)) for path in overlays)
    return _load(program.replace("-", "_"), laid)


@lru_cache(maxsize=32)
def _load(program: str, overlays: tuple[tuple[str, str], ...]) -> RuleSet:
    """Rules with the overlays of these names and texts: an overlay that is edited is read anew."""
    if overlays:
        shipped = _load(program, ())
        entries = {name: shipped.history(name) for name in shipped.names}
        by = {name: shipped.keys_of(name) for name in shipped.names}
        digest = hashlib.sha256(shipped.digest.encode())
        for file_name, text in overlays:
            digest.update(text.encode())
            _apply_overlay(program, file_name, text, entries, by)
        return RuleSet(program, entries, by, digest.hexdigest())
    return _shipped(program)


def _shipped(program: str) -> RuleSet:
    entries: dict[str, list[Parameter]] = {}
    by: dict[str, tuple[str, ...]] = {}
    digest = hashlib.sha256()
    for file in _rule_files(program):
        text = file.read_text(encoding="utf-8")
        digest.update(text.encode())
        source = f"rules/{program}/{file.name}"
        for name, keys, parameter in parameters_of(read_yaml(text, source, shipped=True), source):
            if by.setdefault(name, keys) != keys:
                raise RuleError(
                    f"{name} is declared twice with other keys",
                    place=Place(file.name),
                    code="VBC-3015",
                )
            entries.setdefault(name, []).append(parameter)
    return RuleSet(program, entries, by, digest.hexdigest())


def _apply_overlay(
    program: str,
    file_name: str,
    text: str,
    entries: dict[str, list[Parameter]],
    by: Mapping[str, tuple[str, ...]],
) -> None:
    content = read_yaml(text, file_name)
    if (
        not isinstance(content, dict)
        or str(content.pop("baseline", None)).replace("-", "_") != program
    ):
        raise RuleError(
            f"an overlay of {program} starts with 'baseline: {program}'",
            place=Place(file_name),
            code="VBC-3016",
        )
    content.pop("title", None)
    for name, keys, parameter in parameters_of(content, file_name):
        if by.get(name) != keys:
            raise RuleError(
                f"{name} is not a parameter of {program} by {', '.join(keys)}",
                place=Place(file_name),
                code="VBC-3017",
            )
        check_overlay_value(parameter, entries[name], Place(file_name, column=name))
        kept = [entry for entry in entries[name] if entry.applies != parameter.applies]
        entries[name] = [*kept, parameter]


@lru_cache(maxsize=64)
def load_code_table(program: str, name: str) -> tuple[Mapping[str, str], ...]:
    """A code set shipped as ``rules/<program>/<name>.csv`` or ``.csv.gz``: one mapping a row."""
    folder = resources.files("openvbc.rules") / program
    file, packed = folder / f"{name}.csv", folder / f"{name}.csv.gz"
    if packed.is_file():
        text = gzip.decompress(packed.read_bytes()).decode("utf-8")
    elif file.is_file():
        text = file.read_text(encoding="utf-8")
    else:
        raise ParameterMissing(f"there is no code table {program}/{name}", code="VBC-3018")
    return tuple(csv.DictReader(io.StringIO(text)))
