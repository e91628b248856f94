"""Response rates by the AAPOR definitions, computed by hand."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from python_calamine import CalamineWorkbook

from cnc_survey.outbox.dispatch import send_due_mails
from interviews.collection.responses import start_response, submit_response
from interviews.exports.coverage_workbook import write_coverage
from interviews.fieldwork.contacts import decline_invitation, mark_addresses_dead, opt_out_contact
from interviews.fieldwork.coverage_grid import BANDS, band_of
from interviews.fieldwork.dispositions import response_rates
from interviews.fieldwork.reach import Segment
from interviews.fieldwork.waves import write_now
from interviews.models import Invitation, UseCaseAnswer
from tests.factories import make_campaign, make_contact, make_use_case

pytestmark = pytest.mark.django_db


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 10, tzinfo=UTC), tick=False):
        yield


@pytest.mark.usefixtures("june")
@pytest.mark.parametrize("anonymous", [False, True])
def test_each_invitation_has_one_disposition_and_the_rates_follow(anonymous, django_assert_num_queries, settings):
    case = make_use_case()
    campaign = make_campaign(use_cases=[case], closes_on=date(2025, 6, 30), is_anonymous=anonymous)
    names = ["sent1", "sent2", "partial", "break", "declined", "objects", "dead", "silent1", "silent2", "silent3"]
    for name in names:
        make_contact(f"{name}@exemple.fr", stratum="A" if name.startswith("s") else "")
    write_now(campaign, "invitation", Segment(), "https://site.example")
    send_due_mails()
    make_contact("waiting@exemple.fr")
    write_now(campaign, "invitation", Segment(), "https://site.example")
    invitation = {
        each.contact.email.partition("@")[0]: each for each in Invitation.objects.select_related("contact", "campaign")
    }
    for name in ("sent1", "sent2"):
        submit_response(start_response(invitation[name]))
    partial = start_response(invitation["partial"])
    UseCaseAnswer.objects.create(response=partial, use_case=case, reason="occupation", rank=1, usage=4)
    start_response(invitation["break"])
    decline_invitation(invitation["declined"])
    opt_out_contact(invitation["objects"].contact)
    mark_addresses_dead(["dead@exemple.fr"])
    with django_assert_num_queries(1):
        whole, stratum, rest = response_rates(campaign)
    assert whole.counts == {
        "complete": 2,
        "partial": 1,
        "refusal": 2,
        "break_off": 1,
        "bounced": 1,
        "silent": 3,
        "not_sent": 1,
    }
    # I = 2, P = 1, R = 3, U = 4
    assert (whole.written_to, whole.rr1, whole.rr2, whole.ref1, whole.coop1) == (10, 0.2, 0.3, 0.3, 2 / 6)
    assert (stratum.stratum, stratum.rr1, rest.stratum, rest.rr1) == ("A", 2 / 5, "Sans strate", 0.0)


def test_a_campaign_without_letters_has_no_rate():
    (whole,) = response_rates(make_campaign())
    assert (whole.written_to, whole.rr1, whole.coop1) == (0, None, None)


def test_bands_follow_the_publication_thresholds():
    assert [band_of(base) for base in (0, 4, 5, 9, 10, 29, 30)] == [
        "nothing",
        "nothing",
        "base",
        "base",
        "dagger",
        "dagger",
        "whole",
    ]
    assert [least for _, least, _ in BANDS] == [0, 5, 10, 30]


@pytest.mark.usefixtures("june")
def test_the_export_says_what_the_page_says(tmp_path):

    campaign = make_campaign(use_cases=[make_use_case("=1+1")])
    path = tmp_path / "couverture.xlsx"
    write_coverage(path, campaign, masked=False)
    with CalamineWorkbook.from_path(path) as workbook:
        assert workbook.sheet_names == [
            "Définitions",
            "Par secteur",
            "Par métier",
            "Par type de structure",
            "Par taille de la structure",
            "Taux de réponse",
        ]
        assert workbook.get_sheet_by_name("Par secteur").to_python()[-1] == ["Postproduction", "=1+1", 0, 0]
