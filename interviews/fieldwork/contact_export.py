"""Contacts as a workbook: the columns that an import reads, then what happened to them. And the empty model."""

from pathlib import Path

from cnc_survey.workbook import Column, Sheet, write_workbook
from usecases.models import Occupation, Sector

from .contact_file import COLUMNS, SEPARATOR, SHEETS
from .contact_filter import ContactFilter
from .contact_import import Progress, columns_help

BATCH = 1_000  # contacts decrypted at once
WIDTHS = (32, 16, 20, 28, 30, 24, 18, 24, 8)


def write_contacts(path: Path, chosen: dict, progress: Progress = lambda done, total: None) -> int:
    """Write the contacts of a filter ({field of ContactFilter: value}) to an .xlsx; return how many."""
    contacts = ContactFilter(chosen).matching().order_by("pk")
    total = contacts.count()
    columns = [
        *_columns(),
        Column("entré le", 12, "date"),
        Column("opposé le", 12, "date"),
        Column("revenu le", 12, "date"),
    ]
    sheet = Sheet(SHEETS[0], columns, _rows(contacts, total, progress))
    write_workbook(path, [sheet], title="Contacts", subject="Données personnelles : à ne pas transmettre")
    return total


def write_model(target) -> None:
    """Write the workbook that managers fill in: an example to replace, and what each cell may hold."""
    example = ["prenom.nom@exemple.fr", "Camille", "Durand", "Studio Exemple", "", "", "Producteurs", "festival", "fr"]
    lists = [
        *(("métiers", row.name, row.code) for row in Occupation.objects.all()),
        *(("secteurs", row.name, row.code) for row in Sector.objects.all()),
    ]
    sheets = [
        Sheet(SHEETS[0], _columns(), [example]),
        Sheet("Colonnes", [Column("colonne", 14), Column("ce qu’elle contient", 70)], columns_help()),
        Sheet("Listes", [Column("colonne", 14), Column("nom", 50), Column("code", 36)], lists),
    ]
    write_workbook(target, sheets, title="Modèle de fichier de contacts")


def _columns():
    return [Column(column, width) for column, width in zip(COLUMNS, WIDTHS, strict=True)]


def _rows(contacts, total, progress):
    found = contacts.prefetch_related("occupations", "sectors", "tags")
    for done, contact in enumerate(found.iterator(chunk_size=BATCH), 1):
        yield [
            contact.email,
            contact.first_name,
            contact.last_name,
            contact.organisation,
            *(
                SEPARATOR.join(str(each) for each in getattr(contact, name).all())
                for name in ("occupations", "sectors")
            ),
            contact.stratum,
            SEPARATOR.join(str(tag) for tag in contact.tags.all()),
            contact.language,
            contact.created_on,
            contact.opted_out_on,
            contact.bounced_on,
        ]
        if done % BATCH == 0 or done == total:
            progress(done, total)
