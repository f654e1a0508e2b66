"""From an article to its toponyms."""
