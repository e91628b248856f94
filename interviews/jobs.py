"""The long work of campaigns, as jobs."""

KINDS = []
