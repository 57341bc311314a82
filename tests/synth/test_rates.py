"""The simulated people use care as the published means of 2022 say, and memory does not grow."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from openvbc.synth import Settings, published
from openvbc.synth.conditions import DIAGNOSES
from openvbc.synth.institutional import REVENUE_OF
from openvbc.synth.measure import results
from openvbc.synth.network import build_network
from openvbc.synth.services import NURSE, PRIMARY_CARE, SERVICES, SPECIALIST
from openvbc.synth.settings import day_number
from openvbc.synth.simulate import simulate
from openvbc.synth.true_care import Entities

EVALUATION = ("office", "wellness", "management", "planning", "telephone", "home", "nursing",
              "hospital", "emergency")  # fmt: skip


@pytest.fixture(
    scope="module",
    params=[pytest.param(True, id="light"), pytest.param(False, id="full", marks=pytest.mark.slow)],
)
def rates(request):
    """Rates per person-year of the people assigned in 2022, as CMS would count them."""
    settings = Settings(people=10_000, seed=3, light=request.param)
    network = build_network(settings.people, settings.seed)
    entities = Entities(network)
    first, last = day_number(date(2022, 1, 1)), day_number(date(2022, 12, 31))
    group = np.array([s.group for s in SERVICES])
    total, months, cents = Counter(), np.zeros(5), np.zeros(5)
    for number in range(4):
        shard = simulate(settings, network, number)
        base_year = results(shard, network, entities, settings, "cms")["BY2"]
        assigned = base_year.outcome.assigned
        months += base_year.months()[assigned].sum(axis=0)
        cents += base_year.cents[assigned].sum(axis=0)
        for table, day in (
            (shard.lines, "day"),
            (shard.equipment, "day"),
            (shard.claims, "thru_day"),
        ):
            use = assigned[table["person"]] & (table[day] >= first) & (table[day] <= last)
            use &= table["denied"] == 0
            back = table["cancels"] if "cancels" in table else table["adjustment"] == 1
            sign = np.where(back, -1, 1)
            if table is shard.claims:
                stay = use & (table["type"] == 60)
                total["admissions"] += sign[stay].sum()
                total["emergency"] += sign[
                    use & (table["line_revenue"] == REVENUE_OF["0450"])
                ].sum()
                total["emergency"] += sign[stay & table["emergency"].astype(bool)].sum()
                total["nursing stays"] += sign[use & (table["type"] == 20)].sum()
                extra = sum(
                    table[n] for n in ("ime", "dsh", "capital_ime", "capital_dsh", "uncompensated")
                )
                net = sign * (table["paid"] - np.where(table["type"] == 60, extra, 0))
                for name, kind in (("inpatient", 60), ("skilled_nursing", 20), ("outpatient", 40),
                                   ("home_health", 10), ("hospice", 50)):  # fmt: skip
                    total[f"${name}"] += net[use & (table["type"] == kind)].sum() / 100
            elif table is shard.equipment:
                total["$equipment"] += (sign * table["paid"])[use].sum() / 100
            else:
                here = group[table["code"]]
                visit = use & np.isin(here, EVALUATION)
                role = network.role[table["provider"]]
                for name, wanted in (("primary_care", PRIMARY_CARE), ("specialist", SPECIALIST),
                                     ("nurse_practitioner", NURSE)):  # fmt: skip
                    total[name] += sign[visit & (role == wanted)].sum()
                paid = sign * table["paid"]
                total["$ambulance"] += paid[use & (here == "ambulance")].sum() / 100
                total["$part_b"] += paid[use & (here != "ambulance")].sum() / 100
                for name in published.IMAGING:
                    total[name] += sign[use & (here == name)].sum()
    years = months[1:].sum() / 12
    out = {name: float(value) / years for name, value in total.items()}
    for code, kind in enumerate(published.ENROLLMENT_TYPES, 1):
        out[f"share {kind}"] = months[code] / 12 / years
        out[f"per capita {kind}"] = cents[code] / 100 / (months[code] / 12)
    return out


RARE = ("hospice", "skilled_nursing")
"""Few events a year: their dollars vary by a tenth from seed to seed."""
PUBLISHED = {
    "admissions": (sum(published.ADMISSIONS.values()), 0.06),
    "emergency": (published.EMERGENCY_VISITS, 0.06),
    "nursing stays": (published.SKILLED_NURSING_STAYS, 0.12),
    **{name: (value, 0.06) for name, value in published.EVALUATION_VISITS.items()},
    **{name: (value, 0.08) for name, value in published.IMAGING.items()},
    **{f"${n}": (v, 0.22 if n in RARE else 0.15) for n, v in published.DOLLARS.items()},
    **{f"share {k}": (published.TYPE_SHARES[k], 0.30 if k == "ESRD" else 0.15)
       for k in published.ENROLLMENT_TYPES},
    **{f"per capita {k}": (published.PER_CAPITA[k], 0.25 if k == "ESRD" else 0.15)
       for k in published.ENROLLMENT_TYPES},
}  # fmt: skip


def test_rates_lie_in_bands_around_the_published_means(rates):
    off = {
        name: (round(rates[name], 3), value)
        for name, (value, band) in PUBLISHED.items()
        if not abs(rates[name] / value - 1) <= band
    }
    assert not off


def test_spending_has_a_heavy_tail():
    settings = Settings(people=2500, seed=5, light=True)
    network = build_network(settings.people, settings.seed)
    shard = simulate(settings, network, 0)
    base_year = results(shard, network, Entities(network), settings, "cms")["BY3"]
    spent = np.sort(base_year.cents[base_year.outcome.assigned].sum(axis=1))[::-1]
    top = spent[: len(spent) // 20].sum() / spent.sum()
    assert 0.25 < top < 0.60, "the dearest twentieth costs a quarter to three fifths"


def test_people_have_two_to_three_conditions_that_persist():
    settings = Settings(people=2500, seed=5, light=True)
    shard = simulate(settings, build_network(settings.people, settings.seed), 0)
    coded = shard.illness.coded
    assert 2.0 <= coded[:, -1].sum(axis=1).mean() <= 3.0
    again = (coded[:, -1] & coded[:, -2]).sum() / coded[:, -2].sum()
    assert 0.75 < again < 0.95
    assert all(3 <= len(code) <= 7 and "." not in code for code in DIAGNOSES)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_people(tmp_path):
    """Peak memory of 20,000 people is within a tenth of that of 10,000 (8 and 4 shards)."""
    peaks = []
    for people in (10_000, 20_000):
        where = str(tmp_path / str(people))
        code = (
            "import resource; from pathlib import Path; from openvbc.synth import *;"
            f"generate(Settings(people={people}, seed=1, light=True), Path({where!r}));"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        source = Path(__file__).parents[2] / "src"
        done = subprocess.run(
            [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": str(source)},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        peaks.append(int(done.stdout))
    assert peaks[1] < peaks[0] * 1.1
