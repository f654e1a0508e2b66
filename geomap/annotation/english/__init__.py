"""The rules of English: clauses and their tense, time expressions and what they mean."""
