"""Collection in the admin: what people do to a campaign, its links, its answers and its proposals."""

import re
from datetime import date, timedelta

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.forms.models import model_to_dict
from django.urls import reverse
from django.utils import timezone

from interviews.campaigns import create_campaign
from interviews.collection.invitations import create_invitation, find_invitation
from interviews.collection.links import hash_token
from interviews.models import Campaign, Invitation, ResponseLink, Usage
from interviews.results.closing import close_campaign
from tests.factories import (
    make_campaign,
    make_edition,
    make_questionnaire,
    make_response,
    make_use_case,
)
from tests.interviews.admin_pages import address, messages_of, select
from tests.interviews.results.answers import answer

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
DATES = {"opens_on": date(2027, 1, 1), "closes_on": date(2027, 2, 1)}


def test_what_joins_an_answer_to_an_identity_is_not_shown():
    assert ResponseLink not in admin.site._registry


# Campaigns


def test_a_campaign_added_here_is_the_one_that_the_command_creates(admin_client):
    make_use_case("Doublage")
    make_use_case("Piratage", status="not_retained", status_source="Étude")
    make_edition()
    make_questionnaire(version=1)
    make_questionnaire(version=2)
    create_campaign("commande", "Vague", **DATES, anonymous=True)
    sent = {"title": "Vague", "slug": "admin", "is_anonymous": "on"} | DATES
    answer = admin_client.post(address(Campaign, "add"), sent)
    by_command, by_admin = Campaign.objects.get(slug="commande"), Campaign.objects.get(slug="admin")
    assert answer.url == address(Campaign, "change", by_admin.pk)

    def content(campaign):
        return model_to_dict(campaign, exclude=["id", "slug"])

    assert content(by_admin) == content(by_command)
    assert [case.name for case in by_admin.use_cases.all()] == ["Doublage"]
    assert by_admin.questionnaire.version == 2


def test_without_a_questionnaire_the_admin_says_what_to_do(admin_client):
    answer = admin_client.post(address(Campaign, "add"), {"title": "Vague", "slug": "vague"} | DATES)
    assert messages_of(answer) == [
        "Aucun questionnaire n’est chargé\u00a0: lancez d’abord «\u00a0manage.py load_questionnaire\u00a0»."
    ]
    assert Campaign.objects.count() == 0


def test_reversed_dates_are_an_error_of_the_form(admin_client):
    sent = {"title": "Vague", "slug": "vague", "opens_on": date(2027, 2, 1), "closes_on": date(2027, 1, 1)}
    answer = admin_client.post(address(Campaign, "add"), sent)
    dates_in_order = next(each for each in Campaign._meta.constraints if each.name == "campaign_opens_before_it_closes")
    assert answer.context["adminform"].form.non_field_errors() == [dates_in_order.violation_error_message]


def editable(client, campaign):
    return set(client.get(address(Campaign, "change", campaign.pk)).context["adminform"].form.fields)


def test_what_may_change_shrinks_as_people_answer_and_as_the_campaign_closes(admin_client):
    campaign = make_campaign()
    assert editable(admin_client, campaign) == {
        "title",
        "slug",
        "opens_on",
        "closes_on",
        "consent_text",
        "weighting",
    }
    make_response(campaign)
    assert editable(admin_client, campaign) == {"title", "closes_on", "weighting"}
    close_campaign(campaign)
    assert editable(admin_client, campaign) == set()


def test_what_may_not_change_is_not_changed_by_sending_it(admin_client):
    campaign = make_campaign()
    make_response(campaign)
    sent = {"title": "Vague une", "slug": "autre", "opens_on": date(2024, 1, 1), "closes_on": date(2025, 6, 30)}
    sent |= {"weighting": "off", "margins-TOTAL_FORMS": 0, "margins-INITIAL_FORMS": 0}
    admin_client.post(address(Campaign, "change", campaign.pk), sent | {"is_anonymous": "on"})
    campaign.refresh_from_db()
    assert (campaign.title, campaign.slug, campaign.opens_on, campaign.closes_on, campaign.is_anonymous) == (
        "Vague une",
        "vague-1",
        date(2025, 1, 1),
        date(2025, 6, 30),
        False,
    )


def test_only_a_campaign_that_nobody_was_invited_to_is_deleted(admin_client):
    questionnaire = make_questionnaire()
    free, invited, answered, closed = (
        make_campaign(questionnaire, slug=slug) for slug in ("libre", "invitee", "repondue", "close")
    )
    create_invitation(invited)
    make_response(answered)
    close_campaign(closed)
    for campaign in (free, invited, answered, closed):
        admin_client.post(address(Campaign, "delete", campaign.pk), {"post": "yes"})
    assert set(Campaign.objects.values_list("slug", flat=True)) == {"invitee", "repondue", "close"}


def test_the_list_counts_who_took_part_and_says_where_each_campaign_stands(admin_client):
    questionnaire = make_questionnaire()
    day = timedelta(days=1)

    def campaign(slug, opens, closes, **fields):
        return make_campaign(questionnaire, slug=slug, opens_on=TODAY + opens, closes_on=TODAY + closes, **fields)

    current = campaign("ouverte", -day, day)
    campaign("a-venir", day, 2 * day)
    campaign("terminee", -2 * day, -day)
    campaign("close", -2 * day, -day, closed_at=timezone.now())
    campaign("publiee", -2 * day, -day, closed_at=timezone.now(), edition=make_edition())
    make_response(current, "r1")
    make_response(current, "r2", submitted_at=None)
    make_response(current, "r3", excluded_at=timezone.now(), exclusion_reason="Essai")
    make_response(current, "r4", withdrawn_at=timezone.now())

    def listed(query):
        results = admin_client.get(address(Campaign, "changelist"), query).context["cl"].result_list
        return {
            each.slug: (each.state, each.started_count, each.submitted_count, each.counted_count) for each in results
        }

    assert listed({}) == {
        "ouverte": ("open", 4, 3, 1),
        "a-venir": ("upcoming", 0, 0, 0),
        "terminee": ("ended", 0, 0, 0),
        "close": ("closed", 0, 0, 0),
        "publiee": ("published", 0, 0, 0),
    }
    assert set(listed({"etat": "ended"})) == {"terminee"}


def test_an_action_of_the_list_leads_to_the_page_of_the_one_campaign(admin_client):
    questionnaire = make_questionnaire()
    first, second = (make_campaign(questionnaire, slug=slug) for slug in ("une", "deux"))
    assert select(admin_client, Campaign, "liens", first).url == address(Campaign, "liens", first.pk)
    answer = select(admin_client, Campaign, "liens", first, second)
    assert messages_of(answer) == ["Choisissez une seule campagne."]


# Personal links


def test_links_are_made_on_sending_only_shown_once_and_not_kept(admin_client):
    campaign = make_campaign()
    page = address(Campaign, "liens", campaign.pk)
    admin_client.get(page)
    assert Invitation.objects.count() == 0
    shown = admin_client.post(page, {"count": 3})
    tokens = re.findall(r"http://testserver/q/([\w-]+)/", shown.content.decode())
    assert "no-store" in shown["Cache-Control"]
    assert sorted(Invitation.objects.values_list("token_hash", "channel")) == sorted(
        (hash_token(token), "personal") for token in tokens
    )
    assert len(tokens) == 3
    assert find_invitation(tokens[0]).campaign == campaign
    assert [entry.change_message for entry in LogEntry.objects.all()] == ["Liens personnels créés\u00a0: 3."]


@pytest.mark.parametrize("count", ["0", "201", "", "beaucoup"])
def test_a_number_of_links_out_of_bounds_makes_none(admin_client, count):
    campaign = make_campaign()
    answer = admin_client.post(address(Campaign, "liens", campaign.pk), {"count": count})
    assert list(answer.context["form"].errors) == ["count"]
    assert Invitation.objects.count() == 0


def test_a_closed_campaign_takes_no_link(admin_client):
    campaign = make_campaign(title="Vague 1", closed_at=timezone.now())
    answer = admin_client.post(address(Campaign, "liens", campaign.pk), {"count": 3})
    assert messages_of(answer) == ["La campagne «\u00a0Vague 1\u00a0» est close."]
    assert Invitation.objects.count() == 0


def test_links_are_revoked_after_a_question(admin_client):
    campaign = make_campaign()
    (kept, kept_token), (revoked, token) = create_invitation(campaign), create_invitation(campaign)
    asked = select(admin_client, Invitation, "revoke", revoked)
    assert "Liens encore valables dans votre sélection\u00a0: 1." in asked.content.decode()
    assert find_invitation(token) == revoked
    answer = select(admin_client, Invitation, "revoke", revoked, confirmed="1")
    assert messages_of(answer) == ["Liens révoqués\u00a0: 1."]
    assert find_invitation(token) is None
    assert find_invitation(kept_token) == kept


def test_the_hash_of_a_link_is_nowhere_to_be_read(admin_client):
    invitation, _ = create_invitation(make_campaign())
    pages = [address(Invitation, "changelist"), address(Invitation, "change", invitation.pk)]
    assert [invitation.token_hash in admin_client.get(page).content.decode() for page in pages] == [False, False]


# Closing and publishing


@pytest.fixture
def campaign():
    """Twenty people put dubbing at maturity 3, where the edition in force has nothing."""
    campaign = make_campaign(use_cases=[make_use_case("Doublage")], title="Vague 1")
    answer(campaign, "doublage", (20, {"usage": Usage.AWARE, "maturity": 3}))
    return campaign


def test_a_campaign_leads_to_its_own_pages(admin_client, campaign):
    change = address(Campaign, "change", campaign.pk)
    own = ("Pages de la campagne", "/campagnes/vague-1/")
    assert admin_client.get(change).context["campaign_pages"] == [
        ("Créer des liens personnels", address(Campaign, "liens", campaign.pk)),
        ("Clore la campagne", "/campagnes/vague-1/cloture/"),
        own,
    ]
    close_campaign(campaign)
    assert admin_client.get(change).context["campaign_pages"] == [own]


def test_the_index_follows_a_survey_s_life(admin_client):
    apps = admin_client.get(reverse("admin:index")).context["app_list"]
    assert [app["name"] for app in apps] == [
        "Enquête",
        "Catalogue des cas d’usage",
        "Authentification et autorisation",
        "Observatoire de l’IA",
    ]
    assert [model["name"] for model in apps[0]["models"]] == [
        "Campagnes",
        "Liens partenaires",
        "Invitations",
        "Réponses",
        "Usages signalés",
        "Marges de population",
        "Évaluations",
        "Séries de référence",
        "Questionnaires",
        "Questions",
    ]
