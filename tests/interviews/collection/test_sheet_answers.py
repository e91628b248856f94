"""How one cell reads: what a person writes, and what is accepted when it is not understood."""

from datetime import date, datetime

import pytest

from interviews.collection.sheet_answers import Kind, Question, UnreadableAnswerError

USAGE = Question(
    "Usage",
    Kind.CHOICE,
    {"not_concerned": "Pas mon métier", "never_heard": "Jamais entendu parler", "nsp": "Ne sait pas"},
)
LEVEL = Question(
    "Technologie", Kind.CHOICE, {"1": "●○○ En développement", "2": "●●○ En évolution", "nsp": "Ne sait pas"}
)
BENEFITS = Question(
    "Intérêts", Kind.SEVERAL, {"time": "Gain de temps", "quality": "Qualité accrue", "nsp": "Ne sait pas"}
)
TOOLS = Question("Outils", Kind.TOOLS)
NUMBER = Question("Nombre", Kind.NUMBER)
TEXT = Question("Mots", Kind.TEXT)


@pytest.mark.parametrize(
    ("question", "cell", "value"),
    [
        (USAGE, "Pas mon métier", "not_concerned"),
        (USAGE, "  PAS MON METIER ", "not_concerned"),
        (USAGE, "never_heard", "never_heard"),
        (USAGE, "nsp", "nsp"),
        (USAGE, "", None),
        (USAGE, " \n", None),
        (USAGE, None, None),
        (LEVEL, "●●○\u00a0En évolution", "2"),
        (LEVEL, "●●○", "2"),
        (LEVEL, "en evolution", "2"),
        (LEVEL, 2.0, "2"),
        (BENEFITS, "gain de temps\u00a0; QUALITÉ ACCRUE;gain de temps", ["time", "quality"]),
        (BENEFITS, "Qualité accrue\nNe sait pas", ["quality"]),
        (BENEFITS, "Ne sait pas", "nsp"),
        (TOOLS, "ChatGPT ; DaVinci Resolve, chatgpt", ["ChatGPT", "DaVinci Resolve"]),
        (NUMBER, "1 132,5", 1132.5),
        (NUMBER, 12.0, 12.0),
        (NUMBER, "ne sait pas", "nsp"),
        (TEXT, "=1+1\n«\u00a0voilà\u00a0» 🎬", "=1+1\n«\u00a0voilà\u00a0» 🎬"),
        (TEXT, datetime(2025, 3, 14), "14/03/2025"),
        (TEXT, date(2025, 3, 14), "14/03/2025"),
        (TEXT, True, "VRAI"),
        (TEXT, 2.5, "2,5"),
    ],
)
def test_what_a_person_writes_is_understood(question, cell, value):
    assert question.read(cell) == value


@pytest.mark.parametrize(
    ("question", "cell", "message"),
    [
        (
            USAGE,
            "Pas mon metié",
            "«\u00a0Pas mon metié\u00a0» n’est pas une réponse admise. "
            "Vouliez-vous dire «\u00a0Pas mon métier\u00a0»\u00a0? "
            "Réponses admises\u00a0: Pas mon métier\u00a0; Jamais entendu parler\u00a0; Ne sait pas.",
        ),
        (
            LEVEL,
            date(2025, 3, 14),
            "«\u00a014/03/2025\u00a0» n’est pas une réponse admise. "
            "Réponses admises\u00a0: ●○○ En développement\u00a0; ●●○ En évolution\u00a0; Ne sait pas.",
        ),
        (
            USAGE,
            "Pas mon métier ; nsp",
            "«\u00a0Pas mon métier ; nsp\u00a0»\u00a0: une seule réponse ici. "
            "Réponses admises\u00a0: Pas mon métier\u00a0; Jamais entendu parler\u00a0; Ne sait pas.",
        ),
        (
            BENEFITS,
            "Gain de temps ; xyz",
            "«\u00a0xyz\u00a0» n’est pas une réponse admise. "
            "Réponses admises\u00a0: Gain de temps\u00a0; Qualité accrue\u00a0; Ne sait pas.",
        ),
        (
            TOOLS,
            "ChatGPT ; !!!",
            "«\u00a0!!!\u00a0» n’est pas un nom d’outil\u00a0: 80 caractères au plus, dont une lettre. "
            "Séparez les noms par des points-virgules.",
        ),
        (
            TOOLS,
            " ; ".join(f"Outil {number}" for number in range(70)),
            "plus de 500 caractères\u00a0: gardez les outils principaux.",
        ),
        (NUMBER, "1_000", "«\u00a01_000\u00a0» n’est pas un nombre\u00a0; par exemple 12 ou 12,5."),
        (NUMBER, "inf", "«\u00a0inf\u00a0» n’est pas un nombre\u00a0; par exemple 12 ou 12,5."),
        (TEXT, "a" * 5001, "texte de 5\u202f001 caractères\u00a0; 5\u202f000 au plus."),
        (TEXT, "a\x00b", "le texte contient un caractère nul, qui ne peut pas être gardé."),
    ],
)
def test_what_is_not_understood_is_refused_with_what_is_accepted(question, cell, message):
    with pytest.raises(UnreadableAnswerError) as refused:
        question.read(cell)
    assert str(refused.value) == message


def test_a_long_list_is_not_recited():
    question = Question("Métier", Kind.CHOICE, {str(n): f"Métier {n}" for n in range(10)}, "Métiers")
    with pytest.raises(UnreadableAnswerError) as refused:
        question.read("zzz")
    assert str(refused.value) == (
        "«\u00a0zzz\u00a0» n’est pas une réponse admise. "
        "10 réponses admises\u00a0: feuille «\u00a0Listes\u00a0», colonne «\u00a0Métiers\u00a0»."
    )


@pytest.mark.parametrize(
    ("question", "value", "said"),
    [
        (USAGE, "nsp", "Ne sait pas"),
        (BENEFITS, ["time", "quality"], "Gain de temps\u00a0; Qualité accrue"),
        (BENEFITS, "nsp", "Ne sait pas"),
        (TOOLS, ["ChatGPT", "Runway"], "ChatGPT\u00a0; Runway"),
        (NUMBER, 12.5, 12.5),
        (USAGE, None, None),
    ],
)
def test_what_is_said_reads_back_the_same(question, value, said):
    assert question.say(value) == said
    assert question.read(said) == value


def test_order_spelling_of_tools_and_line_ends_do_not_make_another_answer():
    assert BENEFITS.is_same(["time", "quality"], ["quality", "time"])
    assert not BENEFITS.is_same(["time"], ["time", "quality"])
    assert TOOLS.is_same(["DaVinci Resolve"], ["davinci resolve"])
    assert not TOOLS.is_same(["ChatGPT"], ["Runway"])
    assert TEXT.is_same("deux\r\nlignes", "deux\nlignes")
    assert not TEXT.is_same("deux lignes", "trois lignes")
