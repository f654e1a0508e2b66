"""Places and outlines that a newsroom adds."""
