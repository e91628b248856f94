"""Transcripts: the text as it was, who speaks where; hostile or broken files are refused in words."""

import zipfile
from io import BytesIO

import pytest
from docx import Document

from interviews.guided.transcripts import MAX_FILE, Spoken, TranscriptError, add_transcript, read_transcript

from .conversations import make_conversation_campaign, make_interview, make_member

TALK = "Enquêtrice : Et alors ?\nCamille : Du temps gagné 🎬 👩🏽‍💻.\nEnquêtrice : Où ?\nCamille : Au dérush."


def as_docx(*paragraphs, rows=()):
    document = Document()
    for paragraph in paragraphs:
        document.add_paragraph(paragraph)
    if rows:
        table = document.add_table(len(rows), len(rows[0]))
        for row, cells in zip(table.rows, rows, strict=True):
            for cell, text in zip(row.cells, cells, strict=True):
                cell.text = text
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def spoken_turns(spoken: Spoken):
    return [(spoken.text[start:end], speaker, seconds) for start, end, speaker, seconds in spoken.turns]


def test_a_text_is_kept_to_the_letter_and_its_labels_say_who_speaks():
    spoken = read_transcript("entretien.txt", TALK.encode())
    assert spoken.text == TALK
    assert spoken_turns(spoken) == [
        ("Enquêtrice : Et alors ?", "Enquêtrice", None),
        ("Camille : Du temps gagné 🎬 👩🏽‍💻.", "Camille", None),
        ("Enquêtrice : Où ?", "Enquêtrice", None),
        ("Camille : Au dérush.", "Camille", None),
    ]


def test_a_sentence_with_a_colon_is_nobody_speaking():
    assert read_transcript("a.txt", "Je dirais : oui.\nRien d’autre : non.".encode()).turns == []


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_the_encodings_that_people_have(encoding):
    assert read_transcript("a.txt", "L’été déjà\r\noui".encode(encoding)).text == "L’été déjà\noui"


def test_times_before_a_speaker_are_read():
    spoken = read_transcript("a.txt", b"[00:12:03] Camille : oui\n[01:00:00] Camille : non")
    assert [seconds for *_, seconds in spoken.turns] == [723, 3600]


def test_captions_keep_their_voices_and_times():
    vtt = "WEBVTT\n\n00:00:01.000 --> 00:00:04.000\n<v Camille>Du <b>temps</b> gagné 🎬\n\n"
    vtt += "00:01:02.000 --> 00:01:04.000\n<v Léa>Où ?\n"
    spoken = read_transcript("a.VTT", vtt.encode())
    assert spoken.text == "Du temps gagné 🎬\nOù ?"
    assert spoken_turns(spoken) == [("Du temps gagné 🎬", "Camille", 1), ("Où ?", "Léa", 62)]
    srt = "1\n00:00:01,000 --> 00:00:04,000\nCamille : Oui\nenfin\n\n2\n00:00:05,000 --> 00:00:06,000\nCamille : Non\n"
    spoken = read_transcript("a.srt", srt.encode())
    assert spoken_turns(spoken) == [("Camille : Oui\nenfin", "Camille", 1), ("Camille : Non", "Camille", 5)]


def test_a_document_gives_its_paragraphs_and_the_cells_of_its_tables():
    content = as_docx("Camille : Oui", "Léa : Où ?", rows=[("Camille : Ici", "=HYPERLINK(1)")])
    assert read_transcript("a.docx", content).text == "Camille : Oui\nLéa : Où ?\nCamille : Ici\n=HYPERLINK(1)"


def with_part(content, name, data):
    """The same archive with one part more, or replaced."""
    stream = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            if part != name:
                target.writestr(part, source.read(part))
        target.writestr(name, data)
    return stream.getvalue()


LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>"""


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("a.pdf", b"%PDF", "format non reconnu"),
        ("a", b"x", "format non reconnu"),
        ("a.txt", b"x" * (MAX_FILE + 1), "dépasse 8 Mo"),
        ("a.txt", b" \n ", "aucun texte"),
        ("a.txt", b"\x89PNG\x00\x01", "ce n’est pas un texte"),
        ("a.txt", b"x\0y", "ce n’est pas un texte"),
        ("a.txt", "é".encode() * 500_001, "500001 caractères"),
        ("a.vtt", b"rien", "sous-titres illisible"),
        ("a.srt", b"rien", "sous-titres illisible"),
        ("a.vtt", b"WEBVTT\n\n", "aucun sous-titre"),
        ("a.docx", b"PK\x03\x04rien", "ce n’est pas un document .docx"),
        ("a.docx", b"\xd0\xcf\x11\xe0", "enregistre d’abord au format .docx"),
        ("a.docx", with_part(as_docx("x"), "word/vbaProject.bin", b"x"), "des macros"),
        ("a.docx", with_part(as_docx("x"), "word/embeddings/a.bin", b"x"), "des objets incorporés"),
        ("a.docx", with_part(as_docx("x"), "word/document.xml", LAUGHS), "DOCTYPE"),
        ("a.docx", with_part(as_docx("x"), "word/styles.xml", LAUGHS), "DOCTYPE"),
        ("a.docx", with_part(as_docx("x"), "word/media/a.bin", b"\0" * (3 << 20)), "enfle plus de 200 fois"),
        ("a.docx", with_part(as_docx("x"), "word/document.xml", b"<a>"), "illisible"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) < 40 else "",
)
def test_what_cannot_be_taken_is_refused_in_words(name, content, sentence):
    with pytest.raises(TranscriptError, match=sentence):
        read_transcript(name, content)


@pytest.mark.django_db
def test_the_same_text_is_attached_once():
    interview = make_interview(make_conversation_campaign(), make_member())
    add_transcript(interview, "a.txt", b"Bonjour", interview.interviewer)
    with pytest.raises(TranscriptError, match="déjà joint"):
        add_transcript(interview, "b.txt", b"Bonjour", interview.interviewer)
    assert list(interview.transcripts.values_list("name", "text")) == [("a.txt", "Bonjour")]
