"""``care.yaml``: what the work lists of a folder are made from.

Paths are taken from the folder of the file. A key that is not known is an error with its line.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from openvbc.claims.inputs import ClaimInputs
from openvbc.errors import ContractError, InputError, Place
from openvbc.rules.exact_yaml import lines_of_yaml, read_yaml, text_of_yaml
from openvbc.rules.load import load_code_table
from openvbc.steps.care import PROGRAM
from openvbc.validation import wrong_fields

NAME = "care.yaml"


class CareFile(BaseModel):
    """The keys of ``care.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    as_of: dt.date
    """The day of the lists: what was known by it counts."""
    inputs: ClaimInputs = ClaimInputs()
    """Deliveries to build the store from, as in a project file; none: the store is there."""
    store: Path = Path("store")
    """Folder of a claim store."""
    output: Path = Path("care")
    """Folder the lists go into, a folder a day."""
    people: Path | None = None
    """CSV ``member_id``: whom the lists are for; everybody alive and covered where not given."""
    owners: Path | None = None
    """CSV ``member_id, owner``."""
    capacity: Path | None = None
    """CSV ``owner, minutes_a_year``: for whom an owner's minutes do not suffice is listed."""
    contacts: Path | None = None
    """CSV ``member_id, contact_date, outcome`` and, if known, ``discharge_date``."""
    names: Path | None = None
    """CSV ``member_id, name``: shown in the workbook, nowhere else."""
    messages: tuple[Path, ...] = ()
    """Files or folders of HL7 version 2 messages (ADT) or FHIR Encounters."""
    quality: Path | None = None
    """Folder of a quality run (``vbc quality``), for its open gaps."""
    risk: Path | None = None
    """Folder of a risk review (``vbc risk``), for its open gaps."""
    planned: Path | None = None
    """Folder of CMS's lists of planned care, as ``vbc readmissions`` reads them."""
    tiers: Path | None = None
    """CSV of rules of tiers, in the form of the rules shipped."""
    tier_preset: str | None = None
    """Rules of tiers by one score, by name, instead of the shipped ones or one's own."""
    overlays: tuple[Path, ...] = ()
    """Overlays of the rules named ``care``."""

    @model_validator(mode="after")
    def _one_set_of_tiers(self) -> CareFile:
        known = sorted({row["preset"] for row in load_code_table(PROGRAM, "tier_preset")})
        if self.tier_preset is not None and self.tier_preset not in known:
            raise ValueError(f"tier_preset {self.tier_preset!r} is none of {', '.join(known)}")
        if self.tier_preset is not None and self.tiers is not None:
            raise ValueError("tiers and tier_preset are given: one of them says the rules")
        return self

    def paths(self) -> list[tuple[str, Path]]:
        """Every file and folder that must exist, with its key."""
        one = [(name, getattr(self, name)) for name in _SINGLE]
        if self.inputs.paths():
            one = [(name, path) for name, path in one if name != "store"]
        fed = [("inputs", path) for path in self.inputs.paths()]
        several = [
            (name, path) for name in ("messages", "overlays") for path in getattr(self, name)
        ]
        return [(name, path) for name, path in (*one, *several, *fed) if path is not None]


_SINGLE = (
    "store", "people", "owners", "capacity", "contacts", "names", "quality", "risk", "planned",
    "tiers",
)  # fmt: skip


def read_care_file(folder: Path) -> tuple[CareFile, str]:
    """Read and check the file of a folder; return it with its SHA-256.

    Raises:
        ContractError: it is missing, or says something that cannot be.
    """
    path = folder / NAME if folder.is_dir() else folder
    if not path.is_file():
        raise ContractError(
            "there is no care.yaml here",
            place=Place(str(path)),
            rule="it names the day of the lists (as_of) and the claim store",
            action="write one; docs/care.md shows every key",
            code="VBC-20901",
        )
    text = text_of_yaml(path)
    content = read_yaml(text, str(path))
    if not isinstance(content, dict):
        raise ContractError(
            "care.yaml is a mapping of keys", place=Place(str(path), 1), code="VBC-20902"
        )
    try:
        care_file = _below(path.parent, CareFile.model_validate(content))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]["loc"][:1]
        raise ContractError(
            "; ".join(wrong_fields(error, "a key of care.yaml", CareFile.model_fields)),
            place=Place(str(path), lines_of_yaml(text).get(tuple(first))),
            code="VBC-20903",
        ) from None
    for name, named in care_file.paths():
        if not named.exists():
            raise ContractError(
                f"{name} names a file or folder that does not exist",
                place=Place(str(path), lines_of_yaml(text).get((name,)), value=str(named)),
                action="correct the path (it is taken from the folder of care.yaml)",
                code="VBC-20904",
            )
    return care_file, hashlib.sha256(text.encode()).hexdigest()


def on_day(file: CareFile, day: str | None) -> CareFile:
    """The same file for another day, as the command names it.

    Raises:
        InputError: it is no day.
    """
    if day is None:
        return file
    try:
        return file.model_copy(update={"as_of": dt.date.fromisoformat(day)})
    except ValueError:
        raise InputError(
            "the day of the lists is not a date",
            place=Place(column="--as-of", value=day),
            rule="YYYY-MM-DD",
            code="VBC-10903",
        ) from None


def _below(base: Path, read: CareFile) -> CareFile:
    changed: dict[str, Any] = {
        name: base / path
        for name in (*_SINGLE, "output")
        if (path := getattr(read, name)) is not None
    }
    for name in ("messages", "overlays"):
        changed[name] = tuple(base / path for path in getattr(read, name))
    fed = {
        name: tuple(base / path for path in value) if isinstance(value, tuple) else base / value
        for name, value in read.inputs
        if value
    }
    changed["inputs"] = ClaimInputs.model_validate(fed)
    return read.model_copy(update=changed)
