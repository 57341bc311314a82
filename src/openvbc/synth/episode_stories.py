"""Stories of invented people with episodes: what is planted, and what must be found of it.

A person draws one story (``STORIES``): an operation, a sepsis, a stroke and so on with a transfer,
a readmission, a death, a gap of coverage. The story says which episodes must be found and why those
that are dropped are. Beside it stand everyday care, and care made to lie on the edges of windows.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

from openvbc.synth.episode_people import (
    ACUTE,
    CANCER,
    CRITICAL,
    EXCLUDED_READMISSION,
    KINDS,
    LONG_TERM,
    MARYLAND,
    PSYCHIATRIC,
    READMITTED,
    REHABILITATION,
    YEAR,
    Bill,
    Person,
    Planted,
)


def total(*bills: Bill) -> Decimal:
    """What claims add up to."""
    return sum((line[4] for bill in bills for line in bill.lines), Decimal(0))


def _anchor(who: Person, kind: str | None = None, days: int | None = None, **said: str) -> Bill:
    name = kind or who.draw.choice(sorted(KINDS))
    first = date(YEAR, 1, 5) + timedelta(who.draw.randint(0, 200))
    stay = days if days is not None else who.draw.randint(2, 8)
    return who.stay(first, stay, who.draw.choice(KINDS[name]), **said)


def _end(anchor: Bill) -> date:
    """The last day of the episode: ninety days, the day of discharge the first."""
    return anchor.last + timedelta(89)


def plain(who: Person) -> None:
    """An episode, visits at home in it, one beyond it."""
    anchor = _anchor(who)
    inside = [who.visit(anchor.last + timedelta(who.draw.randint(1, 89))) for _ in range(3)]
    who.visit(_end(anchor) + timedelta(1))
    who.truth.append(Planted(anchor.name, "plain", "SETTLED", amount=total(anchor, *inside)))


def transfer(who: Person) -> None:
    """Two hospitals, one episode of the first by the last MS-DRG."""
    first = who.stay(date(YEAR, 2, 1) + timedelta(who.draw.randint(0, 90)), 2, "312", ACUTE[0])
    last = who.stay(first.last, 4, who.draw.choice(KINDS["stroke"]), ACUTE[1])
    who.truth.append(Planted(first.name, "transfer", "SETTLED", amount=total(first, last)))


def transfer_to_critical_access(who: Person) -> None:
    """A leg of a kind that is left out."""
    first = who.stay(date(YEAR, 2, 1) + timedelta(who.draw.randint(0, 90)), 2, "871", ACUTE[0])
    who.stay(first.last, 4, "871", CRITICAL)
    who.truth.append(
        Planted(first.name, "transfer to critical access", "DROPPED", "TRANSFER_CHAIN")
    )


def readmission(who: Person) -> None:
    """A readmission that counts, whole within the window."""
    anchor = _anchor(who)
    again = who.stay(anchor.last + timedelta(who.draw.randint(2, 60)), 4,
                     who.draw.choice(READMITTED))  # fmt: skip
    who.truth.append(Planted(anchor.name, "readmission", "SETTLED", amount=total(anchor, again)))


def excluded_readmission(who: Person) -> None:
    """A readmission that is left out, and the visits in it."""
    anchor = _anchor(who)
    again = who.stay(anchor.last + timedelta(20), 6, EXCLUDED_READMISSION)
    who.visit(again.first + timedelta(2), place="21")
    who.truth.append(Planted(anchor.name, "excluded readmission", "SETTLED", amount=total(anchor)))


def post_acute(who: Person) -> None:
    """Nursing, then home health, then a stay over the end."""
    anchor = _anchor(who, "joint replacement")
    nursing = who.facility("211", anchor.last, who.draw.randint(10, 30))
    home = who.facility("329", nursing.last + timedelta(1), 59)
    low = who.draw.random() < 0.5
    if low:
        home.addition["is_low_utilization"] = "true"
        home.lines += [
            (who.draw.choice(("0421", "0551", "0571", "0270")), "", "",
             home.first + timedelta(7 * n), Decimal(0))
            for n in range(8)
        ]  # fmt: skip
    who.stay(_end(anchor) - timedelta(who.draw.randint(0, 4)), who.draw.randint(3, 12),
             who.draw.choice(READMITTED))  # fmt: skip
    who.truth.append(Planted(anchor.name, "post-acute chain", "SETTLED"))


def death_in_anchor(who: Person) -> None:
    """Death before discharge."""
    anchor = _anchor(who, disposition="20")
    who.death = anchor.last
    who.covered = [(date(YEAR - 2, 1, 1), anchor.last)]
    who.truth.append(Planted(anchor.name, "death in anchor", "DROPPED", "DIED_IN_ANCHOR"))


def death_after(who: Person) -> None:
    """Death after discharge keeps the episode."""
    anchor = _anchor(who)
    inside = who.visit(anchor.last + timedelta(3))
    who.death = anchor.last + timedelta(who.draw.randint(5, 60))
    who.covered = [(date(YEAR - 2, 1, 1), who.death)]
    who.truth.append(
        Planted(anchor.name, "death after discharge", "SETTLED", amount=total(anchor, inside))
    )


def gap(who: Person) -> None:
    """Another payer for two months: a gap of coverage in the lookback or the episode."""
    anchor = _anchor(who)
    month = (anchor.first - timedelta(who.draw.choice((60, 120)))).replace(day=1)
    until = month + timedelta(62)
    who.covered = [
        (date(YEAR - 2, 1, 1), month - timedelta(1)),
        (until.replace(day=1), date(YEAR + 1, 12, 31)),
    ]
    who.truth.append(Planted(anchor.name, "gap of coverage", "DROPPED", "NOT_ENROLLED_THROUGHOUT"))


def _span(kind: str, reason: str) -> Callable[[Person], None]:
    def story(who: Person) -> None:
        anchor = _anchor(who)
        first = anchor.first - timedelta(who.draw.randint(0, 300))
        who.spans.append((kind, first, first + timedelta(400)))
        who.truth.append(Planted(anchor.name, kind.replace("_", " ").lower(), "DROPPED", reason))

    return story


def too_long(who: Person) -> None:
    """An anchor of sixty days."""
    anchor = _anchor(who, days=60)
    who.truth.append(Planted(anchor.name, "long anchor", "DROPPED", "ANCHOR_TOO_LONG"))


def _at(ccn: str, reason: str, name: str) -> Callable[[Person], None]:
    def story(who: Person) -> None:
        anchor = _anchor(who, ccn=ccn)
        who.truth.append(Planted(anchor.name, name, "DROPPED", reason))

    return story


def inside(who: Person) -> None:
    """A second episode inside the first yields; a third after its end stands."""
    first = who.stay(date(YEAR, 1, 10), 4, "871", ACUTE[0])
    second = who.stay(first.last + timedelta(30), 3, "291", ACUTE[0])
    third = who.stay(_end(first) + timedelta(who.draw.randint(1, 20)), 3, "193", ACUTE[1])
    who.truth += [
        Planted(first.name, "overlap", "SETTLED", amount=total(first, second)),
        Planted(second.name, "overlap", "DROPPED", "INSIDE_EARLIER_EPISODE"),
        Planted(third.name, "overlap", "SETTLED", amount=total(third)),
    ]


def replaced(who: Person) -> None:
    """The other knee: the later joint replacement takes the place of the first."""
    first = who.stay(date(YEAR, 1, 10), 3, "470", ACUTE[0])
    second = who.stay(first.last + timedelta(who.draw.randint(20, 80)), 3, "470", ACUTE[0])
    who.truth += [
        Planted(first.name, "second joint", "DROPPED", "REPLACED_BY_LATER_EPISODE"),
        Planted(second.name, "second joint", "SETTLED", amount=total(second)),
    ]


def outpatient_joint(who: Person) -> None:
    """A knee replaced in one day."""
    day = date(YEAR, 3, 1) + timedelta(who.draw.randint(0, 100))
    done = who.outpatient(day, [("0360", "27447", who.money(9000, 14000)),
                                ("0300", "80053", who.money(10, 60))])  # fmt: skip
    who.truth.append(Planted(f"{done.name}-1", "outpatient joint", "SETTLED", amount=total(done)))


def drug(who: Person) -> None:
    """Drugs that are left out, and one that is not."""
    anchor = _anchor(who)
    who.visit(anchor.last + timedelta(10), "J7190")
    who.visit(anchor.last + timedelta(11), "0041A")
    counted = who.visit(anchor.last + timedelta(12), "J1885")
    who.truth.append(
        Planted(anchor.name, "excluded drug", "SETTLED", amount=total(anchor, counted))
    )


def out_of_period(who: Person) -> None:
    """The anchor ends in the year before."""
    anchor = who.stay(date(YEAR - 1, 8, 1), 4, "871", ACUTE[0])
    who.truth.append(Planted(anchor.name, "year before", "DROPPED", "OUTSIDE_THE_PERIOD"))


def edges(who: Person) -> None:
    """Care on the edges of every window; only that the episode is settled is of the truth."""
    anchor = _anchor(who)
    around = who.draw
    who.outpatient(anchor.first - timedelta(around.randint(0, 2)),
                   [("0450", "99284", who.money(100, 900))])  # fmt: skip
    for _ in range(3):
        day = anchor.first + timedelta(around.randint(-2, 10))
        code, place = around.choice(("99284", "27130", "99223")), around.choice(("21", "23", "11"))
        who.visit(day, code, place,
                  around.choice(("", "26", "TC", "RT")))  # fmt: skip
    for days in (-4, -1, 0, 1, 29, 30, 31):
        who.visit(_end(anchor) + timedelta(days), around.choice(("99213", "93798", "G9678")))
    who.facility("813", _end(anchor) - timedelta(around.randint(0, 20)), 30)
    who.stay(_end(anchor) - timedelta(around.randint(0, 6)), around.randint(1, 15), "885",
             around.choice((PSYCHIATRIC, CRITICAL)))  # fmt: skip
    who.stay(_end(anchor) + timedelta(around.randint(20, 29)), around.randint(1, 9), "190",
             around.choice((REHABILITATION, LONG_TERM)))  # fmt: skip
    who.truth.append(Planted(anchor.name, "edges of the windows", "SETTLED"))


def none(who: Person) -> None:
    """Everyday care alone, with a stay that begins nothing."""
    for _ in range(who.draw.randint(1, 8)):
        who.visit(date(YEAR, 1, 1) + timedelta(who.draw.randint(0, 364)))
    if who.draw.random() < 0.3:
        who.stay(date(YEAR, 1, 1) + timedelta(who.draw.randint(0, 300)), 3, "392")


STORIES: tuple[Callable[[Person], None], ...] = (
    plain, transfer, transfer_to_critical_access, readmission, excluded_readmission, post_acute,
    death_in_anchor, death_after, gap, _span("ESRD", "ESRD"),
    _span("OTHER_PAYER_PRIMARY", "OTHER_PAYER_PRIMARY"), too_long,
    _at(MARYLAND, "EXCLUDED_STATE", "hospital of Maryland"),
    _at(CRITICAL, "NOT_AN_ACUTE_HOSPITAL", "critical access hospital"),
    _at(CANCER, "NOT_AN_ACUTE_HOSPITAL", "cancer hospital"), inside, replaced, outpatient_joint,
    drug, out_of_period, edges, plain, readmission, edges, none, none, none, none,
)  # fmt: skip
"""Every story, the commoner ones more than once."""


def person(number: int, seed: int) -> Person:
    """Person `number` of a seed, with one story."""
    draw = random.Random(f"{seed} {number}")
    who = Person(f"P{seed:02d}{number:07d}", draw)
    draw.choice(STORIES)(who)
    return who
