"""An explanation as a file of its own: a page to send, or a workbook to go on calculating with."""

from __future__ import annotations

from pathlib import Path

from openvbc.engine.private_files import private_folder
from openvbc.errors import InputError, Place
from openvbc.programs.explanation import Explanation, Heading, Sentence, SmallGrid
from openvbc.programs.listing import Field, Listing
from openvbc.report.list_book import write_book
from openvbc.report.page import Page, write
from openvbc.report.run_analyst import explained_sections
from openvbc.report.sharing import PRIVATE

KINDS = (".html", ".xlsx")


def write_explanation(explained: Explanation, title: str, path: Path) -> Path:
    """Write the tables and sentences into a page or a workbook, by the name's ending.

    In the workbook each table is a sheet of exact numbers, each in its unit; sentences stand in the
    last. The file is private: it shows small counts.

    Raises:
        InputError: the name ends otherwise.
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise InputError(
            "it can be written as a page or as a workbook",
            place=Place(str(path)),
            rule="the name ends with .html or .xlsx",
            code="VBC-1139",
        )
    private_folder(path.parent)
    if kind == ".html":
        sections = explained_sections(explained)
        write(Page(title, "", sections, (), PRIVATE), path)
        return path
    listings, notes = [], []
    heading = ""
    for part in explained.parts:
        match part:
            case Heading(name, text):
                heading = name
                notes += [text] if text else []
            case Sentence(text):
                notes.append(text)
            case SmallGrid():
                listings.append(_listing(part, part.title or heading))
    return write_book(listings, path, title, notes, PRIVATE)


def _listing(part: SmallGrid, title: str) -> Listing:
    fields = [Field(each.heading or "what", each.unit) for each in part.fields]
    return Listing(title.lower().replace(" ", "_"), title, fields, part.rows)
