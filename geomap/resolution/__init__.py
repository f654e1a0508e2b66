"""From toponyms to places."""
