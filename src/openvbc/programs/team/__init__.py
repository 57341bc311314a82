"""Transforming Episode Accountability Model, from hospitals, episodes and prices."""
