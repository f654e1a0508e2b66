"""Find the places a news article reports from and draw them on a map that opens from disk."""
