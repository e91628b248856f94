"""Long work done outside the request: queued with the change that asks for it, run by workers, followed on a page."""
