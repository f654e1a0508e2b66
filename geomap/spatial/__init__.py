"""Relative places: from the words around mentions ("12 km north of Goris") to geometry with an uncertainty."""
