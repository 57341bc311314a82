"""Claim deliveries on disk: shards add records to every member of every zip as they come."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from openvbc.synth.claim_records import (
    Shown,
    diagnosis_records,
    enhancement_records,
    header_records,
    line_records,
    procedure_records,
)  # fmt: skip
from openvbc.synth.columns import Columns, take
from openvbc.synth.deliveries import Delivery, deliveries, delivery_of, with_repeats
from openvbc.synth.fixed_width import Bytes, record_layouts, text_table
from openvbc.synth.line_records import (
    drug_records,
    equipment_records,
    line_enhancement_records,
    physician_records,
)  # fmt: skip
from openvbc.synth.network import Network
from openvbc.synth.people import NEVER
from openvbc.synth.person_records import cross_reference_records, demographic_records
from openvbc.synth.settings import Settings
from openvbc.synth.simulate import Shard
from openvbc.synth.zip_stream import MemberStream, assemble

FILES = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "A", "B")
_DESCRIPTIONS = {
    "1": "Part A Claims Header File", "2": "Part A Claims Revenue Center Detail File",
    "3": "Part A Procedure Code File", "4": "Part A Diagnosis Code File",
    "5": "Part B Physicians File", "6": "Part B DME File", "7": "Part D File",
    "8": "Beneficiary Demographics File", "9": "BENE XREF File",
    "A": "Part A BE and Demo Codes File", "B": "Part B BE and Demo Codes File",
}  # fmt: skip
_BATCH = 400_000
"""Records rendered at a time, to bound memory."""
_AHEAD = 2
"""Files whose records may still be compressing while the next are rendered."""


class ClaimWriter:
    """Streams of every member of every delivery."""

    def __init__(self, folder: Path, network: Network, settings: Settings) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.folder, self.network, self.settings = folder, network, settings
        self.plan = deliveries(settings)
        self._streams = {
            (n, file): MemberStream(folder, delivery.member(f"CCLF{file}"))
            for n, delivery in enumerate(self.plan)
            for file in FILES
        }
        self._pool = ThreadPoolExecutor(2)
        self._waiting: dict[str, list[Future[None]]] = {}
        self.records: dict[str, int] = dict.fromkeys(FILES, 0)

    def add(self, shard: Shard) -> None:
        """Write a shard's records; compression runs beside rendering."""
        people, settings = shard.people, self.settings
        mbi = text_table([str(m) for m in people.mbi.ravel()], 11)
        versions = np.stack([people.mbi_version(d.day) for d in self.plan])
        shown = Shown(mbi, versions, shard.illness, settings)

        def send(file: str, records: Bytes, where: NDArray[Any]) -> None:
            ends = np.searchsorted(where, np.arange(len(self.plan)), "right")
            start = 0
            self._wait(file)
            waiting = self._waiting.setdefault(file, [])
            for number, end in enumerate(ends):
                if end > start:
                    stream = self._streams[number, file]
                    data = records[start:end].data.cast("B")
                    waiting.append(self._pool.submit(stream.write, data, int(end - start)))
                    self.records[file] += int(end - start)
                start = end
            if len(self._waiting) > _AHEAD:
                self._wait(next(iter(self._waiting)))

        light, network = settings.light, self.network
        for table, where in self._batches(shard.claims, "thru_day", shard):
            send("1", header_records(table, where, shown, network), where)
            send("2", *line_records(table, where, shown, network))
            send("3", *procedure_records(table, where, shown, network))
            send("4", *diagnosis_records(table, where, shown, network, light))
            send("A", *enhancement_records(table, where, shown))
        for table, where in self._batches(shard.lines, "day", shard):
            send("5", physician_records(table, where, shown, network), where)
            send("B", *line_enhancement_records(table, where, shown))
        for table, where in self._batches(shard.equipment, "day", shard):
            send("6", equipment_records(table, where, shown, network), where)
        for table, where in self._batches(shard.drugs, "day", shard):
            send("7", drug_records(table, where, shown, network), where)
        hospice = np.zeros(people.count, bool)
        hospice[shard.claims["person"][shard.claims["type"] == 50]] = True
        hospice &= people.death < NEVER
        several = np.array([t.person for t in shard.traps if t.label == "hospice_spans"], np.int64)
        for number, delivery in enumerate(self.plan):
            here = demographic_records(
                people, delivery, mbi, versions[number], hospice, several, settings
            )
            self._put(number, "8", here)
            self._put(number, "9", cross_reference_records(people, delivery, mbi, settings))

    def _wait(self, file: str) -> None:
        """Until the member streams of a file have taken what they were given."""
        for future in self._waiting.pop(file, []):
            future.result()

    def _put(self, number: int, file: str, records: Bytes) -> None:
        self._streams[number, file].write(records.tobytes(), len(records))
        self.records[file] += len(records)

    def _batches(
        self, table: Columns, day: str, shard: Shard
    ) -> Iterator[tuple[Columns, NDArray[Any]]]:
        """Shared records in order of delivery, a batch at a time."""
        load = table["load"]
        where = delivery_of(table[day], load, self.plan, self.settings)
        shared = ~shard.people.opted_out[table["person"]]
        if "withheld" in table:
            shared &= ~table["withheld"]
        where = np.where(shared, where, -1).astype(np.int16)
        row, where = with_repeats(where, table["repeat"], len(self.plan))
        for start in range(0, len(row), _BATCH):
            part = row[start : start + _BATCH]
            yield take(table, part), where[start : start + _BATCH]

    def close(self) -> None:
        """Write CCLF0 and put the zips together."""
        for file in list(self._waiting):
            self._wait(file)
        for number, delivery in enumerate(self.plan):
            members = [self._streams[number, file] for file in FILES]
            summary = MemberStream(self.folder, delivery.member("CCLF0"))
            summary.write(_summary(delivery, members))
            for member in (summary, *members):
                member.close()
            assemble(self.folder / delivery.name, [summary, *members])
        self._pool.shutdown()


def _summary(delivery: Delivery, members: list[MemberStream]) -> bytes:
    """CCLF0: records and record length of every file."""
    del delivery
    lines = [
        f"{'File Number':<13}|{'File Description':<20}|{'Total Records Count':<20}|"
        f"{'Record Length':<13}"
    ]
    for file, member in zip(FILES, members, strict=True):
        length = record_layouts()[f"CCLF{file}"].length
        lines.append(
            f"{'CCLF' + file:<7}|{_DESCRIPTIONS[file]:<43}|{member.records:>11}|{length:>5} "
        )
    return "".join(line + "\n" for line in lines).encode("ascii")
