import shutil
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from usecases.catalogue import Verdict, load_catalogue
from usecases.data_files import DATA, KINDS, CatalogueError, read_data_files
from usecases.models import (
    Edition,
    LoadedRecord,
    Occupation,
    Rating,
    SheetSection,
    Stage,
    StudyPoint,
    Tool,
    UseCase,
)

pytestmark = pytest.mark.django_db
ENTRIES = 305  # every entry of every file, and the edition
CHATBOT = "chatbot-de-service-joueur"
WRITING = "assistance-a-lecriture-de-scenario"


@pytest.fixture
def folder(tmp_path):
    """A copy of the data files, to change."""
    return shutil.copytree(DATA, tmp_path / "data")


def change(folder, file, before, after):
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert text.count(before) == 1
    path.write_text(text.replace(before, after), encoding="utf-8")


def plain(sentences):
    """Sentences with ordinary spaces, which a test can show."""
    return [sentence.replace("\u00a0", " ") for sentence in sentences]


def counts(report):
    return {verdict.name: report.counts[verdict] for verdict in Verdict if report.counts[verdict]}


def everything():
    """Every row that the loader may write, to compare the whole catalogue before and after."""
    models = {kind.model for kind in KINDS} | {Edition, Rating, LoadedRecord}
    models |= {UseCase._meta.get_field(name).remote_field.through for name in ("stages", "occupations", "benefits")}
    models.add(UseCase.tools.through)
    return {model._meta.label: sorted(map(str, model.objects.values_list())) for model in models}


def test_a_second_load_changes_nothing():
    first = load_catalogue()
    loaded = everything()
    second = load_catalogue()

    assert (counts(first), first.changed, first.differences) == ({"CREATED": ENTRIES}, True, [])
    assert (counts(second), second.changed, second.differences) == ({"UNCHANGED": ENTRIES}, False, [])
    assert everything() == loaded


def test_the_number_of_queries_does_not_follow_the_number_of_rows(django_assert_max_num_queries):
    with django_assert_max_num_queries(90):
        load_catalogue()
    with django_assert_max_num_queries(40):
        load_catalogue()


def test_what_staff_edited_is_left_and_reported_until_told_to_overwrite():
    load_catalogue()
    pristine = everything()
    UseCase.objects.filter(code=CHATBOT).update(summary="Répond la nuit.", status="not_retained", status_source="CNC")
    edited = everything()
    sentences = [
        f"cas d’usage « {CHATBOT} », champ « résumé » : en base « Répond la nuit. », "
        "dans le fichier « Répond aux questions des joueurs et traite leurs demandes courantes. »",
        f"cas d’usage « {CHATBOT} », champ « statut » : en base « not_retained », dans le fichier « retained »",
        f"cas d’usage « {CHATBOT} », champ « source du statut » : en base « CNC », dans le fichier « vide »",
    ]

    report = load_catalogue()
    assert (counts(report), plain(report.differences)) == ({"UNCHANGED": ENTRIES - 1, "LEFT": 1}, sentences)
    assert everything() == edited

    report = load_catalogue(overwrite=True)
    assert (counts(report), plain(report.differences)) == ({"UPDATED": 1, "UNCHANGED": ENTRIES - 1}, sentences)
    assert counts(load_catalogue()) == {"UNCHANGED": ENTRIES}
    # links are written anew, under new ids
    assert {label: rows for label, rows in everything().items() if "UseCase" not in label and "tools" not in label} == {
        label: rows for label, rows in pristine.items() if "UseCase" not in label and "tools" not in label
    }


def test_an_edited_link_is_an_edit_of_the_use_case():
    load_catalogue()
    chatbot = UseCase.objects.get(code=CHATBOT)
    chatbot.occupation_links.get(occupation__code="publishers").delete()
    chatbot.occupation_links.filter(occupation__code="community_managers").update(proposed=False)

    report = load_catalogue()
    assert plain(report.differences) == [
        f"cas d’usage « {CHATBOT} », champ « métiers » : en base « community_managers, "
        "player_support_agents (proposé) », dans le fichier « community_managers (proposé), "
        "player_support_agents (proposé), publishers (proposé) »"
    ]
    assert chatbot.occupation_links.count() == 2

    load_catalogue(overwrite=True)
    assert list(chatbot.occupation_links.values_list("occupation__code", "proposed")) == [
        ("community_managers", True),
        ("player_support_agents", True),
        ("publishers", True),
    ]


def test_a_difference_inside_a_long_text_shows_where_it_is():
    load_catalogue()
    section = SheetSection.objects.get(use_case__code=WRITING, kind="adoption_potential")
    section.body = section.body.replace("Trois réserves", "Quatre réserves")
    section.save()

    assert plain(load_catalogue().differences) == [
        f"rubrique de fiche « {WRITING}/adoption_potential », champ « texte » : "
        "en base « …jà fait des essais. Quatre réserves les retiennent : la confidentialité, des rés… », "
        "dans le fichier « …jà fait des essais. Trois réserves les retiennent : la confidentialité, des résu… »"
    ]


def test_a_page_saved_untouched_by_a_browser_is_not_an_edit():
    load_catalogue()
    section = SheetSection.objects.get(use_case__code=WRITING, kind="description")
    section.body = section.body.replace("\n", "\r\n")
    section.save()

    assert counts(load_catalogue()) == {"UNCHANGED": ENTRIES}


def test_a_row_that_nobody_touched_follows_the_file(folder):
    load_catalogue()
    Occupation.objects.filter(code="composers").update(name="Compositrices et compositeurs")
    change(folder, "taxonomy.toml", 'name = "Bruiteurs"', 'name = "Artistes bruiteurs"')
    change(folder, "taxonomy.toml", 'name = "Compositeurs"', 'name = "Musiciens"')

    report = load_catalogue(folder=folder)

    assert counts(report) == {"UPDATED": 1, "UNCHANGED": ENTRIES - 2, "LEFT": 1}
    assert plain(report.differences) == [
        "métier « composers », champ « nom » : en base « Compositrices et compositeurs », dans le fichier « Musiciens »"
    ]
    assert dict(Occupation.objects.filter(group="Son et musique").values_list("code", "name")) == {
        "sound_engineers": "Ingénieurs du son et mixeurs",
        "sound_editors": "Monteurs son",
        "foley_artists": "Artistes bruiteurs",
        "sound_designers": "Concepteurs sonores",
        "composers": "Compositrices et compositeurs",
        "music_supervisors": "Superviseurs musicaux",
    }


def test_an_edit_that_the_file_takes_over_follows_the_file_again(folder):
    load_catalogue()
    Occupation.objects.filter(code="foley_artists").update(name="Artistes bruiteurs")
    change(folder, "taxonomy.toml", 'name = "Bruiteurs"', 'name = "Artistes bruiteurs"')

    assert counts(load_catalogue(folder=folder)) == {"UNCHANGED": ENTRIES}

    change(folder, "taxonomy.toml", 'name = "Artistes bruiteurs"', 'name = "Bruiteuses et bruiteurs"')
    assert counts(load_catalogue(folder=folder)) == {"UPDATED": 1, "UNCHANGED": ENTRIES - 1}


def test_new_links_of_the_file_are_written(folder):
    load_catalogue()
    change(
        folder,
        "use_cases.toml",
        'occupations = ["player_support_agents", "community_managers", "publishers"]',
        'occupations = ["player_support_agents", "testers"]',
    )

    assert counts(load_catalogue(folder=folder)) == {"UPDATED": 1, "UNCHANGED": ENTRIES - 1}
    occupations = UseCase.objects.get(code=CHATBOT).occupations
    assert list(occupations.values_list("code", flat=True)) == ["testers", "player_support_agents"]


def test_what_staff_deleted_stays_deleted_until_told_to_overwrite():
    load_catalogue()
    Occupation.objects.get(code="other").delete()
    sentence = "métier « other » : supprimé de la base, présent dans le fichier"

    report = load_catalogue()
    assert (counts(report), plain(report.differences)) == ({"UNCHANGED": ENTRIES - 1, "LEFT": 1}, [sentence])
    assert not Occupation.objects.filter(code="other").exists()

    report = load_catalogue(overwrite=True)
    assert (counts(report), plain(report.differences)) == ({"CREATED": 1, "UNCHANGED": ENTRIES - 1}, [sentence])
    assert Occupation.objects.get(code="other").name == "Autre métier"


def test_a_new_reference_to_what_staff_deleted_is_an_error(folder):
    load_catalogue()
    Occupation.objects.get(code="other").delete()
    change(folder, "use_cases.toml", 'occupations = ["foley_artists", ', 'occupations = ["other", "foley_artists", ')
    before = everything()

    with pytest.raises(CatalogueError) as error:
        load_catalogue(folder=folder)

    assert plain(error.value.faults) == [
        "use_cases.toml, use_cases n° 18 (« bruitage-automatise »), champ « occupations » : "
        "« other » a été supprimé de la base. L’option --overwrite le rétablit."
    ]
    assert everything() == before


def test_what_staff_added_stays():
    load_catalogue()
    Tool.objects.create(code="whisper", name="Whisper", position=99)
    Stage.objects.filter(code="development").update(potential_impact=2)  # a field that the files do not govern

    assert counts(load_catalogue()) == {"UNCHANGED": ENTRIES}
    assert counts(load_catalogue(overwrite=True)) == {"UNCHANGED": ENTRIES}
    assert Tool.objects.get(code="whisper").name == "Whisper"
    assert Stage.objects.get(code="development").potential_impact == 2


def test_a_row_that_was_there_before_the_first_load_is_somebody_s_work():
    Tool.objects.create(code="sora", name="Sora 2", publisher="OpenAI", position=16, source="study")

    report = load_catalogue()

    assert (counts(report), plain(report.differences)) == (
        {"CREATED": ENTRIES - 1, "LEFT": 1},
        ["outil « sora », champ « nom » : en base « Sora 2 », dans le fichier « Sora »"],
    )


def test_what_leaves_the_files_stays_in_the_database_and_is_reported(folder):
    load_catalogue()
    change(folder, "taxonomy.toml", '[[tools]]\ncode = "siri"\nname = "Siri"\nsource = "study"\n', "")

    report = load_catalogue(folder=folder)

    assert (counts(report), plain(report.differences)) == (
        {"UNCHANGED": ENTRIES - 1, "LEFT": 1},
        ["outil « siri » : n’est plus dans les fichiers, laissé en base"],
    )
    assert Tool.objects.filter(code="siri").exists()

    Tool.objects.get(code="siri").delete()
    assert counts(load_catalogue(folder=folder)) == {"UNCHANGED": ENTRIES - 1}


def test_a_part_may_become_a_point_of_its_own(folder):
    load_catalogue()
    change(folder, "study.toml", 'parent = "project_type"\ncode = "specialisation"', 'code = "specialisation"')

    assert counts(load_catalogue(folder=folder)) == {"UPDATED": 1, "UNCHANGED": ENTRIES - 1}
    assert StudyPoint.objects.get(code="specialisation").parent is None


TAXONOMY, CASES, EDITION = "taxonomy.toml", "use_cases.toml", "edition_2024.toml"
TRAILERS = "sheets/creation-de-bandes-annonces.toml"
SIRI = "taxonomy.toml, tools n° 23 (« siri »), champ"
FOLEY = "use_cases.toml, use_cases n° 18 (« bruitage-automatise »), champ « occupations »"
FOLEY_LINKS = '["foley_artists", "sound_editors", "sound_designers"]'
PROGRAMMING = "use_cases.toml, use_cases n° 64 (« assistance-a-la-programmation-des-salles »)"
NOT_A_POINT = "« legal_ethical » n’est pas un point principal de ce thème."
SPECIALISATION = "study.toml, points n° 47 (« specialisation »)"
BROKEN = [
    # file, text, text that replaces it, where the fault is, what it is
    (TAXONOMY, 'name = "Siri"\n', "", f"{SIRI} « name »", "champ manquant."),
    (TAXONOMY, 'name = "Siri"', 'nom = "Siri"\nname = "Siri"', f"{SIRI} « nom »", "champ inconnu."),
    (TAXONOMY, 'name = "Siri"', "name = 4", f"{SIRI} « name »", "un texte est attendu."),
    (
        TAXONOMY,
        'name = "Siri"\nsource = "study"',
        'name = "Siri"\nsource = "rumeur"',
        f"{SIRI} « source »",
        "La valeur « 'rumeur' » n’est pas un choix valide.",
    ),
    (
        TAXONOMY,
        'code = "siri"',
        'code = "alexa"',
        "taxonomy.toml, tools n° 23 (« alexa »)",
        "entrée présente deux fois.",
    ),
    (
        TAXONOMY,
        'chain = "cinema_audiovisual"\nname = "Tournage"',
        'chain = "radio"\nname = "Tournage"',
        "taxonomy.toml, stages n° 3 (« shooting »), champ « chain »",
        "code inconnu « radio ».",
    ),
    (CASES, FOLEY_LINKS, '["foley_artists", "crooners"]', FOLEY, "code inconnu « crooners »."),
    (CASES, FOLEY_LINKS, '["foley_artists", "foley_artists"]', FOLEY, "un code y figure deux fois."),
    (CASES, FOLEY_LINKS, '"foley_artists"', FOLEY, "une liste de codes est attendue."),
    (
        CASES,
        'status_source = "Presse professionnelle',
        '# "Presse professionnelle',
        f"{PROGRAMMING}, champ « status_source »",
        "la source est obligatoire pour un cas d’usage non retenu.",
    ),
    (TRAILERS, 'kind = "examples"', 'kind = "description"', f"{TRAILERS}, rubrique n° 3", "entrée présente deux fois."),
    (TRAILERS, "tools = []", 'tools = ["moviola"]', f"{TRAILERS}, champ « tools »", "code inconnu « moviola »."),
    (TRAILERS, "tools = []", "tools = 3", f"{TRAILERS}, champ « tools »", "une liste de codes est attendue."),
    ("study.toml", '"project_type"\ncode', '"legal_ethical"\ncode', f"{SPECIALISATION}, champ « parent »", NOT_A_POINT),
    (
        EDITION,
        "level = 3",
        "level = 4",
        "edition_2024.toml, ratings n° 5, champ « level »",
        "un niveau va de 1 à 3, ou reste absent.",
    ),
    (
        EDITION,
        "published_on = 2024-03-06",
        'published_on = "mars 2024"',
        "edition_2024.toml, champ « published_on »",
        "champ manquant ou mal écrit.",
    ),
]


@pytest.mark.parametrize(("file", "before", "after", "where", "what"), BROKEN)
def test_a_faulty_file_names_its_entry_and_field_and_writes_nothing(folder, file, before, after, where, what):
    change(folder, file, before, after)

    with pytest.raises(CatalogueError) as error:
        load_catalogue(folder=folder)

    assert plain(error.value.faults) == [f"{where} : {what}"]
    assert {label: rows for label, rows in everything().items() if rows} == {}


def test_every_faulty_entry_is_named_at_once(folder):
    change(folder, TAXONOMY, 'name = "Siri"\n', "")
    change(folder, TAXONOMY, 'name = "Bruiteurs"\n', 'name = ""\n')
    change(folder, "glossary.toml", 'code = "gpu"\n', 'code = "g p u"\n')

    with pytest.raises(CatalogueError) as error:
        load_catalogue(folder=folder)

    assert [message.partition(" :")[0] for message in plain(error.value.faults)] == [
        "taxonomy.toml, occupations n° 19 (« foley_artists »), champ « name »",
        "taxonomy.toml, tools n° 23 (« siri »), champ « name »",
        "glossary.toml, terms n° 4 (« g p u »), champ « code »",
    ]


def test_unreadable_missing_and_stray_files_are_named(folder):
    (folder / "glossary.toml").write_text("[[terms", encoding="utf-8")
    (folder / EDITION).unlink()
    (folder / "sheets" / "sans-fiche.toml").write_bytes(b'tools = ["\xe9"]')

    with pytest.raises(CatalogueError) as error:
        read_data_files(folder)

    assert [message.partition(" (")[0] for message in plain(error.value.faults)] == [
        "glossary.toml : fichier illisible",
        "sans-fiche.toml : fichier illisible",
        "edition_2024.toml : fichier absent.",
    ]


def test_a_sheet_without_a_use_case_is_an_error(folder):
    (folder / "sheets" / "sans-fiche.toml").write_text(
        '[[sections]]\nkind = "note"\nbody = "Rien."\n', encoding="utf-8"
    )

    with pytest.raises(CatalogueError) as error:
        read_data_files(folder)

    assert plain(error.value.faults) == ["sheets/sans-fiche.toml : aucun cas d’usage ne porte ce code."]


def test_a_published_edition_never_changes(folder):
    load_catalogue()
    change(folder, EDITION, "level = 3\n", "level = 2\n")
    change(folder, EDITION, "2024-03-06", "2024-03-07")
    change(folder, TAXONOMY, 'name = "Bruiteurs"', 'name = "Artistes bruiteurs"')
    before = everything()

    with pytest.raises(CatalogueError) as error:
        load_catalogue(overwrite=True, folder=folder)

    assert plain(error.value.faults) == [
        "edition_2024.toml, champ « publiée le » : publié « 2024-03-06 », dans le fichier « 2024-03-07 ». "
        "Une édition publiée ne change jamais : corrigez le fichier.",
        "edition_2024.toml, "
        "note « indexation-et-labellisation-des-rushes-de-tournage-et-des-pistes-audio × maturity » : "
        "publié « niveau 3, Technologie existante », dans le fichier « niveau 2, Technologie existante ». "
        "Une édition publiée ne change jamais : corrigez le fichier.",
    ]
    assert everything() == before


def test_a_later_edition_does_not_disturb_the_first():
    load_catalogue()
    first = Edition.objects.get()
    Edition.objects.create(
        number=2,
        title="Vague 1",
        published_on="2025-06-01",
        collected_from="2025-03-01",
        collected_to="2025-04-01",
        source="Vague 1",
        previous=first,
    )

    assert counts(load_catalogue()) == {"UNCHANGED": ENTRIES}


def run_command(*args):
    out = StringIO()
    call_command("load_catalogue", *args, stdout=out)
    return out.getvalue().replace("\u00a0", " ")


def test_the_command_says_what_it_did():
    assert run_command() == (
        "Catalogue 2024. Entrées créées : 305 ; mises à jour : 0 ; inchangées : 0 ; laissées : 0.\n"
    )
    assert run_command() == (
        "Catalogue 2024. Entrées créées : 0 ; mises à jour : 0 ; inchangées : 305 ; laissées : 0. Rien n’a changé.\n"
    )
    Tool.objects.filter(code="sora").update(name="Sora 2")
    difference = "- outil « sora », champ « nom » : en base « Sora 2 », dans le fichier « Sora »\n"
    assert run_command() == (
        "Catalogue 2024. Entrées créées : 0 ; mises à jour : 0 ; inchangées : 304 ; laissées : 1. Rien n’a changé.\n"
        "Laissé tel quel en base (--overwrite pour remplacer) :\n" + difference
    )
    assert run_command("--overwrite") == (
        "Catalogue 2024. Entrées créées : 0 ; mises à jour : 1 ; inchangées : 304 ; laissées : 0.\n"
        "Remplacé par les fichiers :\n" + difference
    )


def test_the_command_fails_with_the_reason():
    load_catalogue()
    Edition.objects.update(title="Étude corrigée")

    with pytest.raises(CommandError) as error:
        run_command()

    assert str(error.value).replace("\u00a0", " ") == (
        "Le catalogue n’a pas été chargé.\n"
        "edition_2024.toml, champ « titre » : publié « Étude corrigée », "
        "dans le fichier « Étude CNC × BearingPoint, mars 2024 ». "
        "Une édition publiée ne change jamais : corrigez le fichier."
    )
