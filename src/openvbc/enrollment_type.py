"""The enrollment types of Medicare, as claim tables write them."""

ENROLLMENT_TYPES = ("ESRD", "DISABLED", "AGED_DUAL", "AGED_NON_DUAL")
"""In CMS's order; reports write them as the numbers 1 to 4."""
