"""Kidney care models: Kidney Care Choices and its payments."""
