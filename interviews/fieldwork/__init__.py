"""Before and around the answers: contacts, letters to them, what is missing where, and doubtful responses."""
