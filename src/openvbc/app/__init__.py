"""The workbench in the browser: a run opened on this machine, for the person at it alone."""
