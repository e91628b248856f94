import csv
import io

import pytest
from django.core.management import call_command

from interviews.models import Item
from tests.factories import YES_NO, make_item, make_occupation, make_questionnaire, make_sector, make_use_case
from usecases.models import Barrier, Benefit, Stage, Tool, ValueChain

pytestmark = pytest.mark.django_db

CATALOGUE = [
    ("value_chain", "cinema_audiovisual", "cinema_audiovisual"),
    ("stage", "shooting", "Tournage"),
    ("sector", "cinema", "cinema"),
    ("family", "postproduction", "Postproduction"),
    ("occupation", "editors", "Monteurs"),
    ("occupation", "producers", "Producteurs"),
    ("benefit", "time", "Gain de temps"),
    ("barrier", "cost", "Coût"),
    ("tool", "runway", "=Runway"),
    ("use_case", "montage", "Montage"),
    ("use_case", "piratage", "Piratage"),
]
FIXED = [
    ("mode", "web", "en ligne"),
    ("mode", "interview", "entretien"),
    ("mode", "spreadsheet", "classeur"),
    ("structure_type", "production", "Société de production"),
    ("structure_type", "technical", "Prestataire technique"),
    ("structure_type", "distribution", "Distribution ou ventes"),
    ("structure_type", "exhibition", "Exploitation de salles"),
    ("structure_type", "broadcaster", "Chaîne ou plateforme"),
    ("structure_type", "game_studio", "Studio de jeu vidéo"),
    ("structure_type", "publisher", "Éditeur"),
    ("structure_type", "school", "École ou organisme de formation"),
    ("structure_type", "institution", "Institution ou organisation professionnelle"),
    ("structure_type", "self", "À mon compte"),
    ("structure_type", "other", "Autre structure"),
    ("structure_size", "solo", "Moi seul·e"),
    ("structure_size", "1_9", "De 1 à 9 personnes"),
    ("structure_size", "10_49", "De 10 à 49 personnes"),
    ("structure_size", "50_249", "De 50 à 249 personnes"),
    ("structure_size", "250_plus", "250 personnes ou plus"),
    ("seniority", "0_4", "Moins de 5 ans"),
    ("seniority", "5_14", "De 5 à 14 ans"),
    ("seniority", "15_plus", "15 ans ou plus"),
    ("employment_status", "employee", "Salarié·e permanent·e"),
    ("employment_status", "intermittent", "Intermittent·e"),
    ("employment_status", "freelance", "Indépendant·e"),
    ("employment_status", "author", "Artiste-auteur·rice"),
    ("employment_status", "employer", "Employeur·se"),
    ("employment_status", "student", "Étudiant·e ou en formation"),
    ("employment_status", "other", "Autre situation"),
    ("gender", "woman", "Femme"),
    ("gender", "man", "Homme"),
    ("gender", "other", "Autre"),
    ("gender", "undisclosed", "Ne souhaite pas répondre"),
    ("age_group", "under_30", "Moins de 30 ans"),
    ("age_group", "30_44", "De 30 à 44 ans"),
    ("age_group", "45_59", "De 45 à 59 ans"),
    ("age_group", "60_plus", "60 ans ou plus"),
    ("age_group", "undisclosed", "Ne souhaite pas répondre"),
    ("usage", "not_concerned", "Pas mon métier"),
    ("usage", "never_heard", "Jamais entendu parler"),
    ("usage", "aware", "Connu, pas essayé"),
    ("usage", "tried", "Essayé, sans plus"),
    ("usage", "occasional", "Usage occasionnel"),
    ("usage", "regular", "Usage régulier"),
    ("usage", "abandoned", "Abandonné"),
    ("usage", "nsp", "Ne sait pas"),
    ("maturity", "1", "Technologie en développement"),
    ("maturity", "2", "Technologie existante en évolution rapide"),
    ("maturity", "3", "Technologie existante"),
    ("maturity", "nsp", "Ne sait pas"),
    ("impact", "1", "Assistance sur des tâches existantes"),
    ("impact", "2", "Automatisation d’une partie des tâches"),
    ("impact", "3", "Transformation ou remplacement de l’essentiel des tâches"),
    ("impact", "nsp", "Ne sait pas"),
    ("intention", "yes", "Oui"),
    ("intention", "maybe", "Peut-être"),
    ("intention", "no", "Non"),
    ("intention", "nsp", "Ne sait pas"),
]
QUESTIONNAIRE = [
    ("item", "ai_ever_used", "Avez-vous utilisé l’IA ?"),
    ("option:ai_ever_used", "yes", "Oui"),
    ("option:ai_ever_used", "no", "Non"),
    ("item", "free_words", "Autre chose ?"),
]


@pytest.fixture(autouse=True)
def _catalogue():
    make_sector("cinema")
    Stage.objects.create(code="shooting", name="Tournage", chain=ValueChain.objects.get())
    make_occupation("editors", "Monteurs")
    make_occupation("producers", "Producteurs")
    Benefit.objects.create(code="time", name="Gain de temps")
    Barrier.objects.create(code="cost", name="Coût")
    Tool.objects.create(code="runway", name="=Runway")
    make_use_case("Montage")
    make_use_case("Piratage", status="not_retained", status_source="étude")
    make_item(make_questionnaire(version=1), "former", options=YES_NO)
    newest = make_questionnaire(version=2)
    make_item(newest, "ai_ever_used", options=YES_NO, wording="Avez-vous utilisé l’IA ?")
    make_item(newest, "free_words", Item.Kind.TEXT, wording="Autre chose ?")


def output(*arguments):
    out = io.StringIO()
    call_command("codes", *arguments, stdout=out)
    return out.getvalue()


def test_csv_gives_every_code_of_the_catalogue_and_of_the_newest_questionnaire():
    header, *rows = csv.reader(io.StringIO(output("--format", "csv"), newline=""))
    assert header == ["kind", "code", "label"]
    guarded = [(kind, code, "'=Runway" if label == "=Runway" else label) for kind, code, label in CATALOGUE]
    assert [tuple(row) for row in rows] == [*guarded, *FIXED, *QUESTIONNAIRE]


def test_the_table_groups_codes_by_kind():
    table = output()
    assert "\noccupation\n  editors    Monteurs\n  producers  Producteurs\n" in table
    assert table.endswith(
        "\nitem\n  ai_ever_used  Avez-vous utilisé l’IA ?\n"
        "\noption:ai_ever_used\n  yes  Oui\n  no   Non\n"
        "\nitem\n  free_words  Autre chose ?\n"
    )


def test_the_number_of_queries_does_not_grow_with_the_items(django_assert_num_queries):
    with django_assert_num_queries(13):  # nine lists, the newest questionnaire, items, option sets, options
        output("--format", "csv")
