"""The interview guide, read from its data file: parts, prompts, timing, and the wordings of the consent."""

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).resolve().parent.parent / "data" / "guide.toml"


@dataclass(frozen=True)
class Part:
    """One moment of the conversation. `modules` are codes of the questionnaire's modules asked there."""

    code: str
    title: str
    minutes: int
    aim: str
    prompts: tuple[str, ...]
    follow_ups: tuple[str, ...]
    modules: tuple[str, ...]
    profile: bool
    use_cases: bool
    required: bool


@dataclass(frozen=True)
class Guide:
    version: str
    parts: tuple[Part, ...]
    consents: dict[str, str]  # {version: text}, oldest first

    @property
    def consent_version(self) -> str:
        """The version that people are asked to agree to today."""
        return list(self.consents)[-1]

    @property
    def minutes(self) -> int:
        return sum(part.minutes for part in self.parts)

    def part(self, code: str) -> Part | None:
        return next((part for part in self.parts if part.code == code), None)


@cache
def read_guide() -> Guide:
    """Return the guide of this release."""
    content = tomllib.loads(DATA.read_text(encoding="utf-8"))
    return Guide(
        version=content["version"],
        parts=tuple(_part(entry) for entry in content["parts"]),
        consents={entry["version"]: entry["text"].strip() for entry in content["consents"]},
    )


def _part(entry):
    return Part(
        code=entry["code"],
        title=entry["title"],
        minutes=entry["minutes"],
        aim=entry["aim"],
        prompts=tuple(entry["prompts"]),
        follow_ups=tuple(entry["follow_ups"]),
        modules=tuple(entry.get("modules", ())),
        profile=entry.get("profile", False),
        use_cases=entry.get("use_cases", False),
        required=entry["required"],
    )
