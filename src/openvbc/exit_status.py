"""What the command's exit status says, once for every command.

======  ============================================================================
status  meaning
======  ============================================================================
0       done, every row used
1       done, but something differs or was refused (``verify``, strict checks)
2       the command could not do its work; the message says why
3       done, with rows set aside: they are listed, also with ``--quiet``
4       done, but the result is not to be relied on; the message says why
5       measured, but not settled: data or rules lack, and what would supply them is said
======  ============================================================================

Where several hold, the first of 2, 5, 4, 1, 3 counts.
"""

from __future__ import annotations

from enum import IntEnum


class ExitStatus(IntEnum):
    """The exit status of a command."""

    CLEAN = 0
    DIFFERS = 1
    FAILED = 2
    ROWS_SET_ASIDE = 3
    NOT_RELIABLE = 4
    NOT_SETTLED = 5


def exit_status(
    *,
    set_aside: bool = False,
    differs: bool = False,
    not_reliable: bool = False,
    not_settled: bool = False,
) -> ExitStatus:
    """The status of what was done."""
    if not_settled:
        return ExitStatus.NOT_SETTLED
    if not_reliable:
        return ExitStatus.NOT_RELIABLE
    if differs:
        return ExitStatus.DIFFERS
    return ExitStatus.ROWS_SET_ASIDE if set_aside else ExitStatus.CLEAN
