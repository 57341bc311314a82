"""HL7 version 2 messages of admission, discharge and transfer, by the library ``hl7``.

Messages are taken in the order of the event (EVN-2, else MSH-7), whatever order they came in. A
visit is told by the sending facility and its number (PV1-19), else by the person and the day of
admission. A11 takes an admission back, A13 a discharge; A07 of an outpatient ends what was no stay;
A40 joins identifiers of a person.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import hl7

from openvbc.programs.care.announced import Announced, AnnouncedStay

READ = ("A01", "A02", "A03", "A04", "A06", "A07", "A08", "A11", "A13", "A40")
"""Events that are read; others are set aside."""
JOINS = ("A18", "A30", "A34", "A35", "A36", "A39", "A41", "A46", "A47", "A48", "A49")
"""Events that join or change identifiers in ways that are not read: what follows may be lost."""
MEMBER_TYPES = ("MC", "MB", "MA", "HC")
"""Types of identifiers (PID-3.5) that are a member's, best first; else the first identifier."""
BEGINS = ("A01", "A04", "A06")
"""Events that begin a visit, or begin it again after it was taken back."""
_SETTINGS = {"I": "INPATIENT", "E": "EMERGENCY", "N": "SKILLED_NURSING", "B": "OBSERVATION"}
_DAY = re.compile(r"^\d{8}")
_CLOCK = re.compile(r"^(\d{2})?(\d{2})?(\d{2})?")
_ZONE = re.compile(r"([+-])(\d{2})(\d{2})$")


@dataclass(frozen=True)
class Message:
    """What is taken from a message."""

    event: str
    control: str
    when: dt.datetime
    """Time of the event, in one zone for all."""
    sent: dt.date
    member: str
    merged: tuple[tuple[str, str], ...]
    """Identifiers that are joined: the one no longer used, and that which stands for it."""
    sender: str
    visit: str
    setting: str | None
    facility: str | None
    admitted: dt.date | None
    discharged: dt.date | None
    disposition: str | None
    diagnosis: str | None

    @property
    def key(self) -> Visit:
        """Which visit it is about: numbers of two facilities may be the same."""
        return self.member, self.sender, self.visit or str(self.admitted)


Visit = tuple[str, str, str]
"""A visit: the member, the sending facility, its number."""


@dataclass
class _Told:
    """The visits as the messages tell them so far."""

    stays: dict[Visit, AnnouncedStay] = field(default_factory=dict)
    taken_back: set[Visit] = field(default_factory=set)


def read_messages(texts: Iterable[str], feed: Announced) -> None:
    """Add the stays that messages tell to what was found."""
    messages: dict[tuple[str, ...], Message] = {}
    for text in texts:
        feed.read += 1
        message = _parsed(text, feed)
        if message is None:
            continue
        # Two senders may count their messages alike, and one may begin to count anew.
        content = text.partition("\r")[2]
        number = message.sender, message.control, content
        if number in messages:
            feed.passed_by["messages: the same message again"] += 1
            continue
        messages[number] = message
    ordered = sorted(messages.values(), key=lambda m: (m.when, m.control))
    now_known_as = _merges(ordered, feed)
    told = _Told()
    for message in ordered:
        member = now_known_as.get(message.member, message.member)
        _apply(replace(message, member=member), told, feed)
    feed.stays += told.stays.values()


def _merges(messages: Iterable[Message], feed: Announced) -> dict[str, str]:
    """Identifiers that were joined into another, to the last."""
    into = {old: new for m in messages for old, new in m.merged if old != new}
    last = {}
    for old in into:
        new, seen = into[old], {old}
        while new in into and new not in seen:
            seen.add(new)
            new = into[new]
        if new in seen:
            feed.set_aside["messages: identifiers joined in a circle"] += 1
        else:
            last[old] = new
    return last


def _apply(message: Message, told: _Told, feed: Announced) -> None:
    """What a message changes about its visit."""
    if message.event == "A40":
        if not message.merged:
            feed.set_aside["messages: identifiers joined that are not named"] += 1
        return
    stay = told.stays.get(message.key)
    if message.event == "A11":
        told.taken_back.add(message.key)
        if told.stays.pop(message.key, None) is None:
            feed.set_aside["messages: an admission taken back that was not announced"] += 1
        else:
            feed.passed_by["messages: an admission that was taken back"] += 1
        return
    if message.event in BEGINS:
        told.taken_back.discard(message.key)
    elif message.key in told.taken_back:
        feed.passed_by["messages: of a visit whose admission was taken back"] += 1
        return
    if message.event == "A13":
        if stay is None:
            feed.set_aside["messages: a discharge taken back that was not announced"] += 1
        else:
            stay.discharged = stay.disposition = None
        return
    if message.event == "A07" and message.setting is None and stay is not None:
        del told.stays[message.key]
        feed.passed_by["messages: a stay that became a visit of an outpatient"] += 1
        return
    if message.setting is None and stay is None:
        feed.passed_by["messages: no stay and no emergency visit (class of the patient)"] += 1
        return
    if stay is None:
        stay = told.stays[message.key] = AnnouncedStay(
            message.member, message.setting or "", None, None, None, None, None,
            message.control, message.sent,
        )  # fmt: skip
    _update(stay, message)


def _update(stay: AnnouncedStay, message: Message) -> None:
    stay.setting = message.setting or stay.setting
    stay.admitted = message.admitted or stay.admitted
    stay.facility = message.facility or stay.facility
    stay.diagnosis = message.diagnosis or stay.diagnosis
    is_end = message.event == "A03" or (message.event == "A08" and message.discharged)
    if is_end and message.discharged and stay.discharged is None:
        stay.message, stay.known_on = message.control, message.sent
    if is_end:
        stay.discharged = message.discharged or stay.discharged
        stay.disposition = message.disposition or stay.disposition


def _parsed(text: str, feed: Announced) -> Message | None:
    """A message, or None where it cannot be used (counted)."""
    try:
        parsed = hl7.parse(text)
        kind, event = _cell(parsed, "MSH", 9, 1), _cell(parsed, "MSH", 9, 2)
    except (hl7.HL7Exception, KeyError, IndexError, ValueError):
        feed.set_aside["messages: not a readable HL7 message"] += 1
        return None
    if kind != "ADT" or event not in READ:
        unclear = not kind or not event or (kind == "ADT" and event in JOINS)
        said = feed.set_aside if unclear else feed.passed_by
        said[f"messages: {_shown(kind)} {_shown(event)} is not read"] += 1
        return None
    stamp = _cell(parsed, "MSH", 7)
    member, when = _member(parsed), _cell(parsed, "EVN", 2) or stamp
    sent, moment = _day(stamp) or _day(when), _moment(when, _offset(stamp))
    if not member or sent is None or moment is None:
        feed.set_aside["messages: no identifier of a person or no time"] += 1
        return None
    return Message(
        event, _cell(parsed, "MSH", 10) or text, moment, sent, member,
        _joined(parsed) if event == "A40" else (), _cell(parsed, "MSH", 4, 1),
        _cell(parsed, "PV1", 19, 1), _setting(parsed),
        _cell(parsed, "PV1", 39) or _cell(parsed, "MSH", 4, 1) or None,
        _day(_cell(parsed, "PV1", 44)) or (_day(when) if event in ("A01", "A04") else None),
        _day(_cell(parsed, "PV1", 45)) or (_day(when) if event == "A03" else None),
        _cell(parsed, "PV1", 36, 1) or None,
        _cell(parsed, "DG1", 3, 1).replace(".", "").upper() or None,
    )  # fmt: skip


def _setting(parsed: hl7.Message) -> str | None:
    if "OBS" in (_cell(parsed, "PV1", 10, 1), _cell(parsed, "PV1", 18, 1)):
        return "OBSERVATION"
    return _SETTINGS.get(_cell(parsed, "PV1", 2, 1).upper())


def _member(parsed: hl7.Message) -> str:
    """The member's identifier among those of the first PID-3."""
    return next(iter(_identifiers(parsed, "PID", 3)), "")


def _joined(parsed: hl7.Message) -> tuple[tuple[str, str], ...]:
    """Identifiers that are joined: each MRG follows the PID of the person it becomes."""
    pairs = zip(_identifiers(parsed, "MRG", 1), _identifiers(parsed, "PID", 3), strict=False)
    return tuple((old, new) for old, new in pairs if old and new)


def _identifiers(parsed: hl7.Message, segment: str, place: int) -> list[str]:
    """The member's identifier of each segment of a name; empty where it has none."""
    try:
        segments = parsed.segments(segment)
    except KeyError:
        return []
    return [_chosen(each, place) for each in segments]


def _chosen(segment: hl7.Segment, place: int) -> str:
    try:
        repeated = segment(place)
    except (KeyError, IndexError):
        return ""
    identifiers: dict[str, str] = {}
    first = ""
    for number in range(len(repeated)):
        each = repeated(number + 1)
        value = _part(each, 1)
        first = first or value
        identifiers.setdefault(_part(each, 5), value)
    chosen = next((identifiers[kind] for kind in MEMBER_TYPES if identifiers.get(kind)), first)
    return chosen.upper().replace("-", "").strip()


def _part(each: object, number: int) -> str:
    try:
        return str(each(number)).strip()  # type: ignore[operator]
    except (IndexError, TypeError, KeyError):
        return str(each).strip() if number == 1 else ""


def _cell(parsed: hl7.Message, segment: str, place: int, component: int = 1) -> str:
    """A component of the first segment of a name; empty where it is missing."""
    try:
        value = parsed.extract_field(segment, 1, place, 1, component, 1)
    except (KeyError, IndexError, hl7.HL7Exception):
        return ""
    return str(value or "").strip()


def _day(text: str) -> dt.date | None:
    if not _DAY.match(text):
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


def _moment(text: str, offset: dt.timedelta) -> dt.datetime | None:
    """A time as HL7 writes it, in one zone: its own offset from Greenwich, else the one given."""
    day = _day(text)
    if day is None:
        return None
    digits = _CLOCK.match(text[8:])
    hour, minute, second = (int(part or 0) for part in digits.groups()) if digits else (0, 0, 0)
    if hour > 23 or minute > 59 or second > 59:
        return None
    local = dt.datetime(day.year, day.month, day.day, hour, minute, second)
    return local - (_offset(text) if _ZONE.search(text) else offset)


def _offset(text: str) -> dt.timedelta:
    """How far before Greenwich a time is; nothing where it does not say."""
    zone = _ZONE.search(text)
    if zone is None:
        return dt.timedelta(0)
    sign = -1 if zone[1] == "-" else 1
    return sign * dt.timedelta(hours=int(zone[2]), minutes=int(zone[3]))


def _shown(code: str) -> str:
    """A code of a message as it may be shown: short and plain, else that it is not."""
    return code if re.fullmatch(r"[A-Z][A-Z0-9]{1,3}", code) else "another event"
