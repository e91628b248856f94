"""Contacts from a file: every kind of row, both formats, and nothing written before it is confirmed."""

from datetime import date
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from cnc_survey.workbook import Column, Sheet, write_workbook
from interviews.fieldwork import contact_file
from interviews.fieldwork.contact_export import write_contacts, write_model
from interviews.fieldwork.contact_file import ContactFileError, FileRow, read_contacts
from interviews.fieldwork.contact_import import (
    apply_import,
    check_import,
    pack_rows,
    plan_import,
    unpack_rows,
    verdicts_of,
)
from interviews.models import Contact, ContactImport
from tests.factories import make_contact, make_occupation, make_sector

pytestmark = pytest.mark.django_db

HEADER = "email;prénom;nom;structure;métiers;secteurs;strate;étiquettes;langue"


@pytest.fixture(params=[[], [Fernet.generate_key().decode()]], ids=["clear", "encrypted"])
def keys(request, settings):
    settings.PERSONAL_DATA_KEYS = request.param


@pytest.fixture
def lists():
    make_occupation("editors", "Monteurs")
    make_occupation("sound", "Ingénieurs du son")
    make_sector("cinema")


def received(tmp_path, text, encoding="utf-8", name="contacts.csv"):
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return read_contacts(path, name)


def imported(rows):
    return ContactImport.objects.create(file_name="contacts.csv", rows=pack_rows(rows))


def outcomes(rows):
    return [(planned.number, planned.outcome.value, planned.reasons) for planned in plan_import(rows)]


EVERY_KIND = f"""{HEADER}
ada@exemple.fr;Ada;Lovelace;Studio;Monteurs|sound;cinema;Producteurs;festival|presse;en
;Sans;Adresse;;;;;;
pas-une-adresse;;;;;;;;
 ADA@Exemple.FR;Ada;Byron;;;;;;
grace@exemple.fr;;;;Sorciers;;;;
eve@exemple.fr;;;;;lune;;;
bob@exemple.fr;;;;;;;;klingon
lin@exemple.fr;{"x" * 101};;;;;;;
refus@exemple.fr;Jean;Refus;;;;;;
connu@exemple.fr;Nouveau;;;;;;;
pareil@exemple.fr;;;;;;;;
"""


@pytest.mark.usefixtures("keys", "lists")
def test_every_row_is_told_what_it_would_do_and_why(tmp_path):
    make_contact("refus@exemple.fr", opted_out_on=date(2025, 1, 1))
    make_contact("connu@exemple.fr", first_name="Ancien")
    make_contact("pareil@exemple.fr")
    rows = received(tmp_path, EVERY_KIND)
    expected = [
        (2, "new", []),
        (3, "invalid", ["adresse absente."]),
        (4, "invalid", ["« pas-une-adresse » n’est pas une adresse électronique."]),
        (5, "duplicate", ["même adresse qu’à la ligne 2 : seule la première compte."]),
        (6, "invalid", ["métiers : « Sorciers » n’est pas dans la liste."]),
        (7, "invalid", ["secteurs : « lune » n’est pas dans la liste."]),
        (8, "invalid", ["langue « klingon » inconnue : fr ou en."]),
        (9, "invalid", ["prénom : 101 caractères, au lieu de 100 au plus."]),
        (
            10,
            "opted_out",
            ["cette personne ne veut plus de courriel : sa fiche ne change pas, rien ne lui partira."],
        ),
        (11, "changed", ["change : prénom."]),
        (12, "unchanged", []),
    ]
    assert outcomes(rows) == expected
    found = imported(rows)
    check_import(found)
    assert Contact.objects.count() == 3
    assert [(v.number, v.outcome, v.reasons) for v in verdicts_of(found)] == expected
    assert found.outcome == {"new": 1, "invalid": 6, "duplicate": 1, "opted_out": 1, "changed": 1, "unchanged": 1}


@pytest.mark.usefixtures("keys", "lists")
def test_what_is_confirmed_is_written_once(tmp_path):
    make_contact("connu@exemple.fr", first_name="Ancien", last_name="Reste", tags=["vieille"])
    text = f"{HEADER}\nada@exemple.fr;Ada;Lovelace;Studio;Monteurs|sound;cinema;Producteurs;festival|presse;en\n"
    rows = received(tmp_path, f"{text}connu@exemple.fr;Nouveau;;;;;;festival;\n")
    found, steps = imported(rows), []
    counts = apply_import(found, lambda done, total: steps.append((done, total)))
    assert (dict(counts), steps[-1]) == ({"new": 1, "changed": 1}, (2, 2))
    ada, known = Contact.objects.get(first_name__isnull=False, stratum="Producteurs"), Contact.objects.order_by("pk")[0]
    assert (ada.email, ada.full_name, ada.organisation, ada.language) == (
        "ada@exemple.fr",
        "Ada Lovelace",
        "Studio",
        "en",
    )
    assert {each.code for each in ada.occupations.all()} == {"editors", "sound"}
    assert ([each.code for each in ada.sectors.all()], [tag.name for tag in ada.tags.all()]) == (
        ["cinema"],
        ["festival", "presse"],
    )
    assert (known.full_name, [tag.name for tag in known.tags.all()]) == ("Nouveau Reste", ["festival", "vieille"])
    assert (found.applied_at is not None, found.rows, unpack_rows(found)) == (True, "", [])
    again = imported(rows)
    assert dict(apply_import(again)) == {"unchanged": 2}
    assert Contact.objects.count() == 2


@pytest.mark.usefixtures("lists")
def test_a_workbook_and_a_csv_of_a_french_spreadsheet_say_the_same(tmp_path):
    path = tmp_path / "contacts.xlsx"
    columns = [Column(title) for title in ("Courriel", "PRENOM", "Métier", "Couleur")]
    write_workbook(path, [Sheet("Contacts", columns, [["ada@exemple.fr", "=1+1", "monteurs", "bleu"]])], title="x")
    workbook = read_contacts(path, "contacts.xlsx")
    assert workbook == [
        FileRow(2, {"email": "ada@exemple.fr", "first_name": "=1+1", "occupations": "monteurs"}),
    ]
    csv = "Courriel;PRENOM;Métier;Couleur\r\nada@exemple.fr;'=1+1;monteurs;bleu\r\n"
    assert received(tmp_path, csv, "cp1252") == workbook
    assert received(tmp_path, csv.replace(";", ","), "utf-8-sig") == workbook
    assert outcomes(workbook) == [(2, "new", [])]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("prénom;nom\nAda;Lovelace\n", "Aucune colonne « email »."),
        ("email;courriel\nada@exemple.fr;b@exemple.fr\n", "La colonne « email » est là deux fois."),
        ("email\n", "ne contient aucun contact"),
        ("", "Aucune colonne « email »."),
        ('email;nom\n"ada;x\n', "n’est pas lisible"),
        ("email\n\0\n", "Ce n’est ni un classeur"),
    ],
)
def test_a_file_that_is_not_one_is_refused_as_a_whole(tmp_path, text, message):
    with pytest.raises(ContactFileError, match=message):
        received(tmp_path, text)


def test_too_many_rows_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(contact_file, "MAX_CONTACTS", 2)
    with pytest.raises(ContactFileError, match="plus de 2 contacts"):
        received(tmp_path, "email\na@b.fr\nb@b.fr\nc@b.fr\n")


@pytest.mark.parametrize(
    ("content", "name", "message"),
    [
        (b"PK\x03\x04 nothing of a zip", "contacts.xlsx", "Ce n’est pas un classeur .xlsx, ou il est abîmé."),
        (b"\xd0\xcf\x11\xe0" + b"x" * 20, "contacts.xls", "Ancien format .xls"),
    ],
)
def test_a_workbook_that_is_not_one_is_refused(tmp_path: Path, content, name, message):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ContactFileError, match=message):
        read_contacts(path, name)


@pytest.mark.usefixtures("lists")
def test_the_same_number_of_queries_for_one_row_and_for_three(django_assert_num_queries):
    rows = [
        FileRow(number, {"email": f"{number}@exemple.fr", "occupations": "editors", "tags": "a|b"})
        for number in (2, 3, 4)
    ]
    for kept in (rows[:1], rows):
        with django_assert_num_queries(3):  # occupations, sectors, contacts known
            list(plan_import(kept))


@pytest.mark.usefixtures("keys", "lists")
def test_an_export_is_read_back_as_it_was(tmp_path):
    make_contact(
        "ada@exemple.fr",
        first_name="=HYPERLINK(1)",
        last_name="Lovelace",
        organisation="+33 studio",
        occupations=["editors", "sound"],
        sectors=["cinema"],
        tags=["presse"],
        stratum="@Producteurs",
    )
    make_contact("bob@exemple.fr", opted_out_on=date(2025, 1, 1))
    path = tmp_path / "contacts.xlsx"
    assert write_contacts(path, {}) == 2
    assert [outcome for _, outcome, _ in outcomes(read_contacts(path, path.name))] == ["unchanged", "opted_out"]
    assert write_contacts(path, {"q": "love"}) == 1


@pytest.mark.usefixtures("lists")
def test_the_model_is_a_file_that_can_be_imported(tmp_path):
    path = tmp_path / "modele.xlsx"
    with path.open("wb") as stream:
        write_model(stream)
    assert outcomes(read_contacts(path, path.name)) == [(2, "new", [])]
