"""Which parameters a year lacks, all at once, and the overlay to fill in that would supply them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from openvbc.errors import EmptyResult, ParameterMissing
from openvbc.rules.load import YEAR_KEYS, RuleSet
from openvbc.rules.parameter import Condition, Parameter, Table


def missing_for(rules: RuleSet, names: Sequence[str], key: str, year: int) -> list[str]:
    """Those of `names` that have no value for the year, in the order given."""
    return [name for name in dict.fromkeys(names) if not _known(rules, name, key, year)]


def lacking(rules: RuleSet, key: str, year: int) -> list[str]:
    """Every parameter that depends on `key` and has no value for the year, by name.

    Parameters of an era that :func:`ended` are left out. ``suppressed`` names years without a
    result and is no rule of theirs.
    """
    over = set(ended(rules, key, year))
    dated = [n for n in rules.names if key in rules.keys_of(n) and n != "suppressed"]
    return [name for name in missing_for(rules, dated, key, year) if name not in over]


def ended(rules: RuleSet, key: str, year: int) -> list[str]:
    """Parameters that end before both the year and the year in which most of the rules end."""
    last = {n: _last_known(rules, n, key) for n in rules.names if key in rules.keys_of(n)}
    ends = Counter(at for at in last.values() if at is not None)
    if not ends:
        return []
    usual, _ = max(ends.items(), key=lambda each: (each[1], -each[0]))
    last.pop("suppressed", None)
    return [n for n, at in last.items() if at is not None and at < min(year, usual)]


def _last_known(rules: RuleSet, name: str, key: str) -> int | None:
    """The last year a parameter is known for; None where it has no end, or none is known."""
    ends = []
    for entry in rules.history(name):
        if key not in entry.applies:
            return None
        condition = entry.applies[key]
        if condition.values is None and condition.high is None:
            return None
        ends.append(_latest(condition) if condition.values != () else 0)
    return max(ends, default=None)


def template_of_year(rules: RuleSet, year: int) -> str:
    """The overlay to fill in with everything that the rules lack for a year, whatever they call it.

    Raises:
        EmptyResult: nothing is lacking, or no parameter depends on a year.
    """
    asked = {key: lacking(rules, key, year) for key in YEAR_KEYS}
    parts = [overlay_template(rules, names, key, year) for key, names in asked.items() if names]
    if not parts:
        raise EmptyResult(
            f"the rules of {rules.program} lack nothing for {year}",
            rule="a template holds the parameters that depend on a year and have no value for it",
            action=f"see them: vbc rules {rules.program} --year {year}",
            code="VBC-6017",
        )
    head, *rest = parts
    over = sorted({name for key in YEAR_KEYS for name in ended(rules, key, year)})
    said = [f"# rules of years before, taken to have ended: {', '.join(over)}"] if over else []
    return "\n".join([*said, head, *("\n".join(part.splitlines()[2:]) for part in rest)])


def _known(rules: RuleSet, name: str, key: str, year: int) -> bool:
    if key not in rules.keys_of(name):
        return True
    entries = rules.history(name)
    return any(key not in e.applies or e.applies[key].matches(year) for e in entries)


def all_missing(
    rules: RuleSet,
    missing: Sequence[str],
    key: str,
    year: int,
    each: Mapping[str, Sequence[str]] | None = None,
) -> ParameterMissing:
    """One error for every parameter that the year lacks, with the overlay to fill in.

    `each`: of a further key (measure) the values that the year needs, where they are known.
    """
    one = len(missing) == 1
    words = f"{key.replace('_', ' ')} {year}"
    return ParameterMissing(
        f"{', '.join(missing)} ({rules.program}) {'is' if one else 'are'} not known for {words}",
        rule="there are no defaults: each value is needed with its source",
        action=(
            "fill in this overlay and give it with --overlay:\n"
            + overlay_template(rules, missing, key, year, each)
        ),
        code="VBC-3019",
    )


def overlay_template(
    rules: RuleSet,
    missing: Sequence[str],
    key: str,
    year: int,
    each: Mapping[str, Sequence[str]] | None = None,
) -> str:
    """A YAML overlay with every missing parameter; the values and citations are left to fill in.

    Each value stands as often as it does in the last year the rules know, once for each measure,
    say; or once for each value of a further key that `each` names. Values in comments are those of
    that year, to show the form.
    """
    lines = [f"baseline: {rules.program}", f"title: {key.replace('_', ' ')} {year}"]
    for name in missing:
        history = rules.history(name)
        entries = _last_year(history, key, year)
        by = ", ".join(rules.keys_of(name))
        first = entries[0]
        lines += [
            f"{name}:",
            f"  label: {first.label}",
            f"  unit: {first.unit}",
            f"  by: [{by}]",
            "  values:",
        ]
        for entry, others in _needed(entries, key, each or {}):
            table = isinstance(entry.value, Table)
            shown = "a table of rows" if table else _AS_YAML.get(str(entry.value), entry.value)
            lines += [
                f"    - for: {{{', '.join([f'{key}: {year}', *others])}}}",
                f"      value: FILL IN  # {entry.applies[key]}: {shown}",
                "      cite: FILL IN",
                "      status: unverified",
            ]
    return "\n".join(lines)


def _needed(
    entries: Sequence[Parameter], key: str, each: Mapping[str, Sequence[str]]
) -> Iterator[tuple[Parameter, list[str]]]:
    """An entry for each value that is needed, and what it is for beside the year."""
    varied = next((k for k in each if k in entries[0].applies), None)
    if varied is None:
        for entry in entries:
            yield entry, [f"{k}: {_written(c)}" for k, c in entry.applies.items() if k != key]
        return
    for value in each[varied]:
        like = next((e for e in entries if e.applies[varied].matches(value)), entries[0])
        rest = [f"{k}: {_written(c)}" for k, c in like.applies.items() if k not in (key, varied)]
        yield like, [f"{varied}: {value}", *rest]


_AS_YAML = {"None": "null", "True": "true", "False": "false"}


def _written(condition: Condition) -> str:
    if condition.values is not None:
        written = ", ".join(str(value) for value in condition.values)
        return written if len(condition.values) == 1 else f"[{written}]"
    return f"{condition.low if condition.low is not None else ''}..{condition.high or ''}"


def _last_year(history: Sequence[Parameter], key: str, year: int) -> list[Parameter]:
    """The entries of the known year nearest to the one asked for."""
    dated = [entry for entry in history if key in entry.applies]
    nearest = min(dated, key=lambda entry: abs(_latest(entry.applies[key]) - year))
    at = _latest(nearest.applies[key])
    return [entry for entry in dated if entry.applies[key].matches(at)]


def _latest(condition: Condition) -> int:
    years = condition.values if condition.values is not None else (condition.high, condition.low)
    return max(int(str(each)) for each in years if each is not None)
