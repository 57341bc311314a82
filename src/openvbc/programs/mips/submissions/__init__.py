"""Submissions to MIPS: every measure to its points, the best to the category, all to the score."""
