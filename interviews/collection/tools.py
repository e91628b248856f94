"""Tools that people name: known ones by their code, new ones kept."""

from django.db.models import Max
from django.utils.text import slugify

from usecases.models import Source, Tool

MAX_NAME = 80  # a longer « name » is a sentence


def split_names(text: str) -> list[str]:
    """Return the names of a comma-separated text, without blanks and repeats, as typed and in order."""
    names = {}
    for name in text.replace("\n", ",").split(","):
        names.setdefault(" ".join(name.casefold().split()), " ".join(name.split()))
    return [name for name in names.values() if name]


def keep_tools(names: list[str]) -> dict[str, str]:
    """Return {name: code} for tools named by people; an unknown tool becomes a new entry, marked « proposed »."""
    codes = {name: slugify(name)[:MAX_NAME] for name in names if slugify(name)}
    known = set(Tool.objects.filter(code__in=codes.values()).values_list("code", flat=True)) if codes else set()
    new = {code: name for name, code in codes.items() if code not in known}
    if new:
        last = Tool.objects.aggregate(last=Max("position"))["last"] or 0
        Tool.objects.bulk_create(
            (
                Tool(code=code, name=name, position=position, source=Source.PROPOSED)
                for position, (code, name) in enumerate(new.items(), last + 1)
            ),
            ignore_conflicts=True,  # two persons may name it at the same moment
        )
    return codes
