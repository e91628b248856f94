"""How many wrong passwords, and what then. Read by the settings: imports nothing of Django."""

from datetime import timedelta

FAILURES = 5  # wrong passwords for one name from one address
DURATION = timedelta(minutes=15)
