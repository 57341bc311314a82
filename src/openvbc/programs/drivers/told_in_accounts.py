"""Why a result came out so, for a program that tells its years as accounts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from openvbc.errors import EmptyResult

if TYPE_CHECKING:
    from openvbc.programs.drivers.account import Account
    from openvbc.programs.explanation import Explanation
    from openvbc.programs.listing import Listing
    from openvbc.run import Run


class ToldInAccounts:
    """Lists and explanations of drivers that follow from :meth:`accounts`."""

    def accounts(self, run: Run) -> Sequence[Account]:
        """The years of a run for drivers, the settled one last; none."""
        raise EmptyResult("this program tells no drivers of its result", code="VBC-99043")

    def driver_lists(self, run: Run, against: Run | None = None) -> Sequence[Listing]:
        """The lists that its accounts make."""
        from openvbc.programs.drivers.accounts import lists_of_accounts

        return lists_of_accounts(self.accounts, run, against)

    def explain_driver(self, run: Run, number: str, period: str | None = None) -> Explanation:
        """A driver by its number in ``vbc drivers``, whose people no list names."""
        from openvbc.programs.drivers.explain import explain_driver_of_accounts

        return explain_driver_of_accounts(self.accounts, run, number)

    def listings(self, run: Run) -> Sequence[Listing]:
        """The program's own lists, and why the result came out so where that can be told."""
        return [*self.own_listings(run), *self.driver_lists_told(run)]

    def own_listings(self, run: Run) -> Sequence[Listing]:
        """None, unless the program makes some."""
        return []

    def driver_lists_told(self, run: Run) -> Sequence[Listing]:
        """The same lists as `driver_lists`; none where there is nothing to tell."""
        try:
            return self.driver_lists(run)
        except EmptyResult:
            return []
