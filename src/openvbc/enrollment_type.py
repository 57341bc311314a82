"""The enrollment types of Medicare, as claim tables write them and as a reader says them."""

from openvbc.format import in_words

ENROLLMENT_TYPES = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
"""In CMS's order; reports write them as the numbers 1 to 4."""
TYPE_NAMES = {
    "ESRD": "ESRD",
    "DISABLED": "Disabled",
    "AGED_DUAL": "Aged, dual",
    "AGED_NON_DUAL": "Aged, non-dual",
}


def type_name(enrollment_type: str) -> str:
    """An enrollment type as a reader says it."""
    return TYPE_NAMES.get(enrollment_type, in_words(enrollment_type))
