"""From bytes and files to articles."""
