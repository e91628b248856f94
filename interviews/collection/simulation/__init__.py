"""Fictional respondents for demonstrations, trials and benchmarks, routed like real ones."""

from .responses import simulate_responses

__all__ = ["simulate_responses"]
