"""Text processing without geography: languages, sentences, tokens, normalization, spans, sanitization."""
