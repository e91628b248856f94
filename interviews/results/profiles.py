"""Who answered: the profile of the respondents, variable by variable, with the mask that protects each table."""

import numpy as np

from interviews.analysis.disclosure import protect
from interviews.frames import PROFILE_COLUMNS, CampaignFrame
from interviews.models import Response
from usecases.models import Occupation, Sector

NOT_GIVEN, NOT_GIVEN_LABEL = "", "Non renseigné"


def profile_tables(frame: CampaignFrame) -> list[dict]:
    """Return one table per profile variable, questionnaires only:
    {variable, label, base, rows: [{category, label, n, mask}]}.

    `base` counts every respondent; those who gave no answer are a category of their own. `mask` is empty, or why the
    category is hidden from the public (METHOD.md §5.2): it needs who holds what, so it is settled here, once.
    """
    return [
        _table("sectors", "Secteur", *_held(frame, frame.sectors, Sector)),
        _table("occupations", "Métier", *_held(frame, frame.occupations, Occupation)),
        *(_table(name, *_chosen(frame, name)) for name in PROFILE_COLUMNS),
    ]


def _held(frame, membership, entries):
    names = dict(entries.objects.values_list("code", "name"))
    return {code: names[code] for code in membership.codes}, membership.member[frame.by_questionnaire]


def _chosen(frame, name):
    field = Response._meta.get_field(name)
    values = frame.columns[name][frame.by_questionnaire]
    label = str(field.verbose_name)
    member = values[:, np.newaxis] == np.arange(len(frame.categories[name]))
    return label[0].upper() + label[1:], dict(field.choices), member


def _table(variable, label, categories, member):
    silent = ~member.any(axis=1)
    if silent.any():
        categories = categories | {NOT_GIVEN: NOT_GIVEN_LABEL}
        member = np.column_stack([member, silent])
    # Few patterns exist, however many persons hold them.
    patterns, persons = np.unique(member, axis=0, return_counts=True)
    masks = protect(patterns, persons)
    return {
        "variable": variable,
        "label": label,
        "base": len(member),
        "rows": [
            {"category": code, "label": str(name), "n": int(n), "mask": str(masks.get(place, ""))}
            for place, ((code, name), n) in enumerate(zip(categories.items(), member.sum(axis=0), strict=True))
        ],
    }
