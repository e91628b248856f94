"""Files for analysis software, read back whole: places true, names masked, what was withdrawn gone."""

import re
import unicodedata
from zipfile import ZipFile

import pytest
from defusedxml import ElementTree

from cnc_survey.jobs.kinds import job_kinds
from cnc_survey.roles import Role
from interviews.campaigns import CampaignError
from interviews.exports.iramuteq_corpus import export_iramuteq
from interviews.exports.refi_project import export_refi_project
from interviews.guided.masked_texts import mask_text
from interviews.guided.notes import save_note
from interviews.guided.planning import withdraw_interview
from interviews.guided.transcripts import add_transcript
from interviews.guided.verbatims import Coding, add_verbatim, withdraw_verbatim
from interviews.models import Code
from tests.interviews.guided.conversations import STARTS_AT, make_conversation_campaign, make_interview, make_member
from tests.interviews.guided.test_triangulation import approved_interview
from tests.interviews.staff import sign_in
from usecases.models import Occupation, UseCase

pytestmark = pytest.mark.django_db
QDA = "{urn:QDA-XML:project:1.0}"
DECOMPOSED = unicodedata.normalize("NFD", "Élodie")
SAID = (
    f"Camille : 🎬 l’été, CAMILLE\u00a0ROUX double avec {DECOMPOSED} et l’Atelier.\n"
    "**** *entretien_9 je n’ai rien inventé\n"
    "-*thème <b>&amp;</b> 👩‍🎨 ça tient."
)
MASKED = (
    "[nom_masqué] : 🎬 l’été, [nom_masqué] double avec [nom_masqué] et [nom_masqué].\n"
    "**** *entretien_9 je n’ai rien inventé\n"
    "-*thème <b>&amp;</b> 👩‍🎨 ça tient."
)


@pytest.fixture
def campaign():
    return make_conversation_campaign()


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def interview(campaign, lea):
    """An approved interview whose transcript names people, a work, and tries to open an interview of its own."""
    interview = approved_interview(campaign, lea)
    interview.names_to_hide = "Elodie\nL'Atelier"
    interview.save()
    add_transcript(interview, "camille-roux.txt", SAID.encode(), lea)
    return interview


@pytest.fixture
def codes():
    barriers = Code.objects.create(code="freins", name="Freins", definition="Ce qui <retient>\x0b")
    Code.objects.create(code="ancien", name="Ancien", retired_at="2025-01-01T00:00Z")
    return barriers, Code.objects.create(code="qualite", name="Qualité", parent=barriers)


def take(source, words, *codes, use_case=None):
    start = source.text.index(words)
    coding = Coding(use_case and UseCase.objects.get(code=use_case), codes, "mixed")
    person = source.interview.participants.get()
    return add_verbatim(source, person, start, start + len(words), coding, source.interview.interviewer)


def corpus(campaign, tmp_path):
    export_iramuteq(campaign, tmp_path / "a.txt", lambda done, total: None)
    return (tmp_path / "a.txt").read_bytes().decode("utf-8")


def project(campaign, path):
    """Return what the project holds: code tree, then {title: (text, [(selected words, name, codes)])}."""
    export_refi_project(campaign, path, lambda done, total: None)
    with ZipFile(path) as archive:
        root = ElementTree.fromstring(archive.read("project.qde"))
        names = {code.get("guid"): code.get("name") for code in root.iter(f"{QDA}Code")}
        guids = [element.get("guid") for element in root.iter() if element.get("guid")]
        assert len(guids) == len(set(guids))
        texts, files = {}, ["project.qde"]
        for source in root.iter(f"{QDA}TextSource"):
            files.append(source.get("plainTextPath").replace("internal://", "sources/"))
            text = archive.read(files[-1]).decode("utf-8")
            texts[source.get("name")] = (
                text,
                [_selected(one, text, names) for one in source.iter(f"{QDA}PlainTextSelection")],
            )
        assert archive.namelist() == files
    return [_tree(code) for code in root.find(f"{QDA}CodeBook/{QDA}Codes")], texts


def _tree(code):
    return (code.get("name"), code.get("isCodable"), [_tree(child) for child in code.findall(f"{QDA}Code")])


def _selected(selection, text, names):
    words = text[int(selection.get("startPosition")) : int(selection.get("endPosition"))]
    return words, [names[one.get("targetGUID")] for one in selection.iter(f"{QDA}CodeRef")]


def test_the_corpus_names_nobody_and_opens_no_interview_that_somebody_typed(campaign, interview, lea, tmp_path):
    interview.notes.create(text="Une note, que la transcription remplace.", marked_at=interview.starts_at)
    second = approved_interview(campaign, lea)
    second.response.occupations.add(Occupation.objects.create(code="chef-opérateur_2", name="Chef", position=9))
    second.notes.create(text="*** Première.\x1b", marked_at=second.starts_at)
    second.notes.create(text="Deuxième, sans Camille.", marked_at=second.starts_at)
    approved_interview(campaign, lea)  # without a word
    make_interview(campaign, lea).notes.create(text="Pas encore approuvé.", marked_at=second.starts_at)
    found = corpus(campaign, tmp_path)
    assert found == (
        "**** *entretien_1 *metier_editors *secteur_cinema\n"
        f"{MASKED.replace('*', ' ')}\n\n"
        "**** *entretien_2 *metier_editors *metier_chef_operateur_2 *secteur_cinema\n"
        "Première.\n\nDeuxième, sans [nom_masqué].\n"
    )
    assert all(re.fullmatch(r"\*{4}( \*[a-z0-9_]+)+", line) for line in found.split("\n") if "*" in line)


def test_the_project_selects_exactly_the_words_of_each_verbatim(campaign, interview, codes, tmp_path):
    transcript = interview.transcripts.get()
    note = interview.notes.create(text="\ufeffUn\x0b été 🎞️ avec Roux, oui.", marked_at=interview.starts_at)
    take(transcript, "🎬 l’été", codes[1], use_case="doublage")
    take(transcript, "ROUX double", codes[0], codes[1])  # begins inside a name
    take(transcript, "<b>&amp;</b> 👩‍🎨 ça tient.")
    take(note, "été 🎞️")
    assert project(campaign, tmp_path / "a.qdpx") == (
        [
            ("Freins", "true", [("Qualité", "true", [])]),
            ("Cas d’usage", "false", [("Doublage", "true", [])]),
            ("Valence", "false", [(name, "true", []) for name in ("Favorable", "Défavorable", "Partagé", "Neutre")]),
        ],
        {
            "Entretien 1, transcription 1": (
                MASKED,
                [
                    ("🎬 l’été", ["Qualité", "Doublage", "Partagé"]),
                    ("[nom_masqué] double", ["Freins", "Qualité", "Partagé"]),
                    ("<b>&amp;</b> 👩‍🎨 ça tient.", ["Partagé"]),
                ],
            ),
            "Entretien 1, note 2": (" Un  été 🎞️ avec [nom_masqué], oui.", [("été 🎞️", ["Partagé"])]),
        },
    )


def test_no_name_is_anywhere_in_the_project_and_its_bytes_are_the_same_twice(campaign, interview, codes, tmp_path):
    take(interview.transcripts.get(), "CAMILLE\u00a0ROUX double", codes[0])
    for name in ("a.qdpx", "b.qdpx"):
        export_refi_project(campaign, tmp_path / name, lambda done, total: None)
    assert (tmp_path / "a.qdpx").read_bytes() == (tmp_path / "b.qdpx").read_bytes()
    with ZipFile(tmp_path / "a.qdpx") as archive:
        whole = unicodedata.normalize("NFC", "".join(archive.read(name).decode() for name in archive.namelist()))
    assert [name for name in ("camille", "roux", "élodie", "atelier") if name in whole.lower()] == []


def test_withdrawn_words_are_in_neither_file(campaign, interview, codes, tmp_path):
    transcript = interview.transcripts.get()
    take(transcript, "je n’ai rien")
    take(transcript, "rien inventé")
    gone = take(transcript, "n’ai rien inventé", codes[0])
    take(transcript, "rien")
    withdraw_verbatim(gone)
    cut = MASKED.replace("n’ai rien inventé", "[passage_retiré]")
    assert corpus(campaign, tmp_path).split("\n", 1)[1] == f"{cut.replace('*', ' ')}\n"
    assert project(campaign, tmp_path / "a.qdpx")[1] == {
        "Entretien 1, transcription 1": (cut, [("je [passage_retiré]", ["Partagé"])])
    }


def test_withdrawn_words_are_followed_when_the_note_goes_on(campaign, lea):
    interview = make_interview(campaign, lea)
    note = interview.notes.create(text="Le secret, dit-elle.", marked_at=interview.starts_at)
    withdraw_verbatim(take(note, "secret"))
    note = save_note(interview, note.key, "Hier encore : le secret, dit-elle.", "", None, note.version).note
    assert mask_text(note, []).text == "Hier encore : le [passage_retiré], dit-elle."


def test_names_that_share_a_word_are_both_masked(campaign, lea):
    note = make_interview(campaign, lea).notes.create(text="Chez Jean Roux Films, oui.", marked_at=STARTS_AT)
    assert mask_text(note, ["Jean Roux", "Roux Films"]).text == "Chez [nom_masqué] [nom_masqué], oui."


def test_a_withdrawn_interview_is_in_neither_file(campaign, interview, lea, tmp_path):
    withdraw_interview(interview, lea)
    for export in (export_iramuteq, export_refi_project):
        with pytest.raises(CampaignError, match="Aucun entretien approuvé n’a de texte"):
            export(campaign, tmp_path / "a", lambda done, total: None)
    assert list(tmp_path.iterdir()) == []


def test_both_are_jobs_of_those_who_review_interviews(client, campaign, interview):
    assert {job_kinds()[name].permission for name in ("iramuteq", "refi_project")} == {"interviews.review_interview"}
    address, found = f"/campagnes/{campaign.slug}/exports/", {}
    for role in (Role.ANALYST, Role.EDITOR):
        sign_in(client, role)
        found[role] = [client.post(address, {"export": code}).status_code for code in ("iramuteq", "refi")]
    assert found == {Role.ANALYST: [302, 302], Role.EDITOR: [404, 404]}
