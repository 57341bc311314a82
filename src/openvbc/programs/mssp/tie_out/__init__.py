"""Hold a run against CMS's own reports, line by line, and size the known causes of the gap."""
