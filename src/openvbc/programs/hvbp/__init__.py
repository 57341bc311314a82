"""Hospital Value-Based Purchasing."""
