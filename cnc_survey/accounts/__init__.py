"""How staff sign in: password, second factor, lockout, and what the log keeps of it."""
