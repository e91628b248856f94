import pytest
from django.urls import reverse

from cnc_survey.roles import Role
from interviews.models import Usage
from tests.factories import make_campaign, make_response, make_use_case
from tests.interviews.staff import sign_in

pytestmark = pytest.mark.django_db

ADDRESS = "/campagnes/vague-1/participation/"


@pytest.fixture
def campaign():
    return make_campaign(use_cases=[make_use_case()])


def take_part(campaign, persons, **fields):
    given = {"sous-titrage": {"usage": Usage.REGULAR, "comment": "Un secret de fabrication"}}
    first = campaign.responses.count()
    for number in range(persons):
        make_response(campaign, f"r{first + number}", use_cases=given, **fields)


def test_an_open_campaign_shows_counts_and_nothing_of_what_was_said(client, campaign):
    sign_in(client, Role.ANALYST)
    take_part(campaign, 3, gender="woman")
    page = client.get(ADDRESS).content.decode()
    assert "elle ne dit rien de leur contenu" in page
    assert ("secret" in page, "Usage régulier" in page) == (False, False)
    assert "<dt>Femme</dt><dd>3</dd>" in page


def test_whoever_holds_the_links_reads_no_small_count(client, campaign):
    sign_in(client, Role.CAMPAIGN_MANAGER)
    take_part(campaign, 3, gender="woman")
    page = client.get(ADDRESS).content.decode()
    assert "<dt>Femme</dt><dd>3</dd>" not in page
    assert '<dt>Femme</dt><dd><span class="quiet">non montré</span></dd>' in page


def test_nobody_yet(client, campaign):
    sign_in(client, Role.ANALYST)
    assert "Personne n’a encore commencé." in client.get(ADDRESS).content.decode()


def test_pictures(client, campaign):
    sign_in(client, Role.ANALYST)
    take_part(campaign, 1)
    for name in ("jours", "pages"):
        answer = client.get(reverse("participation_picture", args=["vague-1", name]))
        assert (answer["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
        assert answer["Content-Disposition"] == f'attachment; filename="vague-1-{name}.png"'
    assert client.get(reverse("participation_picture", args=["vague-1", "autre"])).status_code == 404


def test_an_interviewer_does_not_see_it(client, campaign):
    sign_in(client, Role.INTERVIEWER)
    assert client.get(ADDRESS).status_code == 403


def test_the_page_asks_as_much_for_three_responses_as_for_one(client, campaign, django_assert_max_num_queries):
    sign_in(client, Role.ANALYST)
    asked = []
    for persons in (1, 2):
        take_part(campaign, persons)
        with django_assert_max_num_queries(40) as queries:
            client.get(ADDRESS)
        asked.append(len(queries))
    assert asked[0] == asked[1]
