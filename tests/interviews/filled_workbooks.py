"""A person who fills in the questionnaire's workbook, as a spreadsheet program would save it."""

from io import BytesIO

import openpyxl

from interviews.exports.questionnaire_workbook import write_questionnaire

HEADER = "Clé"


def downloaded(response):
    """The workbook of a response, as an openpyxl book."""
    stream = BytesIO()
    write_questionnaire(response, stream)
    return openpyxl.load_workbook(BytesIO(stream.getvalue()))


def saved(book):
    """The book as the bytes of a file."""
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def plain(text):
    """The text with ordinary spaces: a label's typography is not what these tests are about."""
    return str(text).replace("\u00a0", " ")


def cell_of(book, sheet, key, header="Votre réponse", occurrence=0):
    """The answer cell of a row, found by its key, under a header."""
    rows = list(book[sheet].iter_rows())
    top = next(row for row in rows if row[0].value == HEADER)
    column = [plain(cell.value) for cell in top].index(plain(header))
    return [row for row in rows if row[0].value == key][occurrence][column]


def filled(response, answers):
    """The bytes of the workbook with {(sheet, key[, header[, occurrence]]): value} written in its cells."""
    book = downloaded(response)
    for place, value in answers.items():
        cell_of(book, *place).value = value
    return saved(book)
