"""The one door through which a stranger's .xlsx comes in: weighed and searched before any of it is parsed."""

import posixpath
import re
import zlib
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring
from openpyxl.utils import get_column_letter
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from .received_archive import Door
from .workbook import MAX_ROWS

MAX_BLANK_ROWS = 10_000  # a lone cell far below would be a million rows in memory
MAX_FLAWS = 200  # enough to show what is wrong with a sheet
LAST_COLUMN = "Z"  # the widest table has fourteen columns
BLOCK = 1 << 18  # bytes

UNREADABLE = (ParseError, expat.ExpatError, CalamineError, zlib.error, EOFError, KeyError, NotImplementedError)
OLD_FORMAT = b"\xd0\xcf\x11\xe0"  # an OLE file: .xls, or .xlsx behind a password
WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
KEPT_PARTS = ("[Content_Types].xml", "_rels/.rels", WORKBOOK, RELATIONS, "xl/styles.xml", "xl/sharedStrings.xml")


class ReceivedWorkbookError(ValueError):
    """A workbook refused as a whole; the message is in French."""


DOOR = Door(
    "le classeur",
    ReceivedWorkbookError,
    max_parts=1_000,
    refused_parts={
        r"vbaProject|macrosheets/": "des macros",
        r"externalLinks/": "un lien vers un autre classeur",
        r"connections\.xml$|queryTables/": "une connexion à des données extérieures",
        r"embeddings/|activeX/|ctrlProps/": "des objets incorporés",
    },
)


@dataclass(frozen=True)
class Limits:
    """What a workbook may weigh: `size` in bytes once unzipped, `rows` in one sheet; `advice` for those who exceed."""

    size: int
    rows: int
    advice: str = ""


# A full sheet of ten columns of codes takes some 600 MB.
MICRODATA = Limits(size=1 << 30, rows=MAX_ROWS, advice=" Utilisez des CSV.")


@dataclass(frozen=True)
class Flaw:
    """Something in a sheet that cannot be taken as a value, and where."""

    sheet: str
    row: int
    cell: str
    message: str


def read_workbook(
    path: Path, sheets: Collection[str], limits: Limits = MICRODATA
) -> tuple[dict[str, CalamineSheet], list[Flaw]]:
    """Return those of `sheets` that the workbook has, by name, and their flaws.

    Flaws are merged cells, formulas and error values. Raises ReceivedWorkbookError for a file that is not an .xlsx,
    or holds macros, links, entities, or more than a spreadsheet would.
    """
    try:
        with ZipFile(path) as archive, NamedTemporaryFile(suffix=".xlsx") as vetted:
            DOOR.weigh(archive, limits.size, limits.advice)
            # The parser reads a copy of what was searched: a zip can show two readers two different contents.
            flaws = _copy_searched(archive, sheets, vetted, limits)
            vetted.flush()
            with CalamineWorkbook.from_path(vetted.name) as workbook:
                present = [name for name in workbook.sheet_names if name in sheets]
                return {name: workbook.get_sheet_by_name(name) for name in present}, flaws
    except BadZipFile:
        with path.open("rb") as stream:
            if stream.read(4) == OLD_FORMAT:
                raise ReceivedWorkbookError(
                    "ancien format .xls, ou classeur protégé par un mot de passe. Enregistrez-le au format .xlsx, "
                    "sans mot de passe."
                ) from None
        raise ReceivedWorkbookError("ce n’est pas un classeur .xlsx, ou il est abîmé.") from None
    except DefusedXmlException:
        raise ReceivedWorkbookError("le classeur déclare un DOCTYPE ou des entités XML.") from None
    except UNREADABLE as error:
        raise ReceivedWorkbookError(f"classeur .xlsx illisible ({error}).") from None


def _copy_searched(archive, sheets, target, limits):
    present = set(archive.namelist())
    if WORKBOOK not in present or RELATIONS not in present:
        raise ReceivedWorkbookError("ce n’est pas un classeur .xlsx.")
    DOOR.refuse_macros(archive)
    names = {part: name for name, part in _sheet_parts(archive).items() if name in sheets and part in present}
    flaws = []
    strings = _Strings()
    with ZipFile(target, "w") as copy:
        for part in KEPT_PARTS:
            if part in present:
                _copy(archive, copy, part, strings.start if part.endswith("sharedStrings.xml") else None, strings.data)
        for part, name in names.items():
            search = _SheetSearch(name, strings.lengths, flaws, limits)
            _copy(archive, copy, part, search.start, search.data)
    return flaws


def _sheet_parts(archive):
    """Return {sheet name: part of the archive}."""
    targets = {
        relation.get("Id"): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in fromstring(archive.read(RELATIONS), forbid_dtd=True)
    }
    return {
        element.get("name"): targets.get(next((v for k, v in element.items() if k.endswith("}id")), None))
        for element in fromstring(archive.read(WORKBOOK), forbid_dtd=True).iter()
        if element.tag.endswith("}sheet")
    }


def _copy(archive, copy, part, start, data):
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = DOOR.refuse_doctype
    parser.StartElementHandler = start
    parser.CharacterDataHandler = data if start else None
    with archive.open(part) as source, copy.open(part, "w", force_zip64=True) as target:
        while block := source.read(BLOCK):
            parser.Parse(block)
            target.write(block)
    parser.Parse(b"", True)


def _local(name):
    return name.rpartition(":")[2]


class _Strings:
    """The lengths of the shared strings, in the order of their numbers."""

    def __init__(self):
        self.lengths = []

    def start(self, name, attributes):
        if _local(name) == "si":
            self.lengths.append(0)

    def data(self, text):
        if self.lengths:
            self.lengths[-1] += len(text)


class _SheetSearch:
    """Goes through a sheet's XML once: places, flaws, and how much memory its cells will take."""

    CELL = re.compile(rf"([A-{LAST_COLUMN}])([1-9]\d{{0,6}})")

    def __init__(self, sheet, lengths, flaws, limits):
        self.sheet = sheet
        self.lengths = lengths
        self.flaws = flaws
        self.limits = limits
        self.row = self.column = self.last_row = self.blank_rows = self.bytes = 0
        self.reference = self.type = self.prefix = None
        self.shared = False

    def start(self, name, attributes):
        self.shared = False
        prefix, _, name = name.rpartition(":")
        if name == "c":
            self.column += 1
            self.prefix = prefix
            self.reference, self.type = attributes.get("r"), attributes.get("t")
        elif name == "row":
            self.row = self._number(attributes["r"]) if "r" in attributes else self.row + 1
            self.column = 0
        elif name in ("v", "is"):
            self._filled()
            self.shared = name == "v" and self.type == "s"
        elif name == "f" and prefix == self.prefix:  # extensions have an f of their own, which is not a cell's
            self._flaw("formule : collez sa valeur à la place.")
        elif name == "mergeCell":
            self.reference = attributes.get("ref", "")
            self._flaw("cellules fusionnées : défusionnez-les.")

    def data(self, text):
        if self.shared and text.strip().isdigit():
            # Each cell takes its own copy of the string it points to.
            number = int(text)
            self.bytes += self.lengths[number] if number < len(self.lengths) else 0
            if self.bytes > self.limits.size:
                raise ReceivedWorkbookError(
                    f"la feuille « {self.sheet} » contient plus de {self.limits.size >> 20} Mo de texte."
                )

    def _filled(self):
        if self.reference is None:
            self.reference = f"{get_column_letter(self.column)}{self.row}"
        place = self.CELL.fullmatch(self.reference)
        if place is None:
            raise ReceivedWorkbookError(
                f"feuille « {self.sheet} », cellule {self.reference[:20]} : au-delà de la colonne {LAST_COLUMN}."
            )
        row = int(place[2])
        self.blank_rows += max(row - self.last_row - 1, 0)
        self.last_row = max(row, self.last_row)
        if self.blank_rows > MAX_BLANK_ROWS:
            raise ReceivedWorkbookError(
                f"feuille « {self.sheet} », cellule {self.reference} : plus de {MAX_BLANK_ROWS} lignes vides au-dessus."
            )
        if row > self.limits.rows:
            raise ReceivedWorkbookError(
                f"feuille « {self.sheet} », cellule {self.reference} : plus de {self.limits.rows} lignes."
            )
        if self.type == "e":
            self._flaw("valeur d’erreur (#N/A, #REF!…).")

    def _flaw(self, message):
        if len(self.flaws) < MAX_FLAWS:
            row = re.search(r"\d+", self.reference or "")
            self.flaws.append(Flaw(self.sheet, int(row[0]) if row else self.row, self.reference or "", message))

    def _number(self, text):
        if not text.isascii() or not text.isdigit():
            raise ReceivedWorkbookError(f"feuille « {self.sheet} » : numéro de ligne « {text[:20]} ».")
        return int(text)
