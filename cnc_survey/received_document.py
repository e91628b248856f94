"""The door through which a stranger's .docx comes in: weighed and searched before any of it is read as a document."""

from io import BytesIO
from xml.parsers import expat
from zipfile import BadZipFile, ZipFile

from docx import Document
from docx.oxml.ns import qn
from docx.text.paragraph import Paragraph

from .received_archive import Door

MAX_SIZE = 60 << 20  # bytes once unzipped: a long interview with its pictures


class ReceivedDocumentError(ValueError):
    """A document refused as a whole; the message is in French."""


DOOR = Door(
    "le document",
    ReceivedDocumentError,
    max_parts=2_000,
    refused_parts={r"vbaProject|vbaData": "des macros", r"embeddings/|activeX/": "des objets incorporés"},
)


def read_paragraphs(content: bytes) -> list[str]:
    """Return the paragraphs of a .docx in reading order, those of its tables included.

    Raises ReceivedDocumentError for what is not a .docx, or holds macros, objects, entities, or more than a text would.
    """
    try:
        with ZipFile(BytesIO(content)) as archive:
            DOOR.weigh(archive, MAX_SIZE)
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


def _search(archive):
    names = set(archive.namelist())
    if "word/document.xml" not in names:
        raise ReceivedDocumentError("ce n’est pas un document .docx.")
    DOOR.refuse_macros(archive)
    for name in names:
        if not name.endswith((".xml", ".rels")):
            continue
        parser = expat.ParserCreate()
        parser.StartDoctypeDeclHandler = DOOR.refuse_doctype
        parser.Parse(archive.read(name), True)
