"""Canaries: a value nobody else has in every field of every feed and list.

A canary is put into one record a field, so that a file holds all of them at once; what is too short
for one (a code of one or two characters) says nothing of a person by itself.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from claims import mutated_feeds
from claims.test_fuzz import deliver
from claims.test_silence import lists
from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.layout import layouts_of

BIRTH = "1931-02-03"
"""A birth date of one person only, so that it is a canary as well."""
SHORTEST = 5


class Canaries:
    """Makes canaries and keeps where each was put."""

    def __init__(self) -> None:
        self.put: dict[str, str] = {}

    def one(self, width: int, where: str) -> str:
        """A canary of that many characters at most."""
        text = f"Q{len(self.put):04X}"
        text = f"{text}ZQX"[:width] if width < 16 else f"ZQX-CANARY-{text}"
        self.put[text] = where
        return text

    def fixed(self, name: str, content: bytes) -> bytes:
        """A CCLF file with a canary in every field, one a record."""
        file = name.split(".ZC")[1][0]
        lines = content.splitlines()
        fields = layouts_of(file)[len(lines[0])].fields.values()
        for number, field in enumerate(fields):
            width = field.end - field.start
            if width >= SHORTEST:
                at = number % len(lines)
                text = self.one(width, f"CCLF{file} {field.name}").ljust(width).encode()
                lines[at] = lines[at][: field.start] + text + lines[at][field.end :]
        return b"".join(line + b"\n" for line in lines)

    def table(self, name: str, content: bytes) -> bytes:
        """A CSV table with a canary in every column, one a row; rows are repeated as needed."""
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
        head, body = rows[0], rows[1:]
        body += [list(body[n % len(body)]) for n in range(len(head))]
        for at, column in enumerate(head):
            body[-1 - at][at] = self.one(30, f"{name} {column}")
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows([head, *body])
        return out.getvalue().encode()


def feeds(folder: Path) -> tuple[list[ClaimInputs], Canaries]:
    """Inputs of every feed and list the claim store reads, laden with canaries."""
    canaries = Canaries()
    files = {name: content for name, content in mutated_feeds.feeds().items() if ".ZC0" not in name}
    laden = {
        name: canaries.fixed(name, content) if ".ZC" in name else canaries.table(name, content)
        for name, content in files.items()
    }
    laden |= {
        name: canaries.table(name, content.encode())
        for name, content in lists().items()
        if "/" not in name
    }
    excluded = next(name for name in deliver() if name.startswith("exclusions"))
    who, why = canaries.one(30, "BNEX MBI"), canaries.one(30, "BNEX reason")
    laden[excluded] = deliver()[excluded].replace(b"1S00A00AC01", who.encode())
    laden[excluded] = laden[excluded].replace(b">BD<", f">{why}<".encode())
    for name, content in laden.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content.replace(b"1950-01-01", BIRTH.encode(), 1))
    own = {
        name: folder / f"{name}.csv"
        for name in ("eligibility", "participants", "risk_scores", "voluntary_alignment",
                     "non_claims_payments")
    }  # fmt: skip
    together = {
        "cclf": (folder / "cclf",),
        "assignment_reports": (folder / "alr",),
        "exclusions": (folder / "exclusions",),
        "tuva": folder / "tuva",
        "synpuf": folder / "synpuf",
        **own,
    }
    return [ClaimInputs(**{name: given}) for name, given in together.items()], canaries
