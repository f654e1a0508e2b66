"""Map projects: maps that are built incrementally as articles arrive."""
