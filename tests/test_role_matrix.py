"""Every address of the site × everybody: who gets in. An address that is not in the table fails the test.

« In » is any answer of the page itself, a complaint about an empty form included; out is the sign-in page, 403, or 404
where even the existence of the thing is not told. Pages behind a personal link (`q/…`) are open to whoever holds it and
have tests of their own, like the pages of an account (`compte/…`) and the admin, whose rows follow the permissions.
"""

from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone

from cnc_survey.jobs.models import Job
from cnc_survey.roles import Role
from interviews.guided.codebook import create_code
from interviews.guided.quote_links import create_quote_link
from interviews.models import CampaignTarget, ContactImport, MailWave, Note, SecondCoding, Verbatim
from interviews.results.closing import close_campaign
from tests.factories import make_campaign, make_contact, make_edition, make_response
from tests.interviews.guided.conversations import make_conversation_campaign, make_interview, make_member
from usecases.models import EditionFile, Occupation

pytestmark = pytest.mark.django_db
EVERYBODY, NOBODY = "P", "-"
VISITORS = {
    "A": Role.ADMINISTRATOR,
    "G": Role.CAMPAIGN_MANAGER,
    "N": Role.ANALYST,
    "E": Role.EDITOR,
    "I": Role.INTERVIEWER,
}
ELSEWHERE = ("q/", "compte/", "admin/")

# P: everybody, without an account · A administrator · G campaign manager · N analyst · E editor · I interviewer, of the
# interview in question. Nobody of the team but them, and those who review interviews, sees an interview. -: nobody, as
# there is nothing to find there in this test (no part of this name, no level to reconcile, no such quote, no file yet).
MATRIX = """
home                         P
method                       P
your_data                    P
personal_data_register       AG
person_file                  A
erase_person                 AG
enter                        P
withdraw_by_code             P
withdrawn                    P
ask_link                     P
opt_out                      P
interviews                   ANI
interview_week               ANI
interview_calendars          ANI
plan_interview               ANI
interview_targets            ANI
remove_target                AN
interview                    ANI
change_interview             ANI
interview_calendar           ANI
add_participant              I
record_consent               I
forget_participant           I
call_off_interview           I
withdraw_interview           ANI
start_interview              I
conduct                      I
open_use_case                I
propose_use_cases            I
save_part                    -
interview_supervision        AN
interview_step               ANI
names_to_hide                I
add_transcript               ANI
interview_text               ANI
make_quote_link              I
verbatims                    ANI
verbatim                     ANI
code_verbatim                ANI
word_verbatim                ANI
review_verbatim              ANI
withdraw_verbatim            ANI
codebook                     ANI
add_code                     AN
code                         ANI
merge_code                   AN
split_code                   AN
second_codings               ANI
second_coding                N
interview_reliability        AN
reconcile_levels             -
triangulation                AN
code_table                   AN
interview_synthesis          ANI
campaign_new                 AG
campaign_preparation         AG
campaign_targets             AG
campaign_target_delete       AG
campaign_letters             AG
campaign_mails               AG
campaign_mails_act           AG
campaign_wave_cancel         AG
campaign_texts               AG
campaign_text                AG
campaign_text_test           AG
campaign_text_reset          AG
campaign_coverage            AGNE
campaign_coverage_export     AGNE
campaign_quality             AN
campaign_closing             AG
campaign_quality_decide      AN
contacts                     AG
contact_new                  AG
bounces                      AG
contacts_export              AG
contact_model                AG
contact_import               AG
contact_import_preview       AG
contact                      AG
contact_edit                 AG
contact_opt_out              AG
contact_merge                AG
campaigns                    AGNE
campaign                     AGNE
campaign_exports             AGNE
campaign_participation       AGNE
participation_picture        AGNE
campaign_results             ANE
campaign_use_case            ANE
use_case_picture             ANE
campaign_charts              ANE
campaign_picture             ANE
campaign_evolution           ANE
campaign_weighting           AN
campaign_weighting_template  AN
campaign_publication         ANE
campaign_correction          AE
quotes                       P
decide_quote                 -
use_case                     P
use_case_chart               -
catalogue_workbook           P
editions                     P
edition                      P
edition_file                 P
glossary                     P
study                        P
jobs                         AGNEI
job                          AG
job_cancel                   AG
job_retry                    AG
job_file                     -
health                       P
"""


def addresses(patterns, prefix=""):
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route.startswith(ELSEWHERE):
            continue
        if hasattr(pattern, "url_patterns"):
            yield from addresses(pattern.url_patterns, route)
        else:
            yield pattern.name


@pytest.fixture
def members():
    return {letter: make_member(f"visitor-{letter}", role) for letter, role in VISITORS.items()}


@pytest.fixture
def places(members):
    """What stands in the addresses: {parameter: value}, or {(address, parameter): value} where it differs."""
    today = timezone.localdate()
    campaign = make_conversation_campaign(opens_on=today - timedelta(days=5), closes_on=today + timedelta(days=5))
    make_response(campaign, "r1", occupations=["editors"], use_cases={"doublage": {"usage": 4}})
    contact = make_contact()
    interview = make_interview(campaign, members["I"])
    participant = interview.participants.get()
    note = Note.objects.create(interview=interview, marked_at=timezone.now(), text="Le doublage change tout.")
    verbatim = Verbatim.objects.create(
        participant=participant, note=note, start=0, end=11, text="Le doublage", created_by=members["I"]
    )
    code = create_code({"name": "Temps gagné", "definition": "", "examples": "", "parent": None}, members["A"])
    target = CampaignTarget.objects.create(campaign=campaign, occupation=Occupation.objects.get(), wanted=5)
    wave = MailWave.objects.create(campaign=campaign, kind="reminder", days_before_closing=2)
    imported = ContactImport.objects.create(file_name="contacts.csv")
    job = Job.objects.create(kind="contacts_export", title="Export", owner=members["G"])
    closed = make_campaign(campaign.questionnaire, campaign.use_cases.all(), slug="vague-0")
    make_response(closed, "r0", use_cases={"doublage": {"usage": 4}})
    close_campaign(closed)
    coding = SecondCoding.objects.create(interview=interview, coder=members["N"])
    edition = make_edition()
    EditionFile.objects.create(edition=edition, name="notes.csv", content=b"a", size=1, sha256="0" * 64)
    token = create_quote_link(participant, members["I"])
    return {
        "slug": campaign.slug,
        "pk": interview.pk,
        "participant": participant.pk,
        "unit": "notes",
        "kind": "note",
        "source": note.pk,
        "target": target.pk,
        "variable": "sectors",
        "number": edition.number,
        "name": "notes.csv",
        "job_id": job.pk,
        "key": "r1",
        "language": "fr",
        "token": token,
        "quote": verbatim.pk,
        "code": "doublage",
        **{(name, "pk"): contact.pk for name in CONTACT_PAGES},
        **{(name, "pk"): verbatim.pk for name in VERBATIM_PAGES},
        **{(name, "code"): code.code for name in ("code", "merge_code", "split_code")},
        **{(name, "kind"): "reminder" for name in ("campaign_text", "campaign_text_test", "campaign_text_reset")},
        ("contact_import_preview", "pk"): imported.pk,
        ("campaign_target_delete", "pk"): target.pk,
        ("campaign_wave_cancel", "pk"): wave.pk,
        ("second_coding", "pk"): coding.pk,
        ("participation_picture", "name"): "jours",
        ("use_case_picture", "name"): "usage",
        ("campaign_picture", "name"): "positions",
        **{
            (name, "slug"): closed.slug
            for name in ("campaign_results", "campaign_use_case", "use_case_picture", "campaign_picture")
        },
        ("save_part", "unit"): "notes",
    }


SENT = {"open_use_case": {"use_case": "doublage"}, "interview_step": {"kind": "done"}}
CONTACT_PAGES = ("person_file", "erase_person", "contact", "contact_edit", "contact_opt_out", "contact_merge")
VERBATIM_PAGES = ("verbatim", "code_verbatim", "word_verbatim", "review_verbatim", "withdraw_verbatim")


def gets_in(address, sent, user=None):
    """Whether the page answers this visitor; what a request changes is undone after it."""
    client = Client()
    with transaction.atomic():
        if user:
            client.force_login(user)
        response = client.get(address)
        if response.status_code == 405:
            response = client.post(address, sent)
        transaction.set_rollback(True)
    if response.status_code in (403, 404):
        return False
    return not (response.status_code == 302 and response.url.startswith("/compte/connexion/"))


def test_who_gets_in_where(places, members):
    resolver = get_resolver()
    found = {}
    for name in addresses(resolver.url_patterns):
        parameters = resolver.reverse_dict.getlist(name)[0][0][0][1]
        given = {each: places.get((name, each), places.get(each)) for each in parameters}
        address = reverse(name, kwargs=given)
        sent = SENT.get(name, {})
        inside = [letter for letter, user in members.items() if gets_in(address, sent, user)]
        found[name] = EVERYBODY if gets_in(address, sent) else "".join(inside) or NOBODY
    expected = dict(line.rsplit(maxsplit=1) for line in MATRIX.strip().splitlines())
    assert found == expected
