"""A file a program: which steps run and which worksheets settle."""
