"""The tables that belong to neither app."""

from .audit.models import AuditEntry
from .jobs.models import Job

__all__ = ["AuditEntry", "Job"]
