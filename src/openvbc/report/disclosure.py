"""Which counts of a report for others may be shown, decided over the whole report together.

Every count that a page shows, or that can be computed from what it shows, is registered in one
:class:`Disclosure` with the sums it takes part in: outcomes that add up to the people assigned,
months of the enrollment types that add up to the months of the year, people with and without a
condition. Then

1. *primary*: counts of 1 to 10 are hidden (CMS cell size policy);
2. *complementary*: as long as a hidden small count is determined by the linear system of all sums,
   or a sum of hidden counts leaves a small count no room to be above 10, the smallest count shown
   beside it is hidden as well.

What is about the same people is hidden with them (:meth:`Disclosure.tie`). Hidden counts look
alike, whatever hid them. A count that nobody registered is hidden: a new table is private until it
says what its counts add up to. docs/sharing.md tells the method.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from openvbc.errors import InputError
from openvbc.format import HIDDEN, SMALLEST_SHOWN_COUNT
from openvbc.report.hidden_sums import Equation, Key, highest, reduced


class Disclosure:
    """The counts of one report. Keys name them: ``("assigned", "PY", "STEP_1")``."""

    def __init__(self, shared: bool) -> None:
        self.shared = shared
        """False: a report for its owner, in which nothing is hidden."""
        self.values: dict[Key, int] = {}
        self.equations: list[Equation] = []
        self._hidden: set[Key] = set()
        self._small: set[Key] = set()
        self._fixed: set[Key] = set()
        self._partner: dict[Key, Key] = {}
        self._decided = False

    def count(
        self,
        key: Key,
        value: int,
        *,
        fixed: bool = False,
        small: bool = False,
        shown: bool = True,
    ) -> None:
        """Register a count.

        Args:
            key: its name.
            value: how many.
            fixed: it is shown whatever happens, because other figures give it away.
            small: it is about few people though it is itself no small count.
            shown: it stands nowhere in the report, but others add up to it.
        """
        self._decided = False
        if not shown:
            self._hidden.add(key)
        self.values[key] = value
        if small or 0 < value < SMALLEST_SHOWN_COUNT:
            self._small.add(key)
        if fixed:
            self._fixed.add(key)

    def adds_up(self, total: Key, parts: Iterable[Key]) -> None:
        """Register that `parts` make up `total`; what they leave over is a count not shown."""
        names = list(parts)
        rest = self.values[total] - sum(self.values[part] for part in names)
        equation = {total: 1} | dict.fromkeys(names, -1)
        if rest:
            left = ("left over", len(self.equations), total)
            self.count(left, abs(rest))
            self._hidden.add(left)
            equation[left] = -1 if rest > 0 else 1
        self.equations.append(equation)

    def subset(self, key: Key, value: int, total: Key) -> None:
        """Register a count of some of `total`; those who are not in it are not shown."""
        self.count(key, value)
        self.adds_up(total, [key])

    def tie(self, first: Key, second: Key) -> None:
        """Register that two counts are about the same people: both are shown, or neither."""
        self._partner[self._root(first)] = self._root(second)

    def tie_if_equal(self, one: Key, other: Key) -> None:
        """Tie two names of one count, where the other is registered: counts that are equal."""
        if other in self.values and self.values[one] == self.values[other]:
            self.tie(one, other)

    def hides(self, key: Key) -> bool:
        """Whether a count is not shown; in a shared report none is that nobody registered."""
        if not self.shared:
            return False
        self._decide()
        return key not in self.values or key in self._hidden

    def show(self, key: Key, value: int) -> str:
        """A count as the report shows it."""
        return self.figure(key, f"{value:,}")

    def figure(self, key: Key, text: str) -> str:
        """A figure over the people of a count, or from which the count can be computed."""
        return HIDDEN if self.hides(key) else text

    @property
    def shown(self) -> dict[Key, int]:
        """Every count that is shown."""
        self._decide()
        return {key: value for key, value in self.values.items() if key not in self._hidden}

    @property
    def small(self) -> Mapping[Key, int]:
        """The counts of 1 to 10: what nobody may find out."""
        return {key: self.values[key] for key in self._small}

    def _root(self, key: Key) -> Key:
        while key in self._partner and self._partner[key] != key:
            key = self._partner[key]
        return key

    def _decide(self) -> None:
        if self._decided:
            return
        self._groups: dict[Key, set[Key]] = {}
        for key in self.values:
            self._groups.setdefault(self._root(key), set()).add(key)
        for key in list(self._small):
            self._hide(key)
        while (offence := self._offence()) is not None:
            self._hide(self._beside(offence))
        self._decided = True

    def _hide(self, key: Key) -> None:
        together = self._groups[self._root(key)]
        if together & self._fixed - self._hidden:
            raise _too_few()
        self._hidden |= together
        # What is hidden with a small count is as small to who finds it out.
        if together & self._small:
            self._small |= together

    def _offence(self) -> set[Key] | None:
        """Hidden counts that give a small one away together; None where none do."""
        hidden = [
            {key: factor for key, factor in equation.items() if key in self._hidden}
            for equation in self.equations
        ]
        rows = [row for row in [*hidden, *reduced(hidden)] if row]
        sums = [sum(f * self.values[key] for key, f in row.items()) for row in rows]
        most, because = highest(rows, sums)
        for key in sorted(self._small, key=str):
            if most.get(key, SMALLEST_SHOWN_COUNT) < SMALLEST_SHOWN_COUNT:
                return set(rows[because[key]])
        for row in rows:
            if len(row) == 1 and row.keys() & self._small:
                return set(row)
        return None

    def _beside(self, offence: set[Key]) -> Key:
        """The smallest count shown in a sum with any of the hidden counts that give one away."""
        touched = set(offence)
        while True:
            near: set[Key] = set()
            for equation in self.equations:
                if touched & equation.keys():
                    near |= equation.keys()
            shown = [key for key in near - self._hidden if self._may_hide(key)]
            if shown:
                return min(shown, key=lambda key: (self.values[key], str(key)))
            if near <= touched:
                raise _too_few()
            touched |= near

    def _may_hide(self, key: Key) -> bool:
        """Zero says nothing when it is hidden; what is fixed is known from elsewhere."""
        return self.values[key] > 0 and not self._groups[self._root(key)] & self._fixed


def _too_few() -> InputError:
    return InputError(
        "a report for others would tell of 1 to 10 people whatever is left out of it",
        rule="counts of 1 to 10 people, and what they could be computed from, are not shared",
        action="share a report over more people, or none",
        code="VBC-510",
    )
