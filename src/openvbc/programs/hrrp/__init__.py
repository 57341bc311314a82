"""Hospital Readmissions Reduction Program."""
