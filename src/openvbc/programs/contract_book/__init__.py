"""Every contract of one organisation as one book: settled together, overlaps found, money added."""
