"""Worksheets of capitation: benchmark of an entity at full risk, risk corridors."""
