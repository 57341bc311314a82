"""Stays that hospitals announce: HL7 version 2 messages (ADT) and FHIR Encounters as one table.

Both become rows of the small table ``announced_stay``. What cannot be used is counted with its
reason; nothing of a message stands in a log or an error.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from openvbc.engine.table import Value
from openvbc.errors import ExtraMissing, InputError, Place

DAY = dt.timedelta(days=1)
"""A message may be sent in another time zone than its hospital's."""
HL7_ENDINGS = (".hl7", ".adt", ".txt")
FHIR_ENDINGS = (".json", ".ndjson", ".jsonl", ".gz")


@dataclass
class AnnouncedStay:
    """A stay as the messages of a visit tell it so far."""

    member: str
    setting: str
    """INPATIENT, OBSERVATION, SKILLED_NURSING or EMERGENCY."""
    admitted: dt.date | None
    discharged: dt.date | None
    facility: str | None
    disposition: str | None
    diagnosis: str | None
    message: str
    """Which message: its control identifier, or the Encounter's."""
    known_on: dt.date

    def row(self) -> tuple[Value, ...]:
        """As a row of ``announced_stay``."""
        return (
            self.member, self.setting, self.facility, self.admitted, self.discharged,
            self.disposition, self.diagnosis, self.message, self.known_on,
        )  # fmt: skip


@dataclass
class Announced:
    """What the messages say, and what of them was set aside."""

    stays: list[AnnouncedStay] = field(default_factory=list)
    read: int = 0
    set_aside: Counter[str] = field(default_factory=Counter)
    """What could not be used, by why."""
    passed_by: Counter[str] = field(default_factory=Counter)
    """What was understood and is no stay, by why: a message sent again, an admission taken back."""
    files: list[Path] = field(default_factory=list)

    def rows(self) -> list[tuple[Value, ...]]:
        """Rows of ``announced_stay``, stays that cannot be left out and counted."""
        kept = []
        for stay in self.stays:
            if stay.admitted is None:
                self.set_aside["messages: a stay without a day of admission"] += 1
            elif stay.discharged is not None and stay.discharged < stay.admitted:
                self.set_aside["messages: a discharge before its admission"] += 1
            elif stay.discharged is not None and stay.discharged > stay.known_on + DAY:
                self.set_aside["messages: a discharge of days after its message was sent"] += 1
            else:
                kept.append(stay.row())
        return kept


def read_announced(paths: Sequence[Path]) -> Announced:
    """Read every message and Encounter of files and folders.

    Raises:
        ExtraMissing: there are HL7 messages and the package that reads them is not installed.
        InputError: a file cannot be read, or is of another kind.
    """
    from openvbc.programs.care.fhir_encounters import read_encounters

    feed = Announced()
    messages: list[tuple[Path, str]] = []
    for path in _files(paths):
        feed.files.append(path)
        if path.suffix.lower() in HL7_ENDINGS:
            from openvbc.input_file import text_of

            messages += [(path, text) for text in split_messages(text_of(path))]
        else:
            read_encounters(path, feed)
    if messages:
        try:
            from openvbc.programs.care.adt_messages import read_messages
        except ImportError as error:
            raise ExtraMissing("adt", "Reading HL7 messages") from error
        read_messages([text for _, text in messages], feed)
    return feed


def split_messages(text: str) -> list[str]:
    """The messages of a file: each begins with its MSH segment."""
    lines = [
        line.strip("\x0b\x1c")
        for line in text.replace("\r\n", "\r").replace("\n", "\r").split("\r")
    ]
    messages: list[list[str]] = []
    for line in filter(None, lines):
        if line.startswith("MSH") or not messages:
            messages.append([])
        messages[-1].append(line)
    return ["\r".join(lines) for lines in messages]


def _files(paths: Iterable[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        known = (*HL7_ENDINGS, *FHIR_ENDINGS)
        if path.is_dir():
            files += sorted(p for p in path.rglob("*") if p.suffix.lower() in known)
        elif path.suffix.lower() in known:
            files.append(path)
        else:
            raise InputError(
                "a file of messages is of a kind that is not read",
                place=Place(str(path)),
                rule=f"HL7 version 2: {', '.join(HL7_ENDINGS)}; FHIR: {', '.join(FHIR_ENDINGS)}",
                code="VBC-10906",
            )
    return files
