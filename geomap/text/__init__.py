"""Text without geography: languages, sentences, spans, and text made safe to publish."""
