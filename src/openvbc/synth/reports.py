"""Assignment list reports (annual for benchmark years, quarterly for the performance year) and the
list of excluded people, as CMS delivers them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.measure import Result, Scores
from openvbc.synth.network import COUNTIES, OWN, Network
from openvbc.synth.settings import Period, Settings, day_number, day_of
from openvbc.synth.simulate import Shard
from openvbc.synth.true_assignment import VOLUNTARY

HCC_COLUMNS = 120
_WHO = [
    "BENE_MBI_ID",
    "BENE_HIC_NUM",
    "BENE_1ST_NAME",
    "BENE_LAST_NAME",
    "BENE_SEX_CD",
    "BENE_BRTH_DT",
    "BENE_DEATH_DT",
]
COLUMNS: dict[str, list[str]] = {
    "1-1": [
        *_WHO, "GEO_SSA_CNTY_CD_NAME", "GEO_SSA_STATE_NAME", "STATE_COUNTY_CD", "IN_VA_MAX",
        "VA_TIN", "VA_NPI", "CBA_FLAG", "ASSIGNMENT_TYPE", "ASSIGNED_BEFORE", "ASG_STATUS",
        "PARTD_MONTHS", *(f"ENROLLFLAG{n}" for n in range(1, 13)), "HCC_VERSION",
        *(f"HCC_COL_{n}" for n in range(1, HCC_COLUMNS + 1)),
        *(f"BENE_RSK_R_SCRE_{n:02d}" for n in range(1, 13)),
        *(f"{d}{t}_SCORE" for d in ("", "DEM_") for t in ("ESRD", "DIS", "AGDU", "AGND")),
        "NEW_ENROLLEE", "LTI_STATUS", "BENE_RACE_CD", "BENE_PSNYRS_DUAL",
    ],
    "1-2": [*_WHO, "MASTER_ID", "B_EM_LINE_CNT_T"],
    "1-3": [*_WHO, "MASTER_ID", "REV_LINE_CNT"],
    "1-4": [*_WHO, "MASTER_ID", "NPI_USED", "PCS_COUNT"],
    "1-5": [*_WHO, "PLUR_R05", "AB_R01", "HMO_R03", "NO_US_R02", "MDM_R04", "NOFND_R06"],
    "1-6": [*_WHO, "VA_SELECTION_ONLY"],
    "1-9": ["BENE_MBI_ID", "ADI_NATRANK", "BENE_LIS_STATUS", "BENE_DUAL_STATUS",
            "BENE_PSNYRS_LIS_DUAL", "BENE_PSNYRS"],
}  # fmt: skip
_ANNUAL = ("1-1", "1-2", "1-3", "1-4", "1-9")
_QUARTERLY = ("1-1", "1-2", "1-3", "1-4", "1-5", "1-6", "1-9")


class Reports:
    """The open report files; shards add to them."""

    def __init__(self, folder: Path, settings: Settings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.settings = settings
        self._files: dict[tuple[str, int, str], IO[str]] = {}
        for period in settings.periods:
            quarters = range(1, 5) if period.name == "PY" else (0,)
            for quarter in quarters:
                for table in _QUARTERLY if quarter else _ANNUAL:
                    out = (folder / self._name(period, quarter, table)).open(
                        "w", encoding="ascii", newline=""
                    )
                    out.write(",".join(f'"{c}"' for c in COLUMNS[table]) + "\n")
                    self._files[period.name, quarter, table] = out

    def _name(self, period: Period, quarter: int, table: str) -> str:
        stamp = f"D{period.year % 100:02d}9999.T0{quarter}00000_{table}.csv"
        kind = f"QALR.{period.year}Q{quarter}" if quarter else f"AALR.Y{period.year}"
        return f"P.{OWN}.ACO.{kind}.{stamp}"

    def add(
        self, shard: Shard, network: Network, results: dict[str, Result], scores: Scores
    ) -> None:
        """Add a shard's people to every report."""
        settings = self.settings
        version = "V28" if settings.agreement_start.year >= 2024 else "V24"
        number = shard.people.first + np.arange(shard.people.count)
        for n, period in enumerate(settings.periods):
            rows = _Rows(shard, network, results[period.name], scores, n, period, settings, version)
            assigned = results[period.name].outcome.assigned
            if period.name != "PY":
                self._write(period, 0, rows, assigned, 12)
                continue
            before = assigned
            for quarter in range(1, 5):
                # Earlier lists miss some of the final list and hold some who will leave it.
                leaving = (number % 61 == quarter) & ~shard.people.opted_out
                leaving &= shard.people.ever_covered
                early = (assigned & (number % 37 != quarter)) | leaving
                on_list = assigned if quarter == 4 else early
                self._write(period, quarter, rows, on_list, 3 * quarter)
                out = self._files["PY", quarter, "1-5"]
                for person in np.flatnonzero(before & ~on_list).tolist():
                    out.write(rows.who(person) + ",1,0,0,0,0,0\n")
                out = self._files["PY", quarter, "1-6"]
                for person in np.flatnonzero(
                    on_list & (results["PY"].outcome.step == VOLUNTARY)
                ).tolist():
                    out.write(rows.who(person) + ",1\n")
                before = on_list

    def _write(
        self, period: Period, quarter: int, rows: _Rows, on_list: NDArray[Any], months: int
    ) -> None:
        people = np.flatnonzero(on_list)
        rows.known_by(date(period.year + months // 12, months % 12 + 1, 1))
        key = period.name, quarter
        self._files[*key, "1-1"].writelines(rows.assigned(people, months))
        for table, lines in rows.services(people):
            self._files[*key, table].writelines(lines)
        self._files[*key, "1-9"].writelines(rows.underserved(people))

    def close(self) -> None:
        """Close all files."""
        for file in self._files.values():
            file.close()


class _Rows:
    """Rows about the people of a shard in one period."""

    def __init__(
        self, shard: Shard, network: Network, result: Result, scores: Scores, at: int,
        period: Period, settings: Settings, version: str,
    ) -> None:  # fmt: skip
        self.shard, self.network, self.result = shard, network, result
        self.scores, self.at, self.period = scores, at, period
        self.version = version
        january = (period.year - settings.first_year) * 12
        self.year = slice(january, january + 12)
        people = shard.people
        self.flags = np.where(people.fee_for_service[:, self.year], people.kind[:, self.year], 0)
        self.aligned = {a.person: a for a in shard.alignments if a.year == period.year}
        self._who: dict[int, str] = {}
        self.until = 0

    def known_by(self, day: date) -> None:
        """Deaths before this day are known to the report."""
        self.until = day_number(day)
        self._who = {}

    def who(self, person: int) -> str:
        """The columns that say who a person is."""
        if person not in self._who:
            people = self.shard.people
            birth = f"{day_of(people.birth[person]):%m/%d/%Y}"
            known = people.death[person] < self.until
            death = f"{day_of(people.death[person]):%m/%d/%Y}" if known else ""
            self._who[person] = (
                f"{people.mbi[person, -1]},,FIRST,LAST,{people.sex[person]},{birth},{death}"
            )
        return self._who[person]

    def assigned(self, people: NDArray[Any], months: int) -> Iterator[str]:
        """Table 1-1."""
        network, shard = self.network, self.shard
        blank = ",".join("0" * HCC_COLUMNS)
        steps = self.result.outcome.step
        for p in people.tolist():
            alignment = self.aligned.get(p)
            tin = network.tins[network.provider_tin[alignment.provider]] if alignment else ""
            npi = network.npis[alignment.provider] if alignment else ""
            flags = [str(f) if n < months else "0" for n, f in enumerate(self.flags[p].tolist())]
            score = self.scores.risk[p, self.at]
            monthly = [f"{score[int(f)] / 10_000:.4f}" if f != "0" else "" for f in flags]
            own = [f"{score[k] / 10_000:.4f}" if str(k) in flags else "" for k in range(1, 5)]
            plain = self.scores.demographic[p, self.at]
            demographic = [
                f"{plain[k] / 10_000:.4f}" if str(k) in flags else "" for k in range(1, 5)
            ]
            county = int(shard.people.county[p, self.year][months - 1])
            place = COUNTIES[county] if county < len(COUNTIES) else ""
            step = int(steps[p])
            claims_based = "0" if step == VOLUNTARY else "1"
            dual = int(shard.people.dual[p, self.year][:months].sum()) / 12
            yield (
                f"{self.who(p)},SAMPLE,OHIO,{place},{int(alignment is not None)},{tin},{npi},"
                f"{claims_based},{'' if step == VOLUNTARY else step},1,0,12,{','.join(flags)},"
                f"{self.version},{blank},{','.join(monthly)},{','.join(own)},"
                f"{','.join(demographic)},0,0,{shard.people.race[p]},{dual:.4f}\n"
            )

    def services(self, people: NDArray[Any]) -> Iterator[tuple[str, list[str]]]:
        """Tables 1-2 (by taxpayer number), 1-3 (by facility) and 1-4 (by clinician)."""
        lines, network = self.shard.lines, self.network
        listed = np.zeros(self.shard.people.count, bool)
        listed[people] = True
        own = np.array([OWN in a for a in network.tin_aco])
        use = (
            listed[lines["person"]]
            & ~lines["cancels"]
            & own[network.provider_tin[lines["provider"]]]
        )
        use &= (lines["day"] >= self.period.window_start) & (lines["day"] <= self.period.window_end)
        size = len(network.npis)
        pair, count = np.unique(
            lines["person"][use].astype(np.int64) * size + lines["provider"][use],
            return_counts=True,
        )
        by_npi = []
        by_tin: dict[tuple[int, int], int] = {}
        for key, number in zip(pair.tolist(), count.tolist(), strict=True):
            person, provider = divmod(key, size)
            tin = int(network.provider_tin[provider])
            by_tin[person, tin] = by_tin.get((person, tin), 0) + number
            by_npi.append(
                f"{self.who(person)},{network.tins[tin]},{network.npis[provider]},{number}\n"
            )
        yield "1-2", [f"{self.who(p)},{network.tins[t]},{n}\n" for (p, t), n in by_tin.items()]
        claims = self.shard.claims
        mine = np.array([a == OWN for a in network.ccn_aco])
        use = listed[claims["person"]] & mine[claims["facility"]] & (claims["adjustment"] == 0)
        use &= (claims["from_day"] >= self.period.window_start) & (
            claims["from_day"] <= self.period.window_end
        )
        size = len(network.ccns)
        pair, count = np.unique(
            claims["person"][use].astype(np.int64) * size + claims["facility"][use],
            return_counts=True,
        )
        yield (
            "1-3",
            [
                f"{self.who(k // size)},{network.ccns[k % size]},{n}\n"
                for k, n in zip(pair.tolist(), count.tolist(), strict=True)
            ],
        )
        yield "1-4", by_npi

    def underserved(self, people: NDArray[Any]) -> Iterator[str]:
        """Table 1-9."""
        population = self.shard.people
        for p in people.tolist():
            dual = population.dual[p, self.year].sum()
            rank = (population.first + p) * 37 % 100 + 1
            months = int((self.flags[p] > 0).sum())
            yield (
                f"{population.mbi[p, -1]},{rank},{int(dual > 0)},{int(dual > 0)},"
                f"{dual / 12:.4f},{months / 12:.4f}\n"
            )


def write_exclusions(path: Path, opted_out: list[tuple[str, Any, int]], year: int) -> None:
    """The list of people who declined to share data: identifier, birth date, sex."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="ascii", newline="") as out:
        out.write(
            '<?xml version="1.0" encoding="UTF-8"?>\n<PFDCACOBeneData>\n'
            "<Header><HeaderCode>HDR_BENEEXC"
            f"</HeaderCode><FileCreationDate>{year + 1}0410</FileCreationDate>"
            f"<PerformanceYear>{year}</PerformanceYear><ReportMonth>12</ReportMonth></Header>\n<Beneficiarys>\n"
        )
        for mbi, birth, sex in opted_out:
            out.write(
                f"<Beneficiary><MBI>{mbi}</MBI><HICN></HICN><FirstName>FIRST</FirstName><MiddleName></MiddleName>"
                f"<LastName>LAST</LastName><DOB>{birth:%Y%m%d}</DOB><Gender>{sex}</Gender><BeneExcReasons>"
                "<BeneExcReason>BD</BeneExcReason></BeneExcReasons></Beneficiary>\n"
            )
        out.write(
            "</Beneficiarys>\n<Trailer><TrailerCode>TRL_BENEEXC</TrailerCode>"
            f"<RecordCount>{len(opted_out)}</RecordCount></Trailer>\n</PFDCACOBeneData>\n"
        )
