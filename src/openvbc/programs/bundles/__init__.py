"""What the programs of bundled payments share when they run from claims."""
