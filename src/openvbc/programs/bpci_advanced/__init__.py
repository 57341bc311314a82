"""Bundled Payments for Care Improvement Advanced, from initiators, episodes and prices."""
