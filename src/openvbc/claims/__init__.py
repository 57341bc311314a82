"""Any feed to one canonical claim store."""
