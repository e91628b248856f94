"""Pages of texts, verbatims, codes and review; and what the person sees by their own link."""

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from cnc_survey.logs import scrub
from cnc_survey.outbox.dispatch import send_due_mails
from cnc_survey.outbox.models import Mail
from cnc_survey.roles import Role
from interviews.guided.codebook import load_codebook
from interviews.guided.quote_links import create_quote_link
from interviews.guided.transcripts import add_transcript
from interviews.guided.verbatims import Coding, add_verbatim, published_verbatims, review_verbatim, word_publicly
from interviews.models import Code, Verbatim
from tests.factories import make_contact
from tests.interviews.guided.conversations import make_conversation_campaign, make_interview, make_member

pytestmark = pytest.mark.django_db

TEXT = "Camille : <script>alert(1)</script> 🎬\nCamille : =1+1, on gagne du temps."
WORDS = "on gagne du temps"


@pytest.fixture
def lea():
    return make_member()


@pytest.fixture
def paul():
    return make_member("paul", Role.ANALYST)


@pytest.fixture
def interview(lea):
    load_codebook()
    return make_interview(make_conversation_campaign(), lea, consent="anonymous")


@pytest.fixture
def transcript(interview, lea):
    return add_transcript(interview, "a.txt", TEXT.encode(), lea)


@pytest.fixture
def verbatim(transcript, lea):
    start = TEXT.index(WORDS)
    return add_verbatim(transcript, transcript.interview.participants.get(), start, start + len(WORDS), Coding(), lea)


def text_of(transcript):
    return reverse("interview_text", args=[transcript.interview_id, "transcription", transcript.pk])


def test_a_transcript_is_attached_and_shown_as_text_whatever_it_holds(client, lea, interview):
    client.force_login(lea)
    file = SimpleUploadedFile("a.txt", TEXT.encode())
    answer = client.post(reverse("add_transcript", args=[interview.pk]), {"file": file})
    page = client.get(answer["Location"]).content.decode()
    assert ("&lt;script&gt;alert(1)" in page, "<script>alert" in page) == (True, False)


def test_a_hostile_file_is_refused_on_the_page(client, lea, interview):
    client.force_login(lea)
    file = SimpleUploadedFile("a.docx", b"PK\x03\x04rien")
    page = client.post(reverse("add_transcript", args=[interview.pk]), {"file": file}).content.decode()
    assert ("ce n’est pas un document .docx" in page, interview.transcripts.count()) == (True, 0)


def test_a_selection_becomes_a_verbatim_with_its_codes(client, lea, transcript):
    client.force_login(lea)
    start = TEXT.index(WORDS)
    person = transcript.interview.participants.get()
    sent = {
        "words": WORDS,
        "start": start,
        "end": start + len(WORDS),
        "participant": person.pk,
        "valence": "favourable",
    }
    client.post(text_of(transcript), sent | {"codes": ["temps-reporte", "qualite"], "use_case": "doublage"})
    found = Verbatim.objects.get()
    assert (found.text, found.start, found.valence, found.use_case.code) == (WORDS, start, "favourable", "doublage")
    assert sorted(code.code for code in found.codes.all()) == ["qualite", "temps-reporte"]


def test_without_javascript_words_are_pasted_or_lines_given(client, lea, transcript):
    client.force_login(lea)
    person = transcript.interview.participants.get()
    common = {"participant": person.pk, "valence": "neutral"}
    client.post(text_of(transcript), common | {"words": WORDS})
    client.post(text_of(transcript), common | {"first_line": 2})
    assert list(Verbatim.objects.values_list("text", flat=True)) == [WORDS, TEXT.split("\n")[1]]
    page = client.post(text_of(transcript), common | {"words": "ailleurs"}).content.decode()
    assert "ne se trouvent pas" in page
    assert "Sélectionnez un passage" in client.post(text_of(transcript), common).content.decode()


def test_another_interviewer_opens_neither_text_nor_verbatim(client, transcript, verbatim):
    client.force_login(make_member("zoe"))
    addresses = (text_of(transcript), reverse("verbatim", args=[verbatim.pk]))
    assert [client.get(address).status_code for address in addresses] == [404, 404]


def test_a_wording_goes_through_two_persons_on_the_pages(client, lea, paul, verbatim):
    page = reverse("verbatim", args=[verbatim.pk])
    client.force_login(lea)
    client.post(reverse("word_verbatim", args=[verbatim.pk]), {"public_text": "On gagne du temps, dit Camille."})
    assert "nomme encore : Camille" in client.get(page).content.decode()
    client.post(reverse("word_verbatim", args=[verbatim.pk]), {"public_text": "On gagne du temps."})
    client.post(reverse("review_verbatim", args=[verbatim.pk]))
    assert "une autre personne" in client.get(page).content.decode()
    client.force_login(paul)
    client.post(reverse("review_verbatim", args=[verbatim.pk]))
    verbatim.refresh_from_db()
    assert (verbatim.public_text, verbatim.reviewed_by) == ("On gagne du temps.", paul)


@pytest.fixture
def quote_page(verbatim, lea, paul):
    """The person's own page of quotes, with one quote ready."""
    word_publicly(verbatim, "On gagne du temps.", lea)
    review_verbatim(verbatim, paul)
    verbatim.participant.interview.steps.create(kind="approved", by=paul)
    return reverse("quotes", args=[create_quote_link(verbatim.participant, lea)])


def test_reading_the_link_changes_nothing_and_deciding_does(client, quote_page, verbatim):
    campaign = verbatim.participant.interview.campaign
    for _ in range(2):
        client.head(quote_page)
        assert "On gagne du temps." in client.get(quote_page).content.decode()
    assert published_verbatims(campaign) == []
    decide = f"{quote_page}{verbatim.pk}/"
    assert client.get(decide).status_code == 405
    client.post(decide, {"decision": "agree"})
    assert [one.text for one in published_verbatims(campaign)] == ["On gagne du temps."]
    client.post(decide, {"decision": "withdraw"})
    assert published_verbatims(campaign) == []
    assert "On gagne du temps." not in client.get(quote_page).content.decode()
    assert client.post(decide, {"decision": "agree"}).status_code == 404


def test_the_person_amends_their_words(client, quote_page, verbatim):
    client.post(f"{quote_page}{verbatim.pk}/", {"decision": "amend", "text": "On gagne parfois du temps."})
    verbatim.refresh_from_db()
    assert (verbatim.public_text, verbatim.worded_by, verbatim.reviewed_at) == (
        "On gagne parfois du temps.",
        None,
        None,
    )
    page = client.post(f"{quote_page}{verbatim.pk}/", {"decision": "amend", "text": ""}, follow=True).content.decode()
    assert "Écrivez votre formulation" in page


def test_a_link_that_nobody_knows_says_so_and_no_log_keeps_one(client, quote_page):
    assert client.get(reverse("quotes", args=["inconnu"])).status_code == 404
    assert scrub(f"GET {quote_page}") == "GET /citations/…/"


def test_a_quote_of_somebody_else_is_out_of_reach(client, quote_page, interview, lea, transcript):
    other = make_interview(interview.campaign, lea)
    note = other.notes.create(text=WORDS, marked_at=other.starts_at)
    foreign = add_verbatim(note, other.participants.get(), 0, 8, Coding(), lea)
    assert client.post(f"{quote_page}{foreign.pk}/", {"decision": "withdraw"}).status_code == 404


def test_a_returned_interview_shows_its_note_to_the_interviewer_and_approval_names_what_is_missing(
    client, lea, paul, interview
):
    interview.steps.create(kind="done", by=lea)
    client.force_login(paul)
    step = reverse("interview_step", args=[interview.pk])
    page = client.post(step, {"kind": "approved"}, follow=True).content.decode()
    assert "Approuver n’est pas encore possible. La partie « Les usages aujourd’hui »" in page
    client.post(step, {"kind": "returned", "note": "Et le sous-titrage ?"})
    client.force_login(lea)
    for address in (reverse("interview", args=[interview.pk]), reverse("conduct", args=[interview.pk])):
        assert "Et le sous-titrage ?" in client.get(address).content.decode()
    assert client.get(reverse("interview_supervision")).status_code == 403
    client.force_login(paul)
    assert "Renvoyés" in client.get(reverse("interview_supervision")).content.decode()


def test_the_codebook_is_changed_by_analysts_and_read_by_interviewers(client, lea, paul, verbatim):
    client.force_login(lea)
    assert "Qualité insuffisante" in client.get(reverse("codebook")).content.decode()
    assert client.post(reverse("add_code"), {"name": "x"}).status_code == 403
    client.force_login(paul)
    client.post(reverse("add_code"), {"name": "Assurances", "parent": Code.objects.get(code="freins").pk})
    client.post(reverse("merge_code", args=["qualite"]), {"merge-into": "assurances"})
    client.post(reverse("split_code", args=["droits"]), {"split-names": "Voix\nImage"})
    client.post(reverse("code", args=["assurances"]), {"name": "Assurance", "definition": "x"})
    assert Code.objects.get(code="assurances").name == "Assurance"
    retired = Code.objects.exclude(retired_at=None).order_by("code")
    assert [code.code for code in retired] == ["droits", "qualite"]
    assert "Fusionné" in client.get(reverse("code", args=["qualite"])).content.decode()
    assert client.get(reverse("verbatims") + "?etat=to_word").context["verbatims"].get() == verbatim


def test_the_link_is_mailed_to_whoever_gave_an_address(client, lea, verbatim, quote_page, mailoutbox):
    person = verbatim.participant
    client.force_login(lea)
    page = reverse("interview", args=[person.interview_id])
    assert "Lui envoyer ses citations à relire" in client.get(page).content.decode()
    answer = client.post(reverse("make_quote_link", args=[person.interview_id, person.pk]), {"mail": "1"}, follow=True)
    assert "Le courriel part." in answer.content.decode()
    assert client.get(quote_page).status_code == 200  # the link given by hand opens until the mail leaves
    send_due_mails()
    (message,) = mailoutbox
    assert message.to == ["camille@exemple.fr"]
    path = re.search(r"/citations/[\w-]+/", message.body)[0]
    assert "On gagne du temps." in client.get(path).content.decode()
    assert client.get(quote_page).status_code == 404
    assert path.split("/")[2] not in str([*Mail.objects.values(), *person.quote_links.values()])
    assert "camille" not in str(list(Mail.objects.values())).lower()


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"email": ""}, "n’a pas laissé d’adresse"),
        ({"quoting": "none"}, "d’être citée"),
        ({"public_text": ""}, "Aucune citation n’est encore relue"),
        ({"opted_out_on": date(2025, 1, 1)}, "ne veut plus de courriel"),
    ],
)
def test_nobody_is_written_to_without_cause(client, lea, verbatim, quote_page, mailoutbox, facts, why):
    person = verbatim.participant
    address = reverse("make_quote_link", args=[person.interview_id, person.pk])
    client.force_login(lea)
    client.post(address, {"mail": "1"})  # asked for while it was right
    identity = person.identity
    identity.contact = make_contact("autre@exemple.fr")
    for row in (identity, identity.contact, person, verbatim):
        for name, value in facts.items():
            if hasattr(row, name) and (name != "email" or row is identity):
                setattr(row, name, value)
        row.save()
    assert why in client.post(address, {"mail": "1"}, follow=True).content.decode()
    send_due_mails()
    assert mailoutbox == []
    mail = Mail.objects.get()
    assert (mail.cancelled_at is not None, why in mail.reason) == (True, True)
