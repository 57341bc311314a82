"""Invented people with planted claims and logs, to try ``vbc billing`` on."""

from __future__ import annotations

from pathlib import Path

from openvbc.claims.inputs import ClaimInputs
from openvbc.claims.store import build_store
from openvbc.engine.private_files import private_folder
from openvbc.errors import InputError, Place
from openvbc.synth.billing_files import write_billing_files


def write_sample(folder: Path, people: int, seed: int) -> None:
    """Write claims, logs and the truth into a folder, and build the claim store in it.

    Raises:
        InputError: the folder holds claims already.
    """
    if (folder / "tuva").exists():
        raise InputError(
            "the folder holds claims already; they are left as they are",
            place=Place(str(folder / "tuva")),
            action="choose another folder, or leave out --sample",
            code="VBC-1992",
        )
    private_folder(folder)
    write_billing_files(folder, people, seed)
    inputs = ClaimInputs(tuva=folder / "tuva", participants=folder / "participants.csv")
    build_store(inputs, folder / "store", buckets=4)
