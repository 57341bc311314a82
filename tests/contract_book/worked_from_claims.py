"""The worked contracts as projects on one claim store: people and claims that add up to the totals.

Every contract has people of its own. Dollars are facility stays of one size, so that totals can be
read off: 800 stays of 5,000 are 4,000,000. Rates are visits with hypertension (I10), met by 3074F.
"""

from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

from hand_claims import table, write_claims

SHIPPED = Path(str(resources.files("openvbc"))) / "book" / "contract_book"
JANUARY, DECEMBER = "2025-01-01", "2025-12-31"
CAPITATION_LISTS = """  roster: {0}_roster.csv
  rates: {0}_rates.csv
  division: division.csv
"""
DEFINITION = """episodes:
  - category: {category}
    triggers: {{ms_drg: [{drgs}]}}
window: {{after_anchor_days: 60, watched_days: 0, lookback_days: 0}}
tests: []
overlap: {{keep: later}}
"""


class Worked:
    """The people and claims of all contracts, and the files of each."""

    def __init__(self, folder):
        self.folder, self.people, self.lines, self.entries = folder, [], [], []
        folder.mkdir(parents=True)

    def group(self, name, count, *parts, dx=()):
        """`count` people; `parts` are how many of them have a stay of which amount."""
        people = [f"{name}{number:05}" for number in range(1, count + 1)]
        self.people += people
        at = 0
        for many, amount in parts:
            for who in people[at : at + many]:
                self.lines.append(f"stay {who} 2025-03-03..2025-03-05 {amount}")
            at += many
        for first, eligible, met in dx:
            for number, who in enumerate(people[first : first + eligible]):
                self.lines.append(f"visit {who} 2025-04-01 0.00 diagnosis=I10")
                if number < met:
                    self.lines.append(f"visit {who} 2025-04-01 0.00 code=3074F diagnosis=I10")
        return people

    def terms(self, name):
        """The shipped terms of a contract, beside its project."""
        shutil.copy(SHIPPED / f"{name}.yaml", self.folder / f"{name}.yaml")

    def project(self, name, program, lists, known=""):
        """A project without deliveries of its own."""
        self.terms(name)
        text = f"program: {program}\ncontract: {{file: {name}.yaml}}\ninputs:\n{lists}{known}"
        (self.folder / f"{name}_project.yaml").write_text(text)
        return f"project: {name}_project.yaml"

    def savings(self, name, people, short=(), known=""):
        """A contract of shared savings: members of the whole year, and those of some months."""
        last = dict(short)
        table(
            self.folder / f"{name}_members.csv", ("member_id", "first_day", "last_day"),
            [[who, JANUARY, last.get(who, DECEMBER)] for who in people],
        )  # fmt: skip
        return f"  roster: {name}_members.csv\n", f"known: {{{known}}}\n" if known else ""

    def capitation(self, name, people, rate, score, short=(), known=""):
        """A capitation: roster with one score, one rate."""
        last = dict(short)
        table(
            self.folder / f"{name}_roster.csv",
            ("member_id", "action", "first_day", "last_day", "rate_cell", "received_on",
             "risk_score"),
            [[who, "ADDITION", JANUARY, last.get(who, ""), "ALL", "2024-12-20", score]
             for who in people],
        )  # fmt: skip
        table(self.folder / f"{name}_rates.csv", ("contract_year", "rate_cell", "rate"),
              [[2025, "ALL", rate]])  # fmt: skip
        more = f"known: {{{known}}}\n" if known else ""
        return self.project(name, "capitation", CAPITATION_LISTS.format(name), more)

    def quality(self, name, members):
        """A contract of performance: provider to people."""
        rows = [[provider, who] for provider, people in members.items() for who in people]
        table(self.folder / f"{name}_roster.csv", ("provider", "member_id"), rows)
        lists = f"  roster: {name}_roster.csv\n  measure_codes: measure_codes.csv\n"
        return self.project(name, "p4p-contract", lists)

    def bundle(self, name, category, drgs):
        """A bundle: its definition, its terms."""
        self.terms(name)
        (self.folder / f"{name}_definition.yaml").write_text(
            DEFINITION.format(category=category, drgs=drgs)
        )
        (self.folder / f"{name}_project.yaml").write_text(
            f"program: episodes\ncontract: {{definition: {name}_definition.yaml, year: 2025,\n"
            f"  amounts: paid, terms: {name}.yaml}}\n"
        )
        return f"project: {name}_project.yaml"

    def entry(self, contract, *ways):
        """A contract of the book, settled one way, or by parts."""
        how = ways[0] if len(ways) == 1 else f"parts: [{', '.join(f'{{{w}}}' for w in ways)}]"
        self.entries.append(
            f"  - {{contract: {contract}, payer: Plan {contract[:2]}, "
            f"line_of_business: Commercial, {how}}}\n"
        )

    def write(self):
        """The claims and the book."""
        table(
            self.folder / "division.csv", ("service", "fund", "claim_kind"),
            [["hospital", "HOSPITAL", "institutional"], ["doctors", "GROUP", "professional"]],
        )  # fmt: skip
        table(self.folder / "measure_codes.csv", ("measure", "role", "code_kind", "code"),
              [["blood_pressure", "DENOMINATOR", "DIAGNOSIS", "I10"],
               ["blood_pressure", "NUMERATOR", "PROCEDURE", "3074F"]])  # fmt: skip
        write_claims(self.folder, self.people, self.lines)
        (self.folder / "book.yaml").write_text(
            "book: Worked contracts from claims\nyear: 2025\n"
            "claims: {tuva: tuva, eligibility: eligibility.csv}\ncontracts:\n"
            + "".join(self.entries)
        )
        return self.folder


def write_worked(folder, *groups):
    """Contracts on one claim store; what each comes to is in the head of its terms.

    `groups` are some of savings, capitation, quality, bundles and mixes; all where none is named.
    """
    worked = Worked(folder)
    for name in groups or ("savings", "capitation", "quality", "bundles", "mixes"):
        globals()[f"_{name}"](worked)
    return worked.write()


def _savings(worked):
    # S1: 1,000 x 12 = 12,000 months; 1,000 x 4,772.40 = 4,772,400.
    lists, known = worked.savings(
        "savings_1", worked.group("A", 1000, (1000, "4772.40")), known="quality_score: 0.75"
    )
    worked.entry("S1-2025", worked.project("savings_1", "payer-contract", lists, known))
    # S2: 1,666 x 12 + 8 = 20,000 months; 1,666 x 5,490 + 1,260 = 9,147,600.
    people = worked.group("B", 1667, (1666, "5490.00"), (1, "1260.00"))
    lists, known = worked.savings(
        "savings_2", people, [(people[-1], "2025-08-31")], known="quality_score: 0.66"
    )
    worked.entry("S2-2025", worked.project("savings_2", "payer-contract", lists, known))
    # S3: 2,000 x 12 = 24,000 months; 550,000 (300,000 over 250,000) + 1,890 x 5,000 = 10,000,000.
    people = worked.group("C", 2000, (1, "550000.00"), (1890, "5000.00"))
    lists, known = worked.savings("savings_3", people, known="premium: 12000000, risk_ratio: 1.02")
    worked.entry("S3-2025", worked.project("savings_3", "payer-contract", lists, known))


def _capitation(worked):
    # C1: 1,000 x 12 = 12,000 months at 400 x 1.05; 1,000 x 4,600 = 4,600,000.
    people = worked.group("D", 1000, (1000, "4600.00"))
    worked.entry("C1-2025", worked.capitation("capitation_1", people, 400, "1.05"))
    # C2: 833 x 12 + 4 = 10,000 months at 500; 800 x 5,000 = 4,000,000.
    people = worked.group("E", 834, (800, "5000.00"))
    short = [(people[-1], "2025-04-30")]
    worked.entry("C2-2025", worked.capitation("capitation_2", people, 500, "1", short))
    # C3: the same months at 300; 775 x 4,000 = 3,100,000.
    people = worked.group("F", 834, (775, "4000.00"))
    short = [(people[-1], "2025-04-30")]
    worked.entry(
        "C3-2025",
        worked.capitation("capitation_3", people, 300, "1", short, "quality_score: 0.8"),
    )


def _quality(worked):
    worked.entry("Q1-2025", worked.quality(
        "quality_1", {"DOGWOOD": worked.group("G", 1000, dx=[(0, 200, 130)])}
    ))  # fmt: skip
    elm = worked.group("H", 600, dx=[(0, 200, 180)])
    fir = worked.group("I", 400, dx=[(0, 200, 130)])
    worked.entry("Q2-2025", worked.quality("quality_2", {"ELM": elm, "FIR": fir}))
    gum = worked.group("J", 500, dx=[(0, 200, 170)])
    hazel = worked.group("K", 500, dx=[(0, 200, 104)])
    worked.entry("Q3-2025", worked.quality("quality_3", {"GUM": gum, "HAZEL": hazel}))


def _bundles(worked):
    # E1: a stay of 2,500 and a visit of 500 within the window; a stay of 3,200. A visit after it.
    one, two = worked.group("L", 2)
    worked.lines += [
        f"stay {one} 2025-03-03..2025-03-05 2500.00 drg=807", f"visit {one} 2025-04-10 500.00",
        f"visit {one} 2025-06-10 90.00", f"stay {two} 2025-05-06..2025-05-08 3200.00 drg=807",
    ]  # fmt: skip
    worked.entry("E1-2025", worked.bundle("bundle_1", "Perinatal", "807"))
    # E2: 9,000 of the one tier, 15,000 + 3,500 of the other.
    one, two = worked.group("M", 2)
    worked.lines += [
        f"stay {one} 2025-03-03..2025-03-05 9000.00 drg=470",
        f"stay {two} 2025-05-06..2025-05-08 15000.00 drg=469",
        f"nursing {two} 2025-05-08..2025-05-20 3500.00",
    ]
    worked.entry("E2-2025", worked.bundle("bundle_2", "Joint replacement", "469, 470"))
    text = (worked.folder / "bundle_2.yaml").read_text()
    text = text.replace("tier: low", 'tier: "470"').replace("tier: high", 'tier: "469"')
    (worked.folder / "bundle_2.yaml").write_text(text)
    # E3: 15,900 + 15,800 + 16,000 = 47,700.
    for who, amount in zip(worked.group("N", 3), ("15900", "15800", "16000"), strict=True):
        worked.lines.append(f"stay {who} 2025-03-03..2025-03-05 {amount}.00 drg=280")
    worked.entry("E3-2025", worked.bundle("bundle_3", "Cardiac", "280"))


def _mixes(worked):
    # M1: 500 x 12 = 6,000 months; 500 x 3,800 = 1,900,000; of them 200 with hypertension, 160 met.
    people = worked.group("O", 500, (500, "3800.00"), dx=[(0, 200, 160)])
    lists, known = worked.savings("mix_1_savings", people, known="given_benchmark: 2000000")
    worked.entry(
        "M1-2025",
        worked.project("mix_1_savings", "payer-contract", lists, known),
        worked.quality("mix_1_quality", {"LARCH": people}),
    )
    # M2: 416 x 12 + 8 = 5,000 months at 200; 408 x 2,500 = 1,020,000; MAPLE has 583 others.
    people = worked.group("P", 417, (408, "2500.00"))
    others = worked.group("Q", 583, dx=[(0, 200, 130)])
    worked.entry(
        "M2-2025",
        worked.capitation("mix_2_capitation", people, 200, "1", [(people[-1], "2025-08-31")]),
        worked.quality("mix_2_quality", {"MAPLE": [*people, *others]}),
    )
