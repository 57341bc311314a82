"""Clinical quality from charts: rates, gaps, scores, and what is handed over."""

RATES = "quality.json"
"""The rates of a quality run, by which its folder is known; its name alone costs no import."""
