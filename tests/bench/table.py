"""What a measure is, and how it is shown."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Measure:
    """One figure; `at_most` or `at_least` is the bar it has to keep, if any."""

    name: str
    value: float
    unit: str
    at_most: float | None = None
    at_least: float | None = None

    @property
    def kept(self):
        """True or False for a bar kept or missed, None without a bar."""
        if self.at_most is not None:
            return self.value <= self.at_most
        return None if self.at_least is None else self.value >= self.at_least

    def as_json(self):
        return asdict(self) | {"value": round(self.value, 3), "kept": self.kept}

    def as_row(self):
        bar = "" if self.kept is None else f"≤ {self.at_most:g}" if self.at_least is None else f"≥ {self.at_least:g}"
        verdict = {True: "kept", False: "MISSED", None: ""}[self.kept]
        return (self.name, f"{self.value:.{0 if self.value >= 100 else 2}f}", self.unit, bar, verdict)


def show(part, measures):
    """Print one part as a table."""
    print(f"\n── {part} ──")
    for name, value, unit, bar, verdict in (measure.as_row() for measure in measures):
        print(f"{name:<58}{value:>9} {unit:<12}{bar:>7}  {verdict}")
