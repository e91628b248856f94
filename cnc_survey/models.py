"""The tables that belong to neither app."""

from .audit.models import AuditEntry

__all__ = ["AuditEntry"]
