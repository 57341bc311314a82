"""Hospital-Acquired Condition Reduction Program."""
