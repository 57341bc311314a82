"""What ``vbc init --book`` writes: worked contracts, to be edited into an organisation's own."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

from openvbc.shipped import shipped_text

WORKED = "book/contract_book"
"""Where the worked book stands in the package."""


def write_book(folder: Path) -> list[str]:
    """Write the worked book into a folder, and give the names of its files.

    Raises:
        ContractError: there is a file of one of these names already.
    """
    from openvbc.engine.private_files import private_folder, write_text
    from openvbc.errors import ContractError, Place

    shipped = resources.files("openvbc").joinpath(WORKED).iterdir()
    names = sorted(each.name for each in shipped if each.name.endswith((".yaml", ".csv")))
    private_folder(folder)
    if there := [name for name in names if (folder / name).exists()]:
        raise ContractError(
            f"there is a {there[0]} already; it is left as it is",
            place=Place(str(folder / there[0])),
            action="choose another folder, or take the file away first",
            code="VBC-2022",
        )
    for name in names:
        write_text(folder / name, shipped_text(f"{WORKED}/{name}"))
    return names
