"""Microdata for SPSS and whatever reads its files (jamovi, PSPP, R): two .sav, every variable and value labelled.

One row per response with the general answers beside the profile, and one row per response and use case. A question
with several answers becomes one 0/1 variable per answer. « Ne sait pas » is a user-missing value, apart from not asked.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from cnc_survey.consistent_reading import consistent_reading
from cnc_survey.files import written_whole
from cnc_survey.progress import Progress, no_progress
from cnc_survey.workbook import UNDATED, WorkbookError
from interviews.collection.core_wordings import core_wordings
from interviews.collection.instrument import read_instrument
from interviews.collection.microdata_file import COLUMNS, DONT_KNOW, SEPARATOR
from interviews.models import PROFILE_COLUMNS, Campaign, Item, Response
from usecases.models import Barrier, Benefit, Occupation, Sector

from .microdata_tables import microdata_tables

MAX_ROWS = 1_000_000  # of use cases: the file is built in memory, some 300 bytes a row
DONT_KNOW_VALUE = 99.0
MAX_NAME = 64  # bytes of a variable's name, set by the format
CODED = {
    "usage": "Stade d’usage",
    "maturity": "Maturité technologique",
    "impact": "Impact pressenti",
    "intention": "Intention à 12 mois",
}


@dataclass
class Variable:
    """One column of a .sav: its name and label, its values in row order (None: missing), {value: label}."""

    name: str
    label: str
    values: list
    value_labels: dict[float, str] = field(default_factory=dict)
    measure: str = "nominal"

    @property
    def is_number(self):
        return bool(self.value_labels) or self.measure == "scale"


def export_spss(campaign: Campaign, target: Path, progress: Progress = no_progress) -> dict[str, int]:
    """Write a .zip of `repondants.sav` and `cas_usage.sav` to `target`, whole or not at all; return the rows of each.

    Raises WorkbookError beyond MAX_ROWS rows of use cases, with the advice to take CSV.
    """
    with consistent_reading():
        responses, use_case_answers, answers = microdata_tables(campaign)
        if use_case_answers.count > MAX_ROWS:
            raise WorkbookError(
                f"La campagne a {use_case_answers.count} lignes sur les cas d’usage, plus que les {MAX_ROWS} d’un "
                "fichier SPSS. Exportez en CSV."
            )
        total = responses.count + use_case_answers.count + answers.count
        progress(0, total)
        people = [dict(zip(COLUMNS["responses"], row, strict=True)) for row in responses.typed()]
        given = _by_response(answers.typed())
        progress(responses.count + answers.count, total)
        files = {
            "repondants": _profile_variables(people) + _item_variables(campaign, people, given),
            "cas_usage": _use_case_variables(campaign, list(use_case_answers.typed())),
        }
    with TemporaryDirectory() as folder, written_whole(target) as (temporary,):
        with ZipFile(temporary, "w") as archive:
            for name, variables in files.items():
                _write(Path(folder) / f"{name}.sav", variables, campaign.title)
                entry = ZipInfo(f"{name}.sav", UNDATED.timetuple()[:6])
                entry.compress_type = ZIP_DEFLATED
                archive.writestr(entry, (Path(folder) / f"{name}.sav").read_bytes())
        progress(total, total)
    return {"repondants": len(people), "cas_usage": use_case_answers.count}


def _by_response(rows):
    given = {}
    for key, item, value in rows:
        given.setdefault(item, {})[key] = value
    return given


def _profile_variables(people):
    def column(name):
        return [one[name] for one in people]

    label = {name: str(Response._meta.get_field(name).verbose_name) for name in ("mode", *PROFILE_COLUMNS)}
    return [
        Variable("response", "Clé de la réponse", column("response")),
        Variable("person", "Clé de la personne, stable entre vagues", column("person")),
        _coded("mode", label["mode"], column("mode"), dict(Response.Mode.choices)),
        Variable("submitted_on", "Envoyée le", column("submitted_on")),
        Variable("organisation", "Clé de la structure", column("organisation")),
        Variable("weight", "Poids", column("weight"), measure="scale"),
        *_ticked("sector", "Secteur", column("sectors"), Sector.objects.values_list("code", "name")),
        *_ticked("occupation", "Métier", column("occupations"), Occupation.objects.values_list("code", "name")),
        *(
            _coded(name, label[name], column(name), dict(Response._meta.get_field(name).choices), "ordinal")
            for name in PROFILE_COLUMNS
        ),
    ]


def _item_variables(campaign, people, given):
    variables = []
    for item in read_instrument(campaign.questionnaire).items.values():
        values = [given.get(item.code, {}).get(one["response"]) for one in people]
        options = {option.code: option.label for option in item.option_set.options.all()} if item.option_set else {}
        if item.kind == Item.Kind.MULTIPLE and options:
            variables += _ticked(item.code, item.wording, values, options.items())
        elif item.kind in (Item.Kind.SINGLE, Item.Kind.SCALE):
            measure = "ordinal" if item.kind == Item.Kind.SCALE else "nominal"
            variables.append(_coded(item.code, item.wording, values, options, measure, item.allows_dont_know))
        elif item.kind == Item.Kind.NUMBER:
            numbers = [DONT_KNOW_VALUE if value == DONT_KNOW else value for value in values]
            variables.append(Variable(item.code, item.wording, numbers, measure="scale"))
        else:
            variables.append(Variable(item.code, item.wording, values))
    return variables


def _use_case_variables(campaign, rows):
    columns = dict(zip(COLUMNS["use_case_answers"], zip(*rows, strict=True), strict=True)) if rows else {}

    def column(name):
        return list(columns.get(name, ()))

    wordings = core_wordings(campaign.questionnaire)
    names = dict(campaign.use_cases.order_by("position").values_list("code", "name"))
    return [
        Variable("response", "Clé de la réponse", column("response")),
        Variable("use_case_code", "Code du cas d’usage", column("use_case")),
        _coded("use_case", "Cas d’usage", column("use_case"), names),
        *(_chosen(name, label, column(name), wordings[name].shown) for name, label in CODED.items()),
        *_ticked("benefit", "Intérêt", column("benefits"), Benefit.objects.values_list("code", "name")),
        *_ticked("barrier", "Frein", column("barriers"), Barrier.objects.values_list("code", "name")),
        Variable("tools", "Outils nommés", column("tools")),
        Variable("comment", "Commentaire", column("comment")),
    ]


def _coded(name, label, codes, choices, measure="nominal", allows_dont_know=False):
    """A single answer: the rank of its code, from 1, in the order of the list."""
    ranks = {code: float(rank) for rank, code in enumerate(choices, 1)}
    labels = {rank: str(choices[code]) for code, rank in ranks.items()}
    if allows_dont_know:
        ranks[DONT_KNOW], labels[DONT_KNOW_VALUE] = DONT_KNOW_VALUE, "Ne sait pas"
    return Variable(name, label, [ranks.get(code) for code in codes], labels, measure)


def _chosen(name, label, codes, choices):
    """An answer of the core: the number that the questionnaire itself gives it."""
    values = {member.code: DONT_KNOW_VALUE if member.code == DONT_KNOW else float(member.value) for member in choices}
    labels = {values[member.code]: label for member, label in choices.items()}
    return Variable(name, label, [values.get(code) for code in codes], labels, "ordinal")


def _ticked(name, label, cells, choices: Iterable[tuple[str, str]]):
    """Several answers: one 0/1 variable per code; missing where nothing was answered."""
    answered = [None if cell is None else set(cell.split(SEPARATOR)) for cell in cells]
    labels = {0.0: "Non", 1.0: "Oui"} | ({DONT_KNOW_VALUE: "Ne sait pas"} if {DONT_KNOW} in answered else {})

    def value(codes, code):
        if codes is None:
            return None
        return DONT_KNOW_VALUE if codes == {DONT_KNOW} else float(code in codes)

    return [
        Variable(f"{name}_{code}", f"{label} : {text}", [value(codes, code) for codes in answered], labels)
        for code, text in choices
    ]


def _write(path, variables, title):
    # Imported here: both are heavy, and only this export needs them.
    import pandas as pd
    import pyreadstat

    names = variable_names([variable.name for variable in variables])
    frame = pd.DataFrame(
        {
            name: pd.Series(variable.values, dtype="float64" if variable.is_number else "object")
            for name, variable in zip(names, variables, strict=True)
        }
    )
    named = dict(zip(names, variables, strict=True))
    pyreadstat.write_sav(
        frame,
        path,
        file_label=title[:60],
        column_labels={name: variable.label for name, variable in named.items()},
        variable_value_labels={name: each.value_labels for name, each in named.items() if each.value_labels},
        missing_ranges={
            name: [DONT_KNOW_VALUE] for name, each in named.items() if DONT_KNOW_VALUE in each.value_labels
        },
        variable_measure={name: each.measure for name, each in named.items()},
    )


def variable_names(names: list[str]) -> list[str]:
    """Return one valid, distinct variable name per name: a letter first, then letters, digits or _, 64 at most."""
    found = []
    for name in names:
        clean = re.sub(r"[^A-Za-z0-9_]", "_", name)
        clean = (clean if clean[:1].isalpha() else f"v_{clean}")[:MAX_NAME].rstrip("_")
        taken, rank, candidate = {other.lower() for other in found}, 1, clean
        while candidate.lower() in taken:
            rank += 1
            candidate = f"{clean[: MAX_NAME - 4]}_{rank}"
        found.append(candidate)
    return found
