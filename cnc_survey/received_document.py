"""The door through which a stranger's .docx comes in: weighed and searched before any of it is read as a document."""

import re
from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

MAX_PARTS = 2_000
MAX_SIZE = 60 << 20  # bytes once unzipped: a long interview with its pictures
MAX_RATIO = 200  # text shrinks ten times, a bomb a thousand
RATIO_FROM = 1 << 20  # bytes: below, whatever the ratio, there is nothing to fear
REFUSED_PARTS = {
    r"vbaProject|vbaData": "des macros",
    r"embeddings/|activeX/": "des objets incorporés",
}


class ReceivedDocumentError(ValueError):
    """A document refused as a whole; the message is in French."""


def read_paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of a .docx in reading order, those of its tables included.

    Raises ReceivedDocumentError for what is not a .docx, or holds macros, objects, entities, or more than a text would.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            _weigh(archive)
            _search(archive)
        document = Document(BytesIO(content))
    except ReceivedDocumentError:
        raise
    except BadZipFile:
        raise ReceivedDocumentError(
            "ce n’est pas un document .docx, ou il est abîmé. Un ancien .doc s’enregistre d’abord au format .docx."
        ) from None
    except Exception as error:
        # The reader raises whatever its libraries do on a malformed part; none of it is ours to tell apart.
        raise ReceivedDocumentError(f"document .docx illisible ({type(error).__name__}).") from None
    return [Paragraph(element, document).text for element in document.element.body.iter(qn("w:p"))]


def _weigh(archive):
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise ReceivedDocumentError(f"le document a {len(parts)} parties, plus que les {MAX_PARTS} admises.")
    for part in parts:
        for pattern, content in REFUSED_PARTS.items():
            if re.search(pattern, part.filename, re.IGNORECASE):
                raise ReceivedDocumentError(f"le document contient {content} ({part.filename}).")
        if part.flag_bits & 1:
            raise ReceivedDocumentError("le document est protégé par un mot de passe.")
        if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size:
            raise ReceivedDocumentError(
                f"la partie {part.filename} enfle plus de {MAX_RATIO} fois une fois décompressée."
            )
    if sum(part.file_size for part in parts) > MAX_SIZE:
        raise ReceivedDocumentError(f"le document dépasse {MAX_SIZE >> 20} Mo une fois décompressé.")


def _search(archive):
    names = set(archive.namelist())
    if "word/document.xml" not in names:
        raise ReceivedDocumentError("ce n’est pas un document .docx.")
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise ReceivedDocumentError("le document est d’un type qui admet des macros.")
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = _refuse_doctype
        parser.Parse(archive.read(name), True)


def _refuse_doctype(*declaration):
    raise ReceivedDocumentError("le document déclare un DOCTYPE ou des entités XML.")
