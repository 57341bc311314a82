"""The kernel of every worksheet: operations, lines, evaluation and the trace that explains."""
