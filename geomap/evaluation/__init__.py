"""Scores against annotated corpora and against the corrections of editors."""
