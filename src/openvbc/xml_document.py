"""The door to XML that others wrote: no document type, no entity, nothing fetched."""

from __future__ import annotations

from typing import Any

from openvbc.errors import ExtraMissing


class NotReadable(Exception):
    """XML that is not read.

    Attributes:
        declares: it declares a document type or entities; otherwise it is not well-formed.
        line: where, if it is known.
    """

    def __init__(self, declares: bool, line: int | None = None) -> None:
        super().__init__(declares, line)
        self.declares = declares
        self.line = line


def xml_document(content: bytes, what: str) -> Any:
    """The root element of a document.

    Args:
        content: the file.
        what: what is done with it, for the message where the library is not installed.

    Raises:
        NotReadable: it is not well-formed, or declares a document type or entities.
        ExtraMissing: the library is not installed.
    """
    try:
        from defusedxml.common import DefusedXmlException
        from defusedxml.ElementTree import ParseError, fromstring
    except ImportError:
        raise ExtraMissing("quality", what) from None
    try:
        return fromstring(content, forbid_dtd=True)
    except ParseError as error:
        line, _ = getattr(error, "position", (None, None))
        raise NotReadable(False, line) from None
    except (DefusedXmlException, ValueError, LookupError):
        raise NotReadable(True) from None
