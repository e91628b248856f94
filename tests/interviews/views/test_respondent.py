"""The questionnaire as a person meets it, without JavaScript."""

import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.urls import reverse

from interviews.collection.invitations import create_invitation
from interviews.collection.questionnaire import load_questionnaire
from interviews.models import Invitation, Response, UseCaseAnswer, UseCaseProposal
from tests.factories import make_campaign, make_occupation, make_use_case
from usecases.models import Family, Tool, UseCaseOccupation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    questionnaire, _ = load_questionnaire()
    editors = make_occupation("editors", "Monteurs")
    cases = [make_use_case("Montage assisté"), make_use_case("Étalonnage"), make_use_case("Doublage", family="Son")]
    UseCaseOccupation.objects.bulk_create(UseCaseOccupation(use_case=c, occupation=editors) for c in cases)
    Family.objects.filter(code="son").update(position=1)
    return make_campaign(questionnaire, cases)


def begin(client, campaign):
    """Consent by the open link; return the token of the personal link."""
    answer = client.post(reverse("enter", args=[campaign.slug]), {"consent": "on"})
    return re.fullmatch(r"/q/([\w-]+)/profile/", answer.url)[1]


def fill_profile(client, token):
    data = {"occupations": ["editors"]}
    return client.post(reverse("page", args=[token, "profile"]), data)


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def test_entry_only_shows_until_the_person_consents(client, campaign):
    address = reverse("enter", args=[campaign.slug])
    assert client.get(address).status_code == client.head(address).status_code == 200
    refused = client.post(address, {})
    assert "Cochez cette case pour commencer" in text(refused)
    assert (Response.objects.count(), Invitation.objects.count()) == (0, 0)
    client.post(address, {"consent": "on"})
    assert list(Response.objects.values_list("consent_version", "mode")) == [("1", "web")]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"opens_on": date(2025, 7, 1)}, "Elle ouvre le 1er juillet 2025."),
        ({"closes_on": date(2025, 6, 1)}, "Cette enquête est terminée."),
    ],
)
def test_entry_says_when_it_is_not_open(client, campaign, fields, words):
    type(campaign).objects.update(**fields)
    address = reverse("enter", args=[campaign.slug])
    assert words in text(client.get(address))
    assert words in text(client.post(address, {"consent": "on"}))
    assert not Response.objects.exists()


def test_every_page_saves_and_leads_to_the_next(client, campaign):
    token = begin(client, campaign)
    visited, answer = ["profile"], fill_profile(client, token)
    while answer.url != reverse("review", args=[token]):
        visited.append(answer.url.split("/")[-2])
        assert client.get(answer.url).status_code == 200
        answer = client.post(answer.url, {"ai_ever_used": "yes"} if visited[-1] == "ai_use" else {})
    assert visited == [
        "profile",
        "ai_use",
        "ai_tools_used",
        "cas-postproduction",
        "cas-son",
        *Response.objects.get().blocks,
        "free_words",
    ]
    assert len(Response.objects.get().blocks) == 2
    sent = client.post(answer.url)
    assert sent.url == reverse("thanks", args=[token])
    assert "Merci. Vos réponses sont envoyées." in text(client.get(sent.url))
    assert Response.objects.counted().count() == 1


def test_the_questionnaire_begins_with_the_person_s_own_trade(client, campaign):
    writing = make_use_case("Aide à l’écriture", family="Conception")
    Family.objects.filter(code="conception").update(position=0)
    Family.objects.exclude(code="conception").update(position=2)
    campaign.use_cases.add(writing)
    token = begin(client, campaign)
    fill_profile(client, token)
    reasons = dict(UseCaseAnswer.objects.values_list("use_case__code", "reason"))
    assert reasons["aide-a-lecriture"] == "sector"
    shown = text(client.get(reverse("review", args=[token])))
    pages = re.findall(r'<h2 id="page-(cas-[^"]+)"', shown)
    assert (set(pages[:2]), pages[2:]) == ({"cas-postproduction", "cas-son"}, ["cas-conception"])


def test_nothing_is_sent_before_the_one_compulsory_answer(client, campaign):
    token = begin(client, campaign)
    refused = client.post(reverse("review", args=[token]), follow=True)
    assert "Avant d’envoyer, cochez au moins un métier" in text(refused)
    assert "<h1>Vous</h1>" in text(refused)
    assert not Response.objects.counted().exists()


def test_the_page_about_tools_is_only_for_users(client, campaign):
    token = begin(client, campaign)
    fill_profile(client, token)
    answer = client.post(reverse("page", args=[token, "ai_use"]), {"ai_ever_used": "no"})
    assert answer.url == reverse("page", args=[token, "cas-postproduction"])
    assert client.get(reverse("page", args=[token, "ai_tools_used"])).status_code == 404


def test_answers_come_back_on_the_page_and_in_the_review(client, campaign):
    token = begin(client, campaign)
    fill_profile(client, token)
    page = reverse("page", args=[token, "cas-postproduction"])
    client.post(
        page,
        {
            "montage-assiste-usage": "tried",
            "montage-assiste-maturity": "2",
            "montage-assiste-impact": "nsp",
            "montage-assiste-intention": "maybe",
            "montage-assiste-tools": "Outil Maison, DaVinci",
            "montage-assiste-comment": '=HYPERLINK("x") <b>non</b> 🎬 \u202eabc',
            "etalonnage-usage": "never_heard",
        },
    )
    stored = UseCaseAnswer.objects.order_by("use_case__position").values_list(
        "use_case__code", "usage", "maturity", "impact", "intention", "tools", "comment"
    )
    comment = '=HYPERLINK("x") <b>non</b> 🎬 \u202eabc'
    assert list(stored) == [
        ("montage-assiste", 2, 2, 9, 2, ["outil-maison", "davinci"], comment),
        ("etalonnage", 0, None, None, None, [], ""),
        ("doublage", None, None, None, None, [], ""),
    ]
    shown = text(client.get(page))
    assert re.search(r'value="tried"[^>]* checked', shown)
    assert "Outil Maison, DaVinci" in shown
    review = text(client.get(reverse("review", args=[token])))
    assert "Essayé, sans plus · technologie : ●●○ Technologie existante en évolution rapide" in review
    assert "&lt;b&gt;non&lt;/b&gt;" in review
    assert "<b>non</b>" not in review


def test_a_text_too_long_is_refused_and_nothing_typed_is_lost(client, campaign):
    token = begin(client, campaign)
    fill_profile(client, token)
    page = reverse("page", args=[token, "cas-postproduction"])
    refused = client.post(
        page, {"montage-assiste-comment": "a" * 40_000, "montage-assiste-usage": "aware", "etalonnage-usage": "regular"}
    )
    assert refused.status_code == 200
    shown = text(refused)
    assert "au plus 5000 caractères" in shown.replace("\u202f", "").replace("\xa0", " ").replace("5 000", "5000")
    assert "a" * 40_000 in shown
    assert re.search(r'name="etalonnage-usage" value="regular"[^>]* checked', shown)
    assert 'href="#id_montage-assiste-comment"' in shown
    assert not UseCaseAnswer.objects.exclude(usage=None).exists()


def test_a_forged_choice_is_refused(client, campaign):
    token = begin(client, campaign)
    fill_profile(client, token)
    refused = client.post(reverse("page", args=[token, "cas-son"]), {"doublage-usage": "forged"})
    assert refused.status_code == 200
    assert "Sélectionnez un choix valide" in text(refused)


def test_an_occupation_is_the_one_compulsory_answer(client, campaign):
    token = begin(client, campaign)
    refused = client.post(reverse("page", args=[token, "profile"]), {"seniority": "0_4"})
    assert "Cochez au moins un métier." in text(refused)
    assert Response.objects.get().seniority == ""


def test_the_personal_link_resumes_at_the_first_unanswered_question(client, campaign):
    token = begin(client, campaign)
    elsewhere = type(client)()  # another device: no cookie
    link = reverse("resume", args=[token])

    def resumed():
        assert elsewhere.get(link).status_code == elsewhere.head(link).status_code == 200
        return elsewhere.post(link).url.removeprefix(link)

    assert resumed() == "profile/"
    fill_profile(client, token)
    assert resumed() == "ai_use/"
    answers = {
        "ai_ever_used": "no",
        "ai_frequency": "never",
        "organisation_uses_ai": "nsp",
        "organisation_rule": "none",
    }
    client.post(reverse("autosave", args=[token, "question.ai_ever_used"]), {"ai_ever_used": "no"})
    assert resumed() == "ai_use/#question-ai_frequency"
    client.post(reverse("page", args=[token, "ai_use"]), answers | {"ai_ever_used-version": "1"})
    assert resumed() == "cas-postproduction/"
    offered = UseCaseAnswer.objects.filter(use_case__family__code="postproduction").order_by("rank")
    first, second = offered.values_list("use_case__code", flat=True)
    for code, place in [(first, f"cas-postproduction/#cas-{second}"), (second, "cas-son/")]:
        client.post(reverse("autosave", args=[token, f"cas.{code}"]), {f"{code}-usage": "not_concerned"})
        assert resumed() == place
    assert f'id="cas-{second}"' in text(client.get(reverse("page", args=[token, "cas-postproduction"])))
    assert 'id="question-ai_frequency"' in text(client.get(reverse("page", args=[token, "ai_use"])))


def test_a_robot_that_reads_a_personal_link_begins_nothing(client, campaign):
    _, token = create_invitation(campaign, Invitation.Channel.PERSONAL)
    link = reverse("resume", args=[token])
    for _ in range(2):
        assert client.get(link).status_code == client.head(link).status_code == 200
    assert not Response.objects.exists()
    assert client.get(reverse("page", args=[token, "profile"])).url == link
    assert "Cochez cette case" in text(client.post(link, {}))
    assert client.post(link, {"consent": "on"}).url == reverse("page", args=[token, "profile"])
    assert Response.objects.count() == 1


def test_the_blocks_that_were_not_drawn_may_be_opened(client, campaign):
    token = begin(client, campaign)
    fill_profile(client, token)
    drawn = Response.objects.get().blocks
    offered = re.findall(r'name="block" value="(\w+)"', text(client.get(reverse("review", args=[token]))))
    assert sorted([*drawn, *offered]) == sorted(
        ["objectives", "obstacles", "employment", "illustrations", "offer_effects", "long_term"]
    )
    assert client.get(reverse("page", args=[token, offered[0]])).status_code == 404
    for _ in range(2):
        answer = client.post(reverse("more", args=[token]), {"block": offered[0]})
        assert answer.url == reverse("page", args=[token, offered[0]])
    assert client.get(answer.url).status_code == 200
    assert Response.objects.get().blocks == [*drawn, offered[0]]
    assert client.post(reverse("more", args=[token]), {"block": "inconnu"}).status_code == 404


def test_a_use_the_catalogue_lacks_is_reported_once(client, campaign):
    token = begin(client, campaign)
    address = reverse("report", args=[token])
    assert "Ce champ est obligatoire" in text(client.post(address, {"description": "Voir"}))
    for _ in range(2):
        client.post(address, {"name": "Repérage de décors", "description": "Voir", "tool": "Drone"})
    assert list(UseCaseProposal.objects.values_list("name", "description", "tool", "reviewed")) == [
        ("Repérage de décors", "Voir", "Drone", False)
    ]


def test_an_unknown_link_says_so(client, campaign):
    answer = client.get(reverse("resume", args=["inconnu"]))
    assert answer.status_code == 404
    assert "Ce lien n’ouvre aucun questionnaire" in text(answer)


def test_saving_after_the_close_is_refused_in_words(client, campaign):
    token = begin(client, campaign)
    fill_profile(client, token)
    type(campaign).objects.update(closed_at=datetime(2025, 6, 15, 12, tzinfo=UTC))
    refused = client.post(reverse("page", args=[token, "ai_use"]), {"ai_ever_used": "yes"})
    assert refused.status_code == 409
    assert "Cette enquête est terminée : elle ne prend plus de réponse." in text(refused)
    assert "Cette enquête est terminée." in text(client.get(reverse("resume", args=[token])))


def test_pages_of_a_person_are_not_kept_by_caches_nor_indexed(client, campaign):
    token = begin(client, campaign)
    answer = client.get(reverse("page", args=[token, "profile"]))
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert '<meta name="robots" content="noindex, nofollow">' in text(answer)
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_a_fictional_campaign_says_so_on_every_page(client, campaign):
    type(campaign).objects.update(is_fictional=True)
    token = begin(client, campaign)
    fill_profile(client, token)
    addresses = [
        reverse("enter", args=[campaign.slug]),
        reverse("resume", args=[token]),
        reverse("page", args=[token, "profile"]),
        reverse("page", args=[token, "cas-son"]),
        reverse("review", args=[token]),
    ]
    assert [a for a in addresses if "Données fictives" not in text(client.get(a))] == []


@pytest.mark.parametrize("number", [1, 3])
def test_a_page_costs_the_same_whatever_it_shows(client, campaign, number, django_assert_num_queries):
    """Invitation, answers, offers, tools, those named by others, lists: the same for one use case and for three."""
    campaign.use_case_links.filter(use_case__position__gt=number).delete()
    token = begin(client, campaign)
    fill_profile(client, token)
    with django_assert_num_queries(6):
        client.get(reverse("page", args=[token, "cas-postproduction"]))


def test_tools_are_ticked_or_typed_and_come_back_where_they_were(client, campaign):
    case = campaign.use_cases.get(code="montage-assiste")
    for position, name in enumerate(["Runway", "Resolve"], 1):
        tool = Tool.objects.create(code=name.lower(), name=name, position=position)
        case.tools.add(tool)
    token = begin(client, campaign)
    fill_profile(client, token)
    page = reverse("page", args=[token, "cas-postproduction"])
    named = ["Resolve", "Outil Maison, runway"]
    client.post(page, {"montage-assiste-usage": "tried", "montage-assiste-tools": named})
    row = UseCaseAnswer.objects.get(use_case=case)
    assert row.tools == ["resolve", "outil-maison", "runway"]
    shown = text(client.get(page))
    boxes = re.findall(r'type="checkbox"[^>]*name="montage-assiste-tools" value="(\w+)"[^>]*?( checked)?>', shown)
    assert boxes == [("Runway", " checked"), ("Resolve", " checked")]
    assert re.findall(r'type="text" name="montage-assiste-tools" value="([^"]*)"', shown) == ["Outil Maison"]
