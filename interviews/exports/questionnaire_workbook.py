"""The questionnaire as a workbook that one person fills in offline and sends back."""

from collections import Counter
from typing import BinaryIO

from django.utils import timezone
from django.utils.text import capfirst

from cnc_survey.fillable_sheet import AnswerCell, Band, FillableSheet, ListsSheet
from cnc_survey.templatetags.house import number_fr
from cnc_survey.workbook import Column, Notice, write_workbook
from interviews.collection.sheet_answers import LONG_LIST, MAX_TOOLS_TEXT, SEPARATOR, Kind
from interviews.collection.sheet_questions import (
    GUIDE,
    KEY_HEADER,
    LISTS,
    ONLY,
    REFERENCE,
    form_of,
    reference_of,
)
from interviews.models import Response
from interviews.models.response import MAX_TEXT

FICTIONAL = "Données fictives — démonstration"
READ_ONLY = "Écrivez dans les cellules teintées ; le reste est protégé, sans mot de passe."
LONGEST = number_fr(MAX_TEXT)
WIDTHS = {
    "usage": 24,
    "maturity": 30,
    "impact": 30,
    "intention": 18,
    "benefits": 30,
    "barriers": 30,
    "tools": 26,
    "comment": 44,
}
PROMPTS = {
    Kind.CHOICE: "Choisissez dans la liste, ou laissez vide.",
    Kind.SEVERAL: "Plusieurs réponses possibles : choisissez-en une, ou écrivez-les séparées par des points-virgules.",
    Kind.TOOLS: "Les noms des outils, séparés par des points-virgules.",
    Kind.NUMBER: "Un nombre.",
    Kind.TEXT: f"En vos mots, {LONGEST} caractères au plus. N’indiquez ni nom, ni titre de projet.",
}
ERRORS = {
    Kind.CHOICE: "Cette réponse n’est pas dans la liste. Ouvrez la liste par la flèche à droite de la cellule, ou "
    "laissez la cellule vide.",
    Kind.NUMBER: "Il faut un nombre, par exemple 12 ou 12,5.",
    Kind.TOOLS: f"C’est trop long : {MAX_TOOLS_TEXT} caractères au plus.",
    Kind.TEXT: f"C’est trop long : {LONGEST} caractères au plus.",
}
MAX_LENGTHS = {Kind.TOOLS: MAX_TOOLS_TEXT, Kind.TEXT: MAX_TEXT}
ANSWERED_BY = {
    Kind.CHOICE: "Une seule réponse",
    Kind.SEVERAL: "Plusieurs réponses, séparées par des points-virgules",
    Kind.TOOLS: "Des noms d’outils, séparés par des points-virgules",
    Kind.NUMBER: "Un nombre",
    Kind.TEXT: "Texte libre",
}


def write_questionnaire(response: Response, stream: BinaryIO) -> None:
    """Write the workbook of one person, with what they have already answered."""
    form = form_of(response)
    lists, titles = _lists(form)
    profile, use_cases, perceptions = form.grids
    campaign = response.campaign
    write_workbook(
        stream,
        [
            _guide(campaign),
            _simple_sheet(profile, form, lists, titles, "Vous"),
            _use_case_sheet(use_cases, form, lists, titles),
            _simple_sheet(perceptions, form, lists, titles, "Vos usages, vos perceptions"),
            lists,
        ],
        title=f"Questionnaire : {campaign.title}",
        subject=reference_of(campaign),
        banner=FICTIONAL if campaign.is_fictional else "",
    )


def _guide(campaign):
    questionnaire = campaign.questionnaire
    return Notice(
        title=GUIDE,
        heading=campaign.title,
        intro=["Votre questionnaire, à remplir hors ligne et à renvoyer quand vous voulez."],
        sections=[
            (
                "Remplir",
                [
                    ("1. Profil", "Qui vous êtes, en quelques lignes. Un métier au moins est indispensable."),
                    (
                        "2. Cas d’usage",
                        "Ceux choisis pour vous d’abord, puis tous les autres, par famille : répondez à ceux que vous "
                        "voulez. « Pas mon métier » est une réponse, et n’est pas un non.",
                    ),
                    ("3. Perceptions", "Vos usages, vos freins, vos attentes. Rien n’y est obligatoire."),
                    (
                        "Les réponses",
                        "Dans les cellules teintées. Une flèche ouvre la liste des réponses ; toutes sont aussi dans "
                        "la feuille « Listes ». Majuscules et accents ne comptent pas.",
                    ),
                    ("Plusieurs réponses", "Séparez-les par des points-virgules. Métiers et secteurs : un par ligne."),
                ],
            ),
            (
                "Renvoyer",
                [
                    ("1. Enregistrez", "Au format .xlsx (Excel, LibreOffice ou un autre tableur), sans mot de passe."),
                    ("2. Déposez", "À la page de votre lien personnel où vous l’avez téléchargé."),
                    (
                        "3. Vérifiez",
                        "La page montre chaque erreur avec sa feuille, sa ligne et sa colonne, puis ce qui sera ajouté "
                        "ou modifié. Rien n’est enregistré avant votre confirmation.",
                    ),
                    ("4. Envoyez", "Une fois vos réponses enregistrées, relisez-les en ligne et envoyez-les."),
                ],
            ),
            (
                "Bon à savoir",
                [
                    (
                        "Une cellule vide",
                        "Ne change rien : la réponse déjà donnée en ligne reste. Pour la retirer, passez par la page.",
                    ),
                    (
                        "Répondre aussi en ligne",
                        "C’est possible. Ce qui aura changé depuis ce téléchargement apparaîtra avant confirmation.",
                    ),
                    (
                        "Une seule personne",
                        "Ce classeur est celui d’une personne. Dans un studio ou une équipe, chacun télécharge et "
                        "renvoie le sien, par son propre lien.",
                    ),
                    (
                        "Vos commentaires",
                        "Ils ne sont cités qu’avec votre accord, qui se donne en ligne ; le modifier ici le retire.",
                    ),
                    (
                        "La première colonne",
                        "Elle identifie la question : vous pouvez changer l’ordre des lignes, pas cette clé.",
                    ),
                ],
            ),
            (
                "Ce classeur",
                [
                    ("Enquête", campaign.title),
                    ("Ouverte jusqu’au", campaign.closes_on),
                    ("Questionnaire", str(questionnaire)),
                    ("Téléchargé le", timezone.localdate()),
                    (REFERENCE, reference_of(campaign)),
                ],
            ),
        ],
        is_locked=True,
    )


def _lists(form):
    """Return the sheet of lists, and the title of each list by its entries (questions may share one)."""
    titles = {}
    for grid in form.grids:
        for question in (question for row in grid.rows for question in row.questions.values()):
            entries = tuple(question.options.values())
            if entries and entries not in titles:
                namesakes = sum(title.startswith(question.list_title) for title in titles.values())
                titles[entries] = f"{question.list_title} ({namesakes + 1})" if namesakes else question.list_title
    lists = ListsSheet(
        title=LISTS,
        heading="Les réponses admises",
        intro=["Une colonne par liste. Elles s’ouvrent aussi depuis chaque cellule."],
        lists={title: entries for entries, title in titles.items()},
    )
    return lists, titles


def _simple_sheet(grid, form, lists, titles, heading):
    """One question a line, its answer beside it."""
    values, rank = form.stored[grid.title], Counter()
    rows = []
    for row in grid.rows:
        question = row.questions[ONLY]
        stored, how = values.get(row.key, {}).get(ONLY), _how_to_answer(row, question)
        is_spread = row.key in grid.spread
        if is_spread:
            stored, how = (stored or [])[rank[row.key] :][:1], row.detail
            rank[row.key] += 1
        rows.append((row, [row.label, _cell(question, stored, titles, is_spread), how]))
    columns = [Column("Question", 54), Column(grid.headers[ONLY], 46), Column("Comment répondre", 70)]
    return FillableSheet(grid.title, heading, KEY_HEADER, columns, list(_banded(rows)), lists, [READ_ONLY])


def _use_case_sheet(grid, form, lists, titles):
    """One use case a line, its questions side by side."""
    rows = []
    for row in grid.rows:
        stored = form.stored[grid.title].get(row.key, {})
        answers = [_cell(question, stored.get(name), titles) for name, question in row.questions.items()]
        rows.append((row, [row.label, row.detail, *answers]))
    columns = [Column("Cas d’usage", 34), Column("En une phrase", 44)]
    columns += [Column(header, WIDTHS[name]) for name, header in grid.headers.items()]
    return FillableSheet(
        grid.title,
        grid.headers["usage"],
        KEY_HEADER,
        columns,
        list(_banded(rows)),
        lists,
        [READ_ONLY, "La technologie, l’impact et l’intention ne se demandent qu’à qui connaît le cas d’usage."],
    )


def _banded(rows):
    """Yield the (key, cells) of (row, cells), with a band wherever the section or the group changes."""
    section = group = ""
    for row, cells in rows:
        if row.section != section:
            section, group = row.section, ""
            yield Band(section)
        if row.group != group:
            group = row.group
            yield Band(group or section, is_minor=True)
        yield row.key, cells


def _cell(question, value, titles, is_spread=False):
    kind = Kind.CHOICE if is_spread else question.kind
    return AnswerCell(
        value=question.say(value),
        list_title=titles.get(tuple(question.options.values()), ""),
        is_closed=kind is not Kind.SEVERAL,
        prompt=("", PROMPTS[kind]),
        error=ERRORS.get(kind, ""),
        max_length=MAX_LENGTHS.get(kind, 0),
        is_number=kind is Kind.NUMBER,
    )


def _how_to_answer(row, question):
    """Say how many answers, which, and who is asked."""
    options = list(question.options.values())
    advice = "" if question.kind is Kind.SEVERAL else row.detail  # « Plusieurs réponses possibles »: said by the list
    if len(options) > LONG_LIST:
        choice = f"{len(options)} réponses, dans la liste de la cellule et dans la feuille « {LISTS} »."
    elif options:
        choice = f"{ANSWERED_BY[question.kind]} : {SEPARATOR.join(options)}."
    else:
        choice = "" if advice else f"{ANSWERED_BY[question.kind]}."
    reason = question.condition.reason if question.condition else ""
    asked = f"{capfirst(reason)}." if reason else ""
    return " ".join(part for part in (advice, choice, asked) if part)
