"""Risk: CMS-HCC scores of a list of people or of a project, explained, and what coding does."""
