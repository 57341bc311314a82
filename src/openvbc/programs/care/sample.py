"""Invented people with planted work lists, to try ``vbc care`` on."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.private_files import private_folder
from openvbc.errors import ContractError, Place
from openvbc.programs.care.care_file import NAME


def write_sample(folder: Path, people: int, seed: int) -> None:
    """Write claims, messages, contacts, owners, the truth and ``care.yaml`` into a folder.

    Raises:
        ContractError: there is a care.yaml already.
    """
    from openvbc.synth.care_files import write_care_files

    if (folder / NAME).exists():
        raise ContractError(
            "there is a care.yaml already; it is left as it is",
            place=Place(str(folder / NAME)),
            action="choose another folder, or leave out --sample",
            code="VBC-20905",
        )
    private_folder(folder)
    write_care_files(folder, people, seed)
