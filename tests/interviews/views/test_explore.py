"""The rest of the campaign's use cases: by family, by search, one button to add each."""

import re
from datetime import UTC, datetime

import pytest
import time_machine
from django.urls import reverse

from interviews.collection.invitations import create_invitation
from interviews.collection.offers import add_use_case, offer_use_cases
from interviews.collection.questionnaire import load_questionnaire
from interviews.collection.responses import ResponseRefusedError, start_response
from interviews.collection.routing import OFFERED
from interviews.models import Usage
from tests.factories import make_campaign, make_occupation, make_use_case
from usecases.models import Family, UseCaseOccupation

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("june")]


@pytest.fixture
def june():
    with time_machine.travel(datetime(2025, 6, 15, 12, 30, tzinfo=UTC), tick=False):
        yield


@pytest.fixture
def campaign():
    """Twelve use cases of the editors' trade, of which ten are offered, and two of other families."""
    questionnaire, _ = load_questionnaire()
    editors = make_occupation("editors")
    own = [make_use_case(f"Montage {number}", summary="Coupe selon les personnages.") for number in range(OFFERED + 2)]
    UseCaseOccupation.objects.bulk_create(UseCaseOccupation(use_case=case, occupation=editors) for case in own)
    other = [make_use_case("Étalonnage assisté", family="Image"), make_use_case("Doublage", family="Son")]
    for position, code in enumerate(("postproduction", "image", "son"), 1):
        Family.objects.filter(code=code).update(position=position)
    return make_campaign(questionnaire, [*own, *other])


@pytest.fixture
def begun(campaign):
    """An editor's response, with its offers, and the token of its link."""
    invitation, token = create_invitation(campaign)
    response = start_response(invitation)
    response.occupations.set([make_occupation("colourists"), *campaign_occupations(campaign)])
    offer_use_cases(response)
    return response, token


def campaign_occupations(campaign):
    return {link.occupation for case in campaign.use_cases.all() for link in case.occupation_links.all()}


def text(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


def listed(answer):
    """Return [(name, can be added)] in the order of the page."""
    entries = re.findall(r'<li id="cas-.*?</li>', answer.content.decode(), re.DOTALL)
    return [(re.search(r"<h3>(.*?)</h3>", entry)[1], "<button" in entry) for entry in entries]


def test_everything_is_listed_by_family_and_what_is_asked_is_marked(client, begun):
    response, token = begun
    asked = set(response.use_case_answers.values_list("use_case__name", flat=True))
    answer = client.get(reverse("explore", args=[token]))
    names = [*(f"Montage {number}" for number in range(OFFERED + 2)), "Étalonnage assisté", "Doublage"]
    assert listed(answer) == [(name, name not in asked) for name in names]
    assert re.findall(r'<h2 id="famille-(.*?)">', text(answer)) == ["postproduction", "image", "son"]
    assert text(answer).count("Dans votre questionnaire") == OFFERED
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("etalonnage", ["Étalonnage assisté"]),
        ("ASSISTÉ  étal", ["Étalonnage assisté"]),
        ("son", ["Doublage"]),
        ("montage 11", ["Montage 11"]),
        ("coupe 3", ["Montage 3"]),
    ],
)
def test_a_search_ignores_accents_and_case_and_wants_every_word(client, begun, words, found):
    answer = client.get(reverse("explore", args=[begun[1]]), {"q": words})
    assert [name for name, _ in listed(answer)] == found
    assert f"1 cas d’usage pour «&nbsp;{words.strip()}&nbsp;»" in answer.content.decode()


def test_a_search_without_result_says_so_and_what_was_typed_stays_text(client, begun):
    answer = client.get(reverse("explore", args=[begun[1]]), {"q": "<b>zzz</b>" + "a" * 4000})
    assert listed(answer) == []
    assert "Aucun cas d’usage ne répond à cette recherche." in text(answer)
    assert "<b>zzz" not in text(answer)
    assert "a" * 101 not in text(answer)


def test_adding_asks_one_more_use_case_after_the_others_and_leads_to_its_card(client, begun):
    response, token = begun
    before = list(response.use_case_answers.values_list("use_case__code", "reason", "rank"))
    for _ in range(2):  # a double click
        answer = client.post(reverse("explore", args=[token]), {"use_case": "doublage"})
        assert answer.url == reverse("page", args=[token, "cas-son"]) + "#cas-doublage"
    added = list(response.use_case_answers.values_list("use_case__code", "reason", "rank"))
    assert added == [*before, ("doublage", "chosen", OFFERED + 1)]
    assert 'id="cas-doublage"' in text(client.get(reverse("page", args=[token, "cas-son"])))
    assert ("Doublage", False) in listed(client.get(reverse("explore", args=[token])))


def test_looking_adds_nothing(client, begun):
    response, token = begun
    before = list(response.use_case_answers.values_list("pk", "version"))
    address = reverse("explore", args=[token])
    assert client.get(address, {"use_case": "doublage"}).status_code == client.head(address).status_code == 200
    assert list(response.use_case_answers.values_list("pk", "version")) == before


def test_what_is_already_asked_keeps_its_answer_and_its_reason(begun):
    response, _ = begun
    row = response.use_case_answers.first()
    response.use_case_answers.filter(pk=row.pk).update(usage=Usage.REGULAR)
    same = add_use_case(response, row.use_case)
    assert (same.pk, same.reason, same.rank, same.usage) == (row.pk, "occupation", row.rank, Usage.REGULAR)


def test_a_use_case_outside_the_campaign_is_refused(client, begun):
    response, token = begun
    make_use_case("Ailleurs")
    refused = client.post(reverse("explore", args=[token]), {"use_case": "ailleurs"})
    assert refused.status_code == 409
    assert "Ce cas d’usage ne fait pas partie de cette enquête." in text(refused)
    assert client.post(reverse("explore", args=[token]), {"use_case": "inconnu"}).status_code == 404
    assert client.post(reverse("explore", args=[token])).status_code == 404
    assert response.use_case_answers.count() == OFFERED


def test_before_the_profile_there_is_nothing_to_add_to(client, campaign):
    invitation, token = create_invitation(campaign)
    address = reverse("explore", args=[token])
    assert client.get(address).url == reverse("resume", args=[token])
    response = start_response(invitation)
    assert client.post(address, {"use_case": "doublage"}).url == reverse("resume", args=[token])
    with pytest.raises(ResponseRefusedError, match="Indiquez d’abord votre métier"):
        add_use_case(response, campaign.use_cases.first())
    assert not response.use_case_answers.exists()


def test_after_the_close_nothing_is_added(client, begun, campaign):
    response, token = begun
    type(campaign).objects.update(closed_at=datetime(2025, 6, 15, 12, tzinfo=UTC))
    refused = client.post(reverse("explore", args=[token]), {"use_case": "doublage"})
    assert refused.status_code == 409
    assert response.use_case_answers.count() == OFFERED


def test_a_chosen_use_case_outlives_a_new_profile(begun, campaign):
    response, _ = begun
    add_use_case(response, campaign.use_cases.get(code="doublage"))
    answered = response.use_case_answers.get(rank=2)
    response.use_case_answers.filter(pk=answered.pk).update(usage=Usage.AWARE)
    offer_use_cases(response)
    rows = {rank: (code, reason) for code, reason, rank in offers_of(response)}
    assert sorted(rows) == list(range(1, OFFERED + 2))
    assert rows[2] == (answered.use_case.code, "occupation")
    assert rows[OFFERED + 1] == ("doublage", "chosen")


def offers_of(response):
    return response.use_case_answers.values_list("use_case__code", "reason", "rank")


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_costs_the_same_whatever_it_lists(client, begun, campaign, number, django_assert_num_queries):
    """The invitation with its response, the offers, what is asked, the list."""
    response, token = begun
    kept = list(response.use_case_answers.values_list("use_case", flat=True)[:number])
    campaign.use_case_links.exclude(use_case__in=kept).delete()
    with django_assert_num_queries(4):
        client.get(reverse("explore", args=[token]))
