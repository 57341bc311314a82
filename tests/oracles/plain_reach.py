"""A REACH year computed once more, in plain Python, one person at a time.

Written from the sentences of the specification and not from the steps: loops over people, lines and
months, dictionaries, no SQL. It reads the lists of a project and the rows of its claim store.
"""

import csv
import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal

ADD_ONS = ("operating_ime_amount", "operating_dsh_amount", "capital_ime_amount",
           "capital_dsh_amount", "uncompensated_care_amount")  # fmt: skip
INPATIENT, COUNTED = {"60"}, {"10", "20", "30", "40", "50", "60", "71", "72", "81", "82"}


def cents(amount):
    return amount.quantize(Decimal("0.01"), ROUND_HALF_UP)


def rows(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def day(text):
    return dt.date.fromisoformat(text)


class Plain:
    """Alignment, months and spending of everybody, and what they add up to."""

    def __init__(self, folder, participants, store, entity, year, known_by):
        self.entity, self.year = entity, year
        ends = dt.date(year - 1, 6, 30)
        self.recent, self.older = dt.date(year - 2, 7, 1), dt.date(year - 3, 7, 1)
        self.ends, self.known_by, self.run_out = ends, known_by, dt.date(year + 1, 3, 31)
        self.codes = {r["hcpcs_code"] for r in rows(folder / "alignment_codes.csv")}
        self.roles = {r["specialty_code"]: r["role"]
                      for r in rows(folder / "alignment_specialties.csv")}  # fmt: skip
        self.listed = defaultdict(set)
        for row in rows(participants):
            if row["tin"] and int(row["performance_year"]) == year:
                self.listed[row["tin"], row["npi"]].add(row["aco_id"])
        self.rates = {(r["county"], r["entitlement"]): Decimal(r["rate"])
                      for r in rows(folder / "rate_book.csv")}  # fmt: skip
        self.person_of = {r["member_id"]: r["person_id"] for r in store["person_identifier"]}
        self.scores = {}  # two of a person are refused before
        for row in rows(folder / "member_scores.csv"):
            who = self.person_of.get(row["member_id"], row["member_id"])
            self.scores[who] = Decimal(row["risk_score"])
        self.bands = rows(folder / "stop_loss_bands.csv")
        self.named = defaultdict(list)
        for number, row in enumerate(rows(folder / "designations.csv")):
            who = self.person_of.get(row["member_id"], row["member_id"])
            self.named[who].append((day(row["designated_on"]), number, row["tin"], row["npi"]))
        self.of = {name: defaultdict(list) for name in store}
        for name, table_rows in store.items():
            for row in table_rows:
                self.of[name][row.get("person_id")].append(row)
        self.alignment, self.months, self.spent = {}, {}, {}
        for person in store["person"]:
            self._person(person)

    def _entity(self, tin, npi):
        """Who a line is of; None where two entities claim the provider."""
        ids = self.listed.get((tin, npi)) or self.listed.get((tin, ""))
        if ids and len(ids) > 1:
            return None
        return next(iter(ids)) if ids else f"TIN {tin}"

    def _person(self, person):
        who = person["person_id"]
        eligible = [self._eligible(person, month) for month in range(1, 13)]
        how, first, reason = self._aligned(who, eligible)
        self.alignment[who] = (how, first, reason)
        counted = {}
        for month in range(1, 13):
            if how and month >= first and eligible[month - 1]:
                counted[month] = (self._entitlement(who, month), self._county(who, month))
        self.months[who] = counted
        self.spent[who] = self._spending(who, counted)

    def _eligible(self, person, month):
        bit = 1 << (month - 1)
        if person["death_date"] and person["death_date"] < dt.date(self.year, month, 1):
            return False
        for row in self.of["residence"][person["person_id"]]:
            here = row["calendar_year"] == self.year and row["month_mask"] & bit
            if here and not row["in_united_states"]:
                return False
        for row in self.of["coverage"][person["person_id"]]:
            if row["calendar_year"] == self.year:
                out = (row["medicare_advantage_mask"] or 0) | (row["other_initiative_mask"] or 0)
                return bool(row["part_a_mask"] & row["part_b_mask"] & bit and not out & bit)
        return False

    def _entitlement(self, who, month):
        for row in self.of["enrollment"][who]:
            if row["calendar_year"] == self.year and row["month_mask"] & 1 << (month - 1):
                return "ESRD" if row["enrollment_type"] == "ESRD" else "AGED_DISABLED"
        return None

    def _county(self, who, month):
        bit = 1 << (month - 1)
        counties = [r["county"] for r in self.of["residence"][who]
                 if r["calendar_year"] == self.year and r["month_mask"] & bit]  # fmt: skip
        return min(counties) if counties else None

    def _to_entity(self, tin, npi):
        if not tin:
            return any(n == npi and self.entity in ids for (_, n), ids in self.listed.items())
        own = [n for (t, n), ids in self.listed.items() if t == tin and self.entity in ids]
        return bool(own) and (not npi or "" in own or npi in own)

    def _aligned(self, who, eligible):
        def named_before(start):
            before = [each for each in self.named[who] if each[0] < start]
            return max(before)[2:] if before else None

        if eligible[0]:
            named = named_before(dt.date(self.year, 1, 1))
            if named and self._to_entity(*named):
                return "VOLUNTARY", 1, None
            reason = "DESIGNATED_ELSEWHERE"
            if not named:
                reason = self._by_claims(who)
                if reason is None:
                    return "CLAIMS", 1, None
        else:
            reason = "NOT_ELIGIBLE"
        for month in (4, 7, 10):
            named = named_before(dt.date(self.year, month, 1))
            if eligible[month - 1] and named and self._to_entity(*named):
                return "VOLUNTARY", month, None
        return None, None, reason

    def _by_claims(self, who):
        """None where the entity wins, else the reason why not."""
        lines = self.of["professional_line"][who]
        torn = {line["natural_key"] for line in lines if line["sign"] == -1}
        services = defaultdict(Decimal)
        for line in lines:
            when = line["claim_line_start_date"]
            known = line["load_date"] or when
            role = self.roles.get(line["specialty_code"])
            if (line["is_denied"] or line["hcpcs_code"] not in self.codes or not role
                    or not self.older <= when <= self.ends or known > self.known_by
                    or not line["rendering_tin"]):  # fmt: skip
                continue
            entity = self._entity(line["rendering_tin"], line["rendering_npi"] or "")
            if entity is None:
                continue
            chain = line["natural_key"] if line["natural_key"] in torn else (
                line["claim_id"], line["claim_line_number"])  # fmt: skip
            services[entity, role, when, chain] += line["allowed_amount"]
        sums = {"PRIMARY_CARE": defaultdict(Decimal), "OTHER_SPECIALTY": defaultdict(Decimal)}
        last = {}
        for (entity, role, when, _), amount in services.items():
            if amount > 0:
                sums[role][entity] += amount * (2 if when >= self.recent else 1)
                last[role, entity] = max(when, last.get((role, entity), when))
        primary, other = (sum(sums[r].values()) for r in ("PRIMARY_CARE", "OTHER_SPECIALTY"))
        if primary + other == 0:
            return "NO_QUALIFYING_SERVICE"
        role = "PRIMARY_CARE" if primary and primary * 10 >= primary + other else "OTHER_SPECIALTY"
        competing = sums[role]
        best = max(competing.values())
        tied = [entity for entity, amount in competing.items() if amount == best]
        latest = max(last[role, entity] for entity in tied)
        tied = [entity for entity in tied if last[role, entity] == latest]
        # What is still equal the rule leaves open; an entity of a list goes before a taxpayer.
        if min(tied, key=lambda entity: (entity.startswith("TIN"), entity)) == self.entity:
            return None
        if not competing.get(self.entity):
            return "NO_SERVICE_OF_THE_ENTITY"
        return "TIE_LOST" if competing[self.entity] == best else "PLURALITY_ELSEWHERE"

    def _spending(self, who, counted):
        """Entitlement to paid, taken off the claims, not counted."""
        off = defaultdict(Decimal)
        for row in self.of["payment_detail"][who]:
            amount = row["population_based_payment_reduction_amount"]
            off[row["claim_id"], row["claim_line_number"]] += amount or 0
        spending = defaultdict(lambda: [Decimal(0)] * 3)

        def add(when, known, paid, reduced, excluded):
            if when.year == self.year and when.month in counted and known <= self.run_out:
                kind = counted[when.month][0]
                spending[kind] = [a + b for a, b in zip(spending[kind], (paid, reduced, excluded),
                                                     strict=True)]  # fmt: skip

        for claim in self.of["institutional_claim"][who]:
            if claim["is_denied"] or claim["claim_type_code"] not in COUNTED:
                continue
            excluded = Decimal(0)
            if claim["claim_type_code"] in INPATIENT:
                excluded = sum((claim[name] or Decimal(0) for name in ADD_ONS), Decimal(0))
            when = claim["claim_end_date"]
            reduced = off[claim["claim_id"], None] * claim["sign"]
            add(when, claim["load_date"] or when, claim["paid_amount"], reduced, excluded)
        for line in self.of["professional_line"][who]:
            if line["is_denied"] or line["claim_type_code"] not in COUNTED:
                continue
            when = line["claim_line_end_date"] or line["claim_end_date"]
            reduced = off[line["claim_id"], line["claim_line_number"]] * line["sign"]
            add(when, line["load_date"] or when, line["paid_amount"], reduced, Decimal(0))
        for row in self.of["non_claims_payment"][who]:
            add(row["payment_date"], row["payment_date"], row["paid_amount"], Decimal(0),
                Decimal(0))  # fmt: skip
        return {kind: tuple(amounts) for kind, amounts in spending.items()}

    def money(self, who):
        """Entitlement to months, regional amount, expenditure, predicted and stop-loss payout."""
        result = {}
        for kind in {k for k, _ in self.months[who].values()}:
            places = [county for k, county in self.months[who].values() if k == kind]
            regional = sum((self.rates[county, kind] for county in places), Decimal(0))
            paid, reduced, excluded = self.spent[who].get(kind, (Decimal(0),) * 3)
            amount = paid + reduced - excluded
            predicted = cents(regional * self.scores[who])
            above = amount - predicted
            payout = sum(
                ((min(above, Decimal(b["to"])) if b["to"] else above) - Decimal(b["from"]))
                * Decimal(b["share"])
                for b in self.bands
                if b["entitlement"] == kind and above > Decimal(b["from"])
            )
            result[kind] = (
                len(places), regional, paid, reduced, excluded, amount, predicted,
                cents(Decimal(payout)),
            )  # fmt: skip
        return result
