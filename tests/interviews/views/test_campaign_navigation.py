"""The pages of a campaign, as each role sees them linked."""

import re

import pytest
from django.contrib.auth.models import Group, User

from cnc_survey.roles import Role, ensure_roles
from tests.factories import make_campaign, make_use_case

pytestmark = pytest.mark.django_db
PARTS, PAGES = "Parties de la campagne", "Pages de cette partie"


def links(page, name):
    """{text: aria-current} of the links of the navigation of this name."""
    nav = re.search(rf'<nav class="\w+" aria-label="{name}">(.*?)</nav>', page, re.DOTALL)
    found = re.findall(r'<a href="[^"]+"(?: aria-current="(\w+)")?>([^<]+)</a>', nav[1]) if nav else []
    return {text: current for current, text in found}


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (
            Role.ADMINISTRATOR,
            ["Participation", "Préparation", "Objectifs", "Courriels", "Couverture", "Qualité", "Clôture"],
        ),
        (Role.CAMPAIGN_MANAGER, ["Participation", "Préparation", "Objectifs", "Courriels", "Couverture", "Clôture"]),
        (Role.ANALYST, ["Participation", "Couverture", "Qualité"]),
        (Role.EDITOR, ["Participation", "Couverture"]),
    ],
)
def test_each_role_finds_its_own_pages(client, role, expected):
    ensure_roles()
    user = User.objects.create_user("ada", is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    client.force_login(user)
    make_campaign(use_cases=[make_use_case()])
    page = client.get("/campagnes/vague-1/participation/").content.decode()
    assert list(links(page, PAGES)) == expected
    assert links(page, PAGES)["Participation"] == "page"
    assert {text for text, current in links(page, PARTS).items() if current} == {"Collecte"}


def test_a_part_of_one_page_has_no_second_row(admin_client):
    make_campaign(use_cases=[make_use_case()])
    page = admin_client.get("/campagnes/vague-1/").content.decode()
    assert links(page, PARTS) == {"Vue d’ensemble": "page", "Collecte": "", "Résultats": ""}
    assert links(page, PAGES) == {}
