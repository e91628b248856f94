"""The codebook: loaded from its data file, then changed by people, each change kept."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from interviews.models import Code, CodeChange

DATA = Path(__file__).resolve().parent.parent / "data" / "codebook.toml"


class CodebookError(ValueError):
    """A change that the codebook does not allow; the message is in French."""


@dataclass
class Branch:
    """One code and those within it, with how many verbatims it names."""

    code: Code
    children: list["Branch"] = field(default_factory=list)


@transaction.atomic
def load_codebook(path: Path = DATA) -> int:
    """Add the codes of the data file that do not exist yet; return how many. What people changed stays theirs."""
    created = 0
    content = tomllib.loads(path.read_text(encoding="utf-8"))
    for position, group in enumerate(content["groups"], 1):
        parent, is_new = _ensure(group, position, None)
        created += is_new
        for rank, entry in enumerate(group["codes"], 1):
            created += _ensure(entry, rank, parent)[1]
    return created


def code_tree(with_retired: bool = False) -> list[Branch]:
    """Return the codebook as a tree, each code annotated with `uses` when the query gave it (one query)."""
    codes = Code.objects.all() if with_retired else Code.objects.filter(retired_at=None)
    branches = {code.pk: Branch(code) for code in codes}
    roots = []
    for branch in branches.values():
        parent = branches.get(branch.code.parent_id)
        (parent.children if parent else roots).append(branch)
    return roots


def code_choices() -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the codes in force for a form: [(group, [(code, name)])], a code without children under itself."""
    return [(root.code.name, [(one.code.code, one.code.name) for one in _leaves(root)]) for root in code_tree()]


@transaction.atomic
def create_code(values: dict, user) -> Code:
    """Create a code from {name, definition, examples, parent}. Raises CodebookError for a name already taken."""
    code = _new_code(values, user)
    CodeChange.objects.create(code=code, kind=CodeChange.Kind.CREATED, by=user)
    return code


@transaction.atomic
def change_code(code: Code, values: dict, user, note: str = "") -> None:
    """Change a code's words or place, and keep what they were. Raises CodebookError for a code within itself."""
    parent = values.get("parent")
    while parent is not None:
        if parent.pk == code.pk:
            raise CodebookError("Un code ne peut pas se placer en lui-même, ni dans un code qu’il contient.")
        parent = parent.parent
    before = _words(code)
    for name, value in values.items():
        setattr(code, name, value)
    code.save()
    CodeChange.objects.create(code=code, kind=CodeChange.Kind.CHANGED, before=before, note=note, by=user)


@transaction.atomic
def merge_codes(code: Code, into: Code, user, note: str = "") -> int:
    """Retire a code into another, which takes its verbatims; return how many. Raises CodebookError."""
    _refuse_retired(code, into)
    if code.pk == into.pk:
        raise CodebookError("Choisissez un autre code que lui-même.")
    if code.children.filter(retired_at=None).exists():
        raise CodebookError("Ce code en contient d’autres : déplacez-les d’abord.")
    verbatims = list(code.verbatims.all())
    into.verbatims.add(*verbatims)
    code.verbatims.clear()
    change = _retire(code, CodeChange.Kind.MERGED, user, note, [verbatim.pk for verbatim in verbatims])
    change.into.add(into)
    return len(verbatims)


@transaction.atomic
def split_code(code: Code, names: Sequence[str], user, note: str = "") -> list[Code]:
    """Retire a code and create others in its place; its verbatims keep it until somebody chooses for each.

    Raises CodebookError for fewer than two names.
    """
    _refuse_retired(code)
    names = [name.strip() for name in names if name.strip()]
    if len(names) < 2:
        raise CodebookError("Scinder un code demande au moins deux noms, un par ligne.")
    created = [create_code({"name": name, "parent": code.parent}, user) for name in names]
    change = _retire(code, CodeChange.Kind.SPLIT, user, note, list(code.verbatims.values_list("pk", flat=True)))
    change.into.set(created)
    return created


def _ensure(entry, position, parent):
    return Code.objects.get_or_create(
        code=entry["code"],
        defaults={
            "name": entry["name"],
            "definition": entry.get("definition", ""),
            "examples": "\n".join(entry.get("examples", [])),
            "parent": parent,
            "position": position,
        },
    )


def _new_code(values, user):
    code = slugify(values["name"])[:60]
    if not code or Code.objects.filter(code=code).exists():
        raise CodebookError(f"Un code s’appelle déjà « {values['name']} » : choisissez un autre nom.")
    position = Code.objects.filter(parent=values.get("parent")).count() + 1
    return Code.objects.create(code=code, position=position, **values)


def _retire(code, kind, user, note, verbatims):
    code.retired_at = timezone.now()
    code.save(update_fields=["retired_at"])
    before = _words(code) | {"verbatims": verbatims}
    return CodeChange.objects.create(code=code, kind=kind, before=before, note=note, by=user)


def _refuse_retired(*codes):
    if any(code.retired_at for code in codes):
        raise CodebookError("Ce code est déjà retiré du livre de codes.")


def _words(code):
    parent = code.parent.code if code.parent else ""
    return {"name": code.name, "definition": code.definition, "examples": code.examples, "parent": parent}


def _leaves(branch):
    return [leaf for child in branch.children for leaf in _leaves(child)] or [branch]
