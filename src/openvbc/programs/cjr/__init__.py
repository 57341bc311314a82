"""Comprehensive Care for Joint Replacement, from quality files and episodes."""
