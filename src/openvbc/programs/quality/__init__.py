"""Clinical quality from charts: rates, gaps, scores, and what is handed over."""
