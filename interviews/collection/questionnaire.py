"""Loads the questionnaire from its data file; a version that has answers never changes."""

import tomllib
from pathlib import Path
from uuid import uuid4

from django.db import transaction

from interviews.models import Item, Module, Option, OptionSet, Questionnaire

from .core_wordings import WORDINGS

DATA = Path(__file__).resolve().parent.parent / "data" / "questionnaire.toml"


class QuestionnaireError(ValueError):
    """The data file cannot be loaded; the message is in French, names the entry and says what to do."""


def load_questionnaire(path: Path = DATA) -> tuple[Questionnaire, str]:
    """Load or update one version of the questionnaire, all or nothing.

    Returns the version and « created », « updated » or « unchanged ». Raises QuestionnaireError when the file
    is wrong, or differs from a version that already has answers.
    """
    content = _read(path)
    with transaction.atomic():
        questionnaire, created = Questionnaire.objects.get_or_create(
            code=content["code"], version=content["version"], defaults={"title": content["title"]}
        )
        if questionnaire.loaded_from == content:
            return questionnaire, "unchanged"
        if questionnaire.is_frozen:
            raise QuestionnaireError(
                f"La version {questionnaire.version} du questionnaire « {questionnaire.code} » a déjà des réponses : "
                f"elle ne change plus. Dans {path.name}, donnez au questionnaire modifié la version "
                f"{questionnaire.version + 1}."
            )
        questionnaire.modules.all().delete()
        questionnaire.option_sets.all().delete()
        _write(questionnaire, content)
        questionnaire.title, questionnaire.loaded_from = content["title"], content
        questionnaire.core_versions = content["core"]
        questionnaire.stamp = uuid4().hex
        questionnaire.save()
    return questionnaire, "created" if created else "updated"


def newest_questionnaire() -> Questionnaire | None:
    """Return the highest version loaded, or None."""
    return Questionnaire.objects.order_by("version").last()


def _read(path):
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise QuestionnaireError(f"{path.name} ne se lit pas : {error}") from error
    errors = list(_mistakes(content))
    if errors:
        raise QuestionnaireError("\n".join(f"{path.name}, {error}" for error in errors))
    return content


def _mistakes(content):
    """Yield one French sentence per mistake of the parsed file."""
    for key in ("code", "version", "title", "modules"):
        if key not in content:
            yield f"champ « {key} » absent."
    core = content.get("core")
    yield from _core_mistakes(core if isinstance(core, dict) else {})
    sets = {option_set["code"] for option_set in content.get("option_sets", [])}
    seen = set()
    for module in content.get("modules", []):
        if module.get("kind", Module.Kind.ITEMS) not in Module.Kind.values:
            yield f"module « {module['code']} » : nature « {module['kind']} » inconnue."
        for item in module.get("items", []):
            where = f"question « {item.get('code')} »"
            if item.get("code") in seen:
                yield f"{where} : ce code existe deux fois."
            if item.get("kind") not in Item.Kind.values:
                yield f"{where} : nature « {item.get('kind')} » inconnue ({', '.join(Item.Kind.values)})."
            if not item.get("wording"):
                yield f"{where} : formulation absente."
            if "options" in item and item["options"] not in sets:
                yield f"{where} : jeu de réponses « {item['options']} » inconnu."
            if item.get("kind") in ("single", "scale") and "options" not in item:
                yield f"{where} : jeu de réponses absent."
            condition = item.get("asked_if")
            if condition and condition["item"] not in seen:
                yield f"{where} : posée selon « {condition['item']} », qui n’est pas une question précédente."
            seen.add(item.get("code"))


def _core_mistakes(core):
    """Yield one French sentence per core question whose version is not said, or has no wording."""
    for question in sorted(core.keys() - WORDINGS.keys()):
        yield f"table « core » : question « {question} » inconnue ({', '.join(WORDINGS)})."
    for question, wordings in WORDINGS.items():
        version, known = core.get(question), ", ".join(map(str, wordings))
        where = f"table « core », question « {question} »"
        if version is None:
            yield f"{where} : version absente. Ajoutez la ligne « {question} = {max(wordings)} » (connues : {known})."
        elif type(version) is not int or version not in wordings:
            yield (
                f"{where} : la version {version} n’a pas de formulation (connues : {known}). Écrivez-la dans "
                "interviews/collection/core_wordings.py, ou corrigez ce numéro."
            )


def _write(questionnaire, content):
    sets = {}
    for entry in content.get("option_sets", []):
        sets[entry["code"]] = OptionSet.objects.create(questionnaire=questionnaire, code=entry["code"])
        Option.objects.bulk_create(
            Option(option_set=sets[entry["code"]], code=code, label=label, position=position)
            for position, (code, label) in enumerate(entry["options"], 1)
        )
    items = {}
    for position, entry in enumerate(content["modules"], 1):
        module = Module.objects.create(
            questionnaire=questionnaire,
            code=entry["code"],
            kind=entry.get("kind", Module.Kind.ITEMS),
            title=entry["title"],
            intro=entry.get("intro", ""),
            is_block=entry.get("block", False),
            position=position,
        )
        for rank, item in enumerate(entry.get("items", []), 1):
            condition = item.get("asked_if", {})
            items[item["code"]] = Item.objects.create(
                module=module,
                code=item["code"],
                kind=item["kind"],
                wording=item["wording"],
                help_text=item.get("help", ""),
                group=item.get("group", ""),
                option_set=sets.get(item.get("options")),
                allows_dont_know=item.get("dont_know", False),
                open_list=item.get("open_list", ""),
                asked_if=items.get(condition.get("item")),
                asked_if_codes=condition.get("codes", []),
                position=rank,
            )
