"""Preparing, writing, following, reading again: the pages of a campaign for its managers."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone

from cnc_survey.outbox.dispatch import send_due_mails
from cnc_survey.outbox.models import Mail, MailServer
from cnc_survey.roles import Role
from interviews.collection.questionnaire import load_questionnaire
from interviews.models import Campaign, CampaignTarget, MailKind, MailText, MailWave, QualityReview, Response
from tests.factories import (
    make_campaign,
    make_contact,
    make_edition,
    make_item,
    make_occupation,
    make_open_link,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from tests.interviews.staff import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]


@pytest.fixture
def june():
    cache.clear()  # counts are kept for ten minutes
    with time_machine.travel(datetime(2025, 6, 15, 10, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def manager(client):
    user = sign_in(client, Role.CAMPAIGN_MANAGER)
    user.email = "claire@cnc.example"
    user.save()
    return client


@pytest.fixture
def campaign():
    return make_campaign(use_cases=[make_use_case()], closes_on=date(2025, 6, 30))


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode().replace("&nbsp;", " ").replace("\xa0", " "))


def of(campaign, name, *more):
    return reverse(name, args=[campaign.slug, *more])


PAGES = ["campaign_preparation", "campaign_targets", "campaign_letters", "campaign_texts", "campaign_mails"]


@pytest.mark.parametrize("name", PAGES)
def test_an_analyst_does_not_run_a_campaign(client, campaign, name):
    sign_in(client, Role.ANALYST)
    assert client.get(of(campaign, name)).status_code == 403


def test_a_manager_reads_no_answer_even_doubtful(manager, campaign):
    assert manager.get(of(campaign, "campaign_quality")).status_code == 403
    assert manager.get(of(campaign, "campaign_coverage")).status_code == 200


# Preparing


def test_a_campaign_is_made_from_the_last_one(manager):
    load_questionnaire()
    sector = make_sector()
    last = make_campaign(make_questionnaire("autre"), [make_use_case()], slug="vague-1")
    MailText.objects.create(campaign=last, kind=MailKind.INVITATION, subject="À vous", body="{lien}")
    CampaignTarget.objects.create(campaign=last, sector=sector, wanted=50)
    make_open_link(last)
    MailWave.objects.create(campaign=last, kind=MailKind.REMINDER, days_before_closing=7)
    MailWave.objects.create(campaign=last, kind=MailKind.INVITATION)
    make_response(last)
    answer = manager.post(
        reverse("campaign_new"), {"title": "Vague 2", "opens_on": "2025-09-01", "closes_on": "2025-10-15"}
    )
    made = Campaign.objects.get(slug="vague-2")
    assert answer.url == of(made, "campaign_preparation")
    assert [str(each) for each in made.mail_texts.all()] == ["Invitation (français)"]
    assert [(each.sector, each.wanted) for each in made.targets.all()] == [(sector, 50)]
    assert [each.partner for each in made.open_links.all()] == ["La Guilde"]
    assert [(wave.kind, wave.days_before_closing, wave.launched_at) for wave in made.waves.all()] == [
        ("reminder", 7, None)
    ]
    assert (made.responses.count(), made.consent_text) == (0, last.consent_text)
    assert Campaign.objects.get(slug="vague-1").targets.count() == 1


def test_a_campaign_that_cannot_be_made_says_why(manager, campaign):
    given = {"title": "Autre", "slug": "vague-1", "opens_on": "2025-09-01", "closes_on": "2025-08-01"}
    refused = text(manager.post(reverse("campaign_new"), given))
    assert "L’adresse « vague-1 » est déjà celle d’une campagne" in refused
    assert Campaign.objects.count() == 1


def test_the_checklist_says_what_is_missing(manager, campaign):
    page = text(manager.get(of(campaign, "campaign_preparation")))
    for said in (
        "Les courriels sont ceux de la maison : relisez-les.",
        "Aucun contact à inviter",
        "Aucune relance n’est prévue.",
        "Aucun objectif par segment.",
    ):
        assert said in page
    MailServer.objects.create(pk=MailServer.ONLY, down_since=timezone.now(), checked_at=timezone.now())
    assert "Le serveur de courriel ne répond pas" in text(manager.get(of(campaign, "campaign_preparation")))


def test_the_checklist_names_the_series_that_a_reworded_question_breaks(manager, campaign):
    campaign.edition, campaign.closed_at = make_edition(), timezone.now()
    campaign.save()
    asked_otherwise = make_questionnaire("suite", usage=2, tools=2)
    later = make_campaign(asked_otherwise, slug="vague-2", baseline=campaign.edition)
    sentence = "Des questions ne sont plus posées comme dans « Vague 1 » : leur évolution ne sera pas mesurée"
    assert f"{sentence} (usage actuel)." in text(manager.get(of(later, "campaign_preparation")))
    later.questionnaire = campaign.questionnaire
    later.save()
    assert sentence not in text(manager.get(of(later, "campaign_preparation")))


def settings_of(campaign, **changes):
    return {
        "title": campaign.title,
        "opens_on": campaign.opens_on,
        "closes_on": campaign.closes_on,
        "questionnaire": campaign.questionnaire_id,
        "consent_text": campaign.consent_text,
    } | changes


def test_what_people_have_read_does_not_change_any_more(manager, campaign):
    other = make_questionnaire("autre")
    make_response(campaign, submitted_at=None)
    changes = {
        "title": "Nouveau titre",
        "opens_on": "2025-02-01",
        "closes_on": "2025-07-15",
        "questionnaire": other.pk,
        "is_anonymous": "on",
        "consent_text": "Autre chose.",
    }
    page = text(manager.get(of(campaign, "campaign_preparation")))
    assert "Des réponses sont commencées : ces personnes ont accepté ce texte." in page
    assert manager.post(of(campaign, "campaign_preparation"), settings_of(campaign, **changes)).status_code == 302
    now = Campaign.objects.get()
    assert (now.title, now.closes_on) == ("Nouveau titre", date(2025, 7, 15))
    assert (now.opens_on, now.questionnaire, now.is_anonymous, now.consent_text) == (
        campaign.opens_on,
        campaign.questionnaire,
        False,
        campaign.consent_text,
    )


def test_before_anybody_has_come_everything_may_change(manager, campaign):
    changes = {"opens_on": "2025-07-01", "closes_on": "2025-08-01", "is_anonymous": "on", "consent_text": "Relu."}
    manager.post(of(campaign, "campaign_preparation"), settings_of(campaign, **changes))
    now = Campaign.objects.get()
    assert (now.opens_on, now.is_anonymous, now.consent_text) == (date(2025, 7, 1), True, "Relu.")
    refused = manager.post(of(campaign, "campaign_preparation"), settings_of(now, closes_on="2025-01-15"))
    assert "Ce jour est passé." in text(refused)


def test_a_closed_campaign_changes_nothing_and_says_so(manager, campaign):
    Campaign.objects.update(closed_at=timezone.now())
    campaign.refresh_from_db()
    manager.post(of(campaign, "campaign_preparation"), settings_of(campaign, title="Autre"))
    assert Campaign.objects.get().title == "Vague 1"
    answer = manager.post(of(campaign, "campaign_targets"), {"wanted": "10"}, follow=True)
    assert "La campagne est close : plus rien ne change." in text(answer)
    kept = of(campaign, "campaign_text", "invitation", "fr")
    manager.post(kept, {"subject": "x", "body": "{lien}"})
    assert MailText.objects.count() == 0


# Targets


def test_targets_count_the_responses_of_their_segment_and_hide_small_counts_from_managers(client, campaign):
    editors, cinema = make_occupation("editors"), make_sector("cinema")
    CampaignTarget.objects.create(campaign=campaign, occupation=editors, wanted=10)
    CampaignTarget.objects.create(campaign=campaign, occupation=editors, sector=cinema, wanted=4)
    for number in range(6):
        sectors = ["cinema"] if number < 2 else []
        make_response(campaign, f"r{number}", occupations=["editors"], sectors=sectors)
    make_response(campaign, "begun", occupations=["editors"], submitted_at=None)
    sign_in(client, Role.CAMPAIGN_MANAGER)
    progress = client.get(of(campaign, "campaign_targets")).context["progress"]
    assert {str(each.target): each.reached for each in progress} == {"Monteurs": 6, "cinema · Monteurs": None}
    sign_in(client, Role.ADMINISTRATOR)
    progress = client.get(of(campaign, "campaign_targets")).context["progress"]
    assert {str(each.target): each.reached for each in progress} == {"Monteurs": 6, "cinema · Monteurs": 2}


def test_a_target_is_added_once_and_removed(manager, campaign):
    cinema = make_sector("cinema")
    address = of(campaign, "campaign_targets")
    assert "Choisissez un secteur, un métier, ou les deux." in text(manager.post(address, {"wanted": "5"}))
    manager.post(address, {"sector": cinema.pk, "wanted": "5"})
    assert "Ce segment a déjà un objectif" in text(manager.post(address, {"sector": cinema.pk, "wanted": "9"}))
    target = CampaignTarget.objects.get()
    manager.post(of(campaign, "campaign_target_delete", target.pk))
    assert CampaignTarget.objects.count() == 0


# Writing


def test_a_wave_is_counted_then_launched_then_followed(manager, campaign):
    for name in "abc":
        make_contact(f"{name}@exemple.fr", stratum="A")
    make_contact("d@exemple.fr", stratum="B")
    address = of(campaign, "campaign_letters")
    counted = manager.post(address, {"kind": "invitation", "stratum": "A", "count": "1"})
    assert "3 personnes à qui écrire maintenant" in text(counted)
    assert Mail.objects.count() == 0
    launched = manager.post(address, {"kind": "invitation", "stratum": "A"}, follow=True)
    assert "Courriels demandés : 3." in text(launched)
    send_due_mails()
    assert "3 parti" in text(manager.get(address))
    again = text(manager.post(address, {"kind": "invitation", "stratum": "A"}))
    assert "Personne à qui écrire dans ce segment maintenant" in again
    manager.post(address, {"kind": "reminder", "days_before_closing": "7"})
    assert "prévue le 23 juin 2025 (J-7)" in text(manager.get(address))
    manager.post(of(campaign, "campaign_wave_cancel", MailWave.objects.get(launched_at=None).pk))
    assert MailWave.objects.count() == 1


@pytest.mark.parametrize("waves", [1, 3])
def test_the_waves_cost_the_same_for_one_and_three(manager, campaign, waves, django_assert_num_queries):
    make_contact()
    for _ in range(waves):
        MailWave.objects.create(campaign=campaign, kind=MailKind.REMINDER, days_before_closing=7)
    manager.get(of(campaign, "campaign_letters"))
    with django_assert_num_queries(12):
        manager.get(of(campaign, "campaign_letters"))


@pytest.mark.parametrize(("state", "said"), [("future", "n’est pas ouverte"), ("past", "n’est pas ouverte")])
def test_a_wave_refused_by_the_state_of_the_campaign_says_why(manager, campaign, state, said):
    make_contact()
    dates = {
        "future": {"opens_on": date(2025, 7, 1), "closes_on": date(2025, 8, 1)},
        "past": {"closes_on": date(2025, 6, 1)},
    }
    Campaign.objects.update(**dates[state])
    assert said in text(manager.post(of(campaign, "campaign_letters"), {"kind": "invitation"}))
    assert Mail.objects.count() == 0


def test_a_text_is_written_previewed_tried_and_given_up(manager, campaign, mailoutbox):
    address = of(campaign, "campaign_text", "invitation", "fr")
    assert "Bonjour," in text(manager.get(address))
    for body, said in (("Sans rien", "Ajoutez {lien}"), ("{lien} {toto}", "Mot inconnu entre accolades : {toto}.")):
        assert said in text(manager.post(address, {"subject": "x", "body": body}))
    manager.post(address, {"subject": "À vous", "body": "{bonjour}\n\nLisez.\n\n{lien}"})
    page = text(manager.get(address))
    assert "Lisez." in page
    manager.post(of(campaign, "campaign_text_test", "invitation", "fr"))
    send_due_mails()
    ((to, subject),) = [(message.to, message.subject) for message in mailoutbox]
    assert (to, subject) == (["claire@cnc.example"], "[Essai] À vous")
    manager.post(of(campaign, "campaign_text_reset", "invitation", "fr"))
    assert MailText.objects.count() == 0
    assert manager.get(of(campaign, "campaign_text", "rien", "fr")).status_code == 302


def test_the_outbox_says_that_the_server_is_down_and_tries_again(manager, campaign):
    make_contact("a@exemple.fr")
    manager.post(of(campaign, "campaign_letters"), {"kind": "invitation"})
    MailServer.objects.create(
        pk=MailServer.ONLY, down_since=timezone.now(), checked_at=timezone.now(), error="ConnectionRefusedError"
    )
    Mail.objects.update(attempts=8, failed_at=timezone.now(), reason="Adresse refusée par le serveur (452).")
    page = text(manager.get(of(campaign, "campaign_mails")))
    assert "Le serveur de courriel ne répond pas" in page
    assert "Adresse refusée par le serveur (452)." in page
    retried = manager.post(of(campaign, "campaign_mails_act"), {"retry": "1"}, follow=True)
    assert "Courriels remis dans la file : 1." in text(retried)
    cancelled = manager.post(of(campaign, "campaign_mails_act"), {"cancel": "1"}, follow=True)
    assert "Courriels repris avant leur départ : 1." in text(cancelled)


@pytest.mark.parametrize("count", [1, 3])
def test_the_outbox_costs_the_same_for_one_mail_and_three(manager, campaign, count, django_assert_num_queries):
    for number in range(count):
        make_contact(f"{number}@exemple.fr")
    manager.post(of(campaign, "campaign_letters"), {"kind": "invitation"})
    manager.get(of(campaign, "campaign_mails"))
    with django_assert_num_queries(9):
        manager.get(of(campaign, "campaign_mails"))


# Coverage


def test_the_coverage_counts_projects_and_says_whom_to_invite(client, campaign):
    make_sector("cinema"), make_sector("audiovisuel")
    case = campaign.use_cases.get()
    for number in range(6):
        make_response(
            campaign,
            f"r{number}",
            sectors=["cinema"],
            use_cases={case.code: {"usage": 4}},
            submitted_at=timezone.now() - timedelta(days=1 if number < 2 else 20),
        )
    make_response(campaign, "no", sectors=["cinema"], use_cases={case.code: {"usage": 8}})  # « pas mon métier »
    make_response(campaign, "interview", mode="interview", sectors=["cinema"], use_cases={case.code: {"usage": 4}})
    make_contact("a@exemple.fr", sectors=["cinema"])
    make_contact("b@exemple.fr", sectors=["cinema"], opted_out_on=date(2025, 1, 1))
    sign_in(client, Role.ADMINISTRATOR)
    grid = client.get(of(campaign, "campaign_coverage")).context["grid"]
    ((_, cells),) = grid.rows
    # Two in the last seven days, fifteen days left: four more.
    assert [(cell.base, cell.projected, cell.band, cell.projected_band) for cell in cells] == [
        (6, 10, "base", "dagger"),
        (6, 10, "base", "dagger"),
        (0, 0, "nothing", "nothing"),
    ]
    assert grid.failing == 1
    assert [(each.category, each.use_cases, each.missing, each.to_invite) for each in grid.advice] == [
        ("audiovisuel", 1, 10, 0)
    ]
    make_response(campaign, "r9", sectors=["audiovisuel"], use_cases={case.code: {"usage": 4}})
    assert [cell.base for cell in client.get(of(campaign, "campaign_coverage")).context["grid"].rows[0][1]] == [6, 6, 0]
    fresh = client.get(of(campaign, "campaign_coverage"), {"recompter": "1"}).context["grid"]
    assert [cell.base for cell in fresh.rows[0][1]] == [7, 6, 1]


def test_a_count_of_a_few_is_hidden_from_whoever_holds_the_links(manager, campaign):
    make_sector("cinema")
    case = campaign.use_cases.get()
    make_response(campaign, sectors=["cinema"], use_cases={case.code: {"usage": 4}})
    page = manager.get(of(campaign, "campaign_coverage"), {"recompter": "1"})
    assert [cell.hidden for cell in page.context["grid"].rows[0][1]] == [True, True]
    assert "&lt; 5" in text(page)


@pytest.mark.parametrize("variable", ["sectors", "occupations", "structure_type", "structure_size", "inconnu"])
def test_the_coverage_costs_the_same_for_one_use_case_and_three(manager, campaign, variable, django_assert_num_queries):
    make_sector()
    make_occupation()
    costs = []
    for more in (0, 2):
        for number in range(more):
            case = make_use_case(f"Autre {number}")
            campaign.use_case_links.create(use_case=case)
        with django_assert_num_queries(20, exact=False) as queries:
            manager.get(of(campaign, "campaign_coverage"), {"par": variable, "recompter": "1"})
        costs.append(len(queries))
    assert costs[0] == costs[1]


# Quality


@pytest.fixture
def doubtful(client):
    """A fast response, one with every level alike, one against itself, one ordinary; signed in as an analyst."""
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options={"yes": "Oui", "no": "Non"})
    cases = [make_use_case(f"Cas {number}") for number in range(6)]
    campaign = make_campaign(questionnaire, cases, closes_on=date(2025, 6, 30))
    for number in range(10):
        make_response(campaign, f"r{number}", active_seconds=600)
    make_response(campaign, "fast", active_seconds=100)
    alike = {case.code: {"usage": 4, "maturity": 2, "impact": 2} for case in cases}
    make_response(campaign, "alike", use_cases=alike)
    various = alike | {cases[0].code: {"usage": 4, "maturity": 3, "impact": 2}}
    make_response(campaign, "various", use_cases=various)
    make_response(campaign, "against", use_cases={cases[0].code: {"usage": 4}}, answers={"ai_ever_used": "no"})
    make_response(campaign, "coherent", use_cases={cases[0].code: {"usage": 1}}, answers={"ai_ever_used": "no"})
    make_response(campaign, "first", person="p")
    make_response(campaign, "second", person="p")
    sign_in(client, Role.ANALYST)
    return campaign


def flagged(client, campaign, state="a-relire"):
    rows = client.get(of(campaign, "campaign_quality"), {"etat": state}).context["rows"]
    return {response.key: [label for label, _ in reasons] for response, reasons in rows}


def test_doubtful_responses_are_flagged_with_their_reasons(client, doubtful):
    assert flagged(client, doubtful) == {
        "against": ["Réponses qui se contredisent"],
        "alike": ["Toutes les notes identiques"],
        "fast": ["Remplie très vite"],
        "first": ["Deux réponses d’une même personne"],
        "second": ["Deux réponses d’une même personne"],
    }


def test_a_person_decides_and_may_change_their_mind(client, doubtful):
    def decide(key, **given):
        return text(client.post(of(doubtful, "campaign_quality_decide", key), given, follow=True))

    assert "Écarter une réponse demande un motif." in decide("fast", exclude="1")
    decide("fast", exclude="1", reason="Remplie en cent secondes")
    decide("alike", keep="1")
    assert (list(flagged(client, doubtful, "ecartees")), list(flagged(client, doubtful, "gardees"))) == (
        ["fast"],
        ["alike"],
    )
    with_and_without = client.get(of(doubtful, "campaign_quality")).context["with_and_without"]
    assert [each.responses for each in with_and_without] == [17, 16, 12]
    decide("fast", reinstate="1")
    decide("alike", look="1")
    assert set(flagged(client, doubtful)) == {"against", "alike", "fast", "first", "second"}
    assert (QualityReview.objects.count(), Response.objects.exclude(excluded_at=None).count()) == (0, 0)


def test_once_closed_nothing_is_decided_any_more(client, doubtful):
    Campaign.objects.update(closed_at=timezone.now())
    answer = client.post(of(doubtful, "campaign_quality_decide", "fast"), {"keep": "1"}, follow=True)
    assert "La campagne est close" in text(answer)
    assert QualityReview.objects.count() == 0
