"""GPDC and ACO REACH, from published results."""
