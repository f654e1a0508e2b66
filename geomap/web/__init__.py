"""HTTP: untrusted URLs fetched within limits."""
