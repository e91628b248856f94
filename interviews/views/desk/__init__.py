"""Pages of campaign managers: people, letters, coverage. None shows an answer."""
