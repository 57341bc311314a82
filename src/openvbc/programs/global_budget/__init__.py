"""Hospital global budgets: AHEAD and models like it."""
