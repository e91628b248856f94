"""Coverage kept in memory while simulated people answer, as the database would count it."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations

from interviews.collection.routing import Coverage


class Tally:
    """Answers by use case, overall and by segment.

    A segment is everybody who shares at least one occupation with the person, each counted once: by inclusion and
    exclusion over the groups of occupations that people hold together (a simulated person holds four at most).
    """

    def __init__(self, overall: Mapping[str, int] | None = None):
        self._overall = Counter(overall)
        self._held_together: dict[tuple[str, ...], Counter] = {}

    def coverage_for(self, occupations: Iterable[str]) -> Coverage:
        """Return the coverage that somebody of these occupations meets; later answers change its `overall`."""
        segment = Counter()
        for group in _groups(occupations):
            sign = 1 if len(group) % 2 else -1
            for code, answers in self._held_together.get(group, {}).items():
                segment[code] += sign * answers
        return Coverage(segment, self._overall)

    def add(self, occupations: Iterable[str], use_cases: Iterable[str]) -> None:
        """Count one person's answers."""
        use_cases = list(use_cases)
        self._overall.update(use_cases)
        for group in _groups(occupations):
            self._held_together.setdefault(group, Counter()).update(use_cases)


def _groups(occupations) -> Iterator[tuple[str, ...]]:
    """Yield every group of these occupations, alone, by two…"""
    ordered = sorted(occupations)
    for size in range(1, len(ordered) + 1):
        yield from combinations(ordered, size)
