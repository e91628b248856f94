"""The questions of the core: version 1 as it was asked for ever, and a version 2 beside it, each in its campaigns."""

from dataclasses import dataclass
from datetime import date

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from interviews.collection.comparison import compare_with_peers
from interviews.collection.core_wordings import WORDINGS, Wording, core_wordings
from interviews.collection.invitations import create_invitation
from interviews.collection.pages import path_of
from interviews.collection.responses import start_response
from interviews.collection.review import review_of
from interviews.exports.codebook import list_codes
from interviews.exports.codebook_workbook import export_codebook
from interviews.models import Campaign, Level, Response, Usage, UseCaseAnswer
from interviews.models.questionnaire import CORE_QUESTIONS
from tests.factories import make_campaign, make_edition, make_questionnaire, make_use_case
from tests.interviews.filled_workbooks import downloaded
from usecases.editions import RatingDraft
from usecases.models import Dimension, Rating

# Never edit this: another wording, even of one answer, is another version (see the module).
FIRST = {
    "usage": (
        "Où en êtes-vous ?",
        "",
        {
            "not_concerned": "Pas mon métier",
            "never_heard": "Jamais entendu parler",
            "aware": "Connu, pas essayé",
            "tried": "Essayé, sans plus",
            "occasional": "Usage occasionnel",
            "regular": "Usage régulier",
            "abandoned": "Abandonné",
            "nsp": "Ne sait pas",
        },
    ),
    "maturity": (
        "Où en est la technologie ?",
        "",
        {
            "1": "●○○ Technologie en développement",
            "2": "●●○ Technologie existante en évolution rapide",
            "3": "●●● Technologie existante",
            "nsp": "Ne sait pas",
        },
    ),
    "impact": (
        "Que change-t-elle, ou changera-t-elle, au travail ?",
        "",
        {
            "1": "●○○ Assistance sur des tâches existantes",
            "2": "●●○ Automatisation d’une partie des tâches",
            "3": "●●● Transformation ou remplacement de l’essentiel des tâches",
            "nsp": "Ne sait pas",
        },
    ),
    "intention": (
        "Pensez-vous l’utiliser dans les 12 mois ?",
        "",
        {"yes": "Oui", "maybe": "Peut-être", "no": "Non", "nsp": "Ne sait pas"},
    ),
    "benefits": ("Ce qu’il apporte", "", {}),
    "barriers": ("Ce qui freine", "", {}),
    "tools": ("Outils que vous connaissez ou utilisez", "Séparez les noms par des virgules.", {}),
    "satisfaction": (
        "En êtes-vous satisfait·e ?",
        "",
        {
            "very_satisfied": "Très satisfait·e",
            "satisfied": "Plutôt satisfait·e",
            "dissatisfied": "Plutôt insatisfait·e",
            "very_dissatisfied": "Très insatisfait·e",
        },
    ),
}
FIRST_USAGE, SECOND_USAGE = FIRST["usage"][0], "Vous en servez-vous ?"
SECOND = Wording(SECOND_USAGE, {Usage.AWARE: "Non", Usage.REGULAR: "Souvent", Usage.DONT_KNOW: "Je ne sais pas"})


def test_the_first_version_of_each_question_is_what_it_was():
    first = {name: versions[1] for name, versions in WORDINGS.items()}
    assert {name: (each.question, each.help_text, each.choices) for name, each in first.items()} == FIRST
    # The order of the answers is part of the question.
    assert [list(each.choices) for each in first.values()] == [list(answers) for _, _, answers in FIRST.values()]


def test_the_models_name_the_questions_that_are_worded():
    assert tuple(WORDINGS) == CORE_QUESTIONS


@dataclass
class Asked:
    """A campaign, the response of somebody who uses the one use case regularly, and their personal link."""

    campaign: Campaign
    response: Response
    token: str


@pytest.fixture
def two_versions(db, monkeypatch):
    """One use case, asked with the first wording of usage, then with the second."""
    monkeypatch.setitem(WORDINGS["usage"], 2, SECOND)
    case = make_use_case("Doublage")
    return [_ask(case, version) for version in (1, 2)]


def _ask(case, version):
    campaign = make_campaign(
        make_questionnaire(version=version, usage=version), [case], f"vague-{version}", closes_on=date(2100, 1, 1)
    )
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    UseCaseAnswer.objects.create(
        response=response, use_case=case, reason="chosen", rank=1, usage=Usage.REGULAR, maturity=Level.TWO
    )
    return Asked(campaign, response, token)


def test_pages_ask_the_wording_of_their_questionnaire_and_take_its_answers(client, two_versions):
    shown = []
    for asked in two_versions:
        page = client.get(reverse("page", args=[asked.token, "cas-postproduction"])).content.decode()
        saved = client.post(
            reverse("autosave", args=[asked.token, "cas.doublage"]), {"doublage-usage": "tried", "doublage-version": 0}
        )
        shown.append((FIRST_USAGE in page, SECOND_USAGE in page, "Souvent" in page, saved.status_code))
    assert shown == [(True, False, False, 200), (False, True, True, 422)]


def test_the_review_says_the_answer_as_it_was_read(two_versions):
    said = [review_of(asked.response, path_of(asked.response))[0].answered[0].answer for asked in two_versions]
    levels = "technologie : ●●○ Technologie existante en évolution rapide"
    assert said == [f"Usage régulier · {levels}", f"Souvent · {levels}"]


def test_the_return_says_the_answer_as_it_was_read(two_versions):
    details = {"mark": "", "dominant": None}
    make_edition([RatingDraft("doublage", Dimension.ADOPTION, 2, Rating.Status.FIRST, base=100, details=details)])
    said = [compare_with_peers(asked.response).uses[0].usage for asked in two_versions]
    assert said == ["Usage régulier", "Souvent"]


def test_the_workbook_to_fill_in_asks_the_wording_of_its_questionnaire(two_versions):
    asked = []
    for one in two_versions:
        sheet = downloaded(one.response)["Cas d’usage"]
        header = next(row for row in sheet.iter_rows(values_only=True) if "En une phrase" in row)
        answers = next(row for row in sheet.iter_rows(values_only=True) if row[0] == "doublage")
        asked.append((header[3], answers[3]))
    assert asked == [(FIRST_USAGE, "Usage régulier"), (SECOND_USAGE, "Souvent")]


def test_the_codebook_prints_the_wording_and_the_version(two_versions, tmp_path):
    printed = []
    for asked in two_versions:
        export_codebook(asked.campaign, tmp_path / "dictionnaire.xlsx")
        rows = load_workbook(tmp_path / "dictionnaire.xlsx")["Questions"].iter_rows(values_only=True)
        printed.append(next(row for row in rows if row[1] == "usage"))
    page, nature = "Les cas d’usage", "sur chaque cas d’usage"
    assert printed == [
        (page, "usage", FIRST_USAGE, None, nature, 1, None, " ; ".join(FIRST["usage"][2].values())),
        (page, "usage", SECOND_USAGE, None, nature, 2, None, "Non ; Souvent ; Je ne sais pas"),
    ]
    labels = [
        [label for kind, _, label in list_codes(asked.campaign.questionnaire) if kind == "usage"]
        for asked in two_versions
    ]
    assert labels == [list(FIRST["usage"][2].values()), ["Non", "Souvent", "Je ne sais pas"]]


def test_the_other_questions_keep_theirs(two_versions):
    first, second = (core_wordings(asked.campaign.questionnaire) for asked in two_versions)
    assert {name for name in first if first[name] != second[name]} == {"usage"}
