"""The SQLite file in which a project stores results between builds."""
