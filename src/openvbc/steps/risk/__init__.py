"""Risk scores: the SQL steps of this folder and the small tables they read."""
