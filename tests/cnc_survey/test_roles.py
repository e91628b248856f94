import pytest
from django.contrib.auth.models import Group, Permission, User
from django.urls import reverse

from cnc_survey.roles import GRANTS, Role, ensure_roles
from interviews.results.closing import close_campaign
from tests.factories import make_campaign

pytestmark = pytest.mark.django_db


def permissions():
    """{role: the codenames of its group}, for every group there is."""
    return {group.name: sorted(group.permissions.values_list("codename", flat=True)) for group in Group.objects.all()}


def test_every_role_becomes_a_group_with_its_permissions():
    ensure_roles()
    granted = permissions()
    assert set(granted) == {
        "Administrateur",
        "Gestionnaire de campagne",
        "Analyste",
        "Éditeur",
        "Enquêteur",
    }
    assert granted["Enquêteur"] == ["add_interview", "change_interview", "view_interview"]
    assert {name: len(codenames) for name, codenames in granted.items()} == {
        role.value: sum(len(verbs) for verbs in grants.values()) for role, grants in GRANTS.items()
    }


def test_running_again_takes_back_what_was_added_and_doubles_nothing():
    ensure_roles()
    before = permissions()
    Group.objects.get(name="Analyste").permissions.add(Permission.objects.get(codename="view_invitation"))
    ensure_roles()
    assert permissions() == before


def test_a_permission_that_does_not_exist_is_named():
    Permission.objects.filter(codename="view_rating").delete()
    with pytest.raises(LookupError, match=r"usecases\.rating: view_rating"):
        ensure_roles()


def test_links_and_answers_are_never_in_the_same_hands():
    ensure_roles()
    holders = {
        verb: {group.name for group in Group.objects.filter(permissions__codename=verb)}
        for verb in (
            "view_invitation",
            "add_invitation",
            "view_response",
            "view_answer",
            "view_responselink",
            "view_participantidentity",
        )
    }
    assert holders == {
        "view_invitation": {"Administrateur", "Gestionnaire de campagne"},
        "add_invitation": {"Administrateur", "Gestionnaire de campagne"},
        "view_response": {"Administrateur", "Analyste"},
        "view_answer": {"Administrateur", "Analyste"},
        "view_responselink": set(),
        "view_participantidentity": {"Administrateur"},
    }


PAGES = {
    "use cases": "admin:usecases_usecase_changelist",
    "new use case": "admin:usecases_usecase_add",
    "ratings": "admin:usecases_rating_changelist",
    "campaigns": "admin:interviews_campaign_changelist",
    "new campaign": "admin:interviews_campaign_add",
    "invitations": "admin:interviews_invitation_changelist",
    "responses": "admin:interviews_response_changelist",
    "assessments": "admin:interviews_assessment_changelist",
    "questions": "admin:interviews_item_changelist",
    "users": "admin:auth_user_changelist",
}
OPENED = {
    Role.ADMINISTRATOR: set(PAGES),
    Role.CAMPAIGN_MANAGER: {"ratings", "campaigns", "new campaign", "invitations", "questions"},
    Role.ANALYST: {"use cases", "ratings", "campaigns", "responses", "assessments", "questions"},
    Role.EDITOR: {"use cases", "new use case", "ratings", "campaigns", "assessments"},
    Role.INTERVIEWER: set(),
}


def sign_in(client, role):
    ensure_roles()
    user = User.objects.create_user("personne", is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    client.force_login(user)


@pytest.mark.parametrize("role", Role)
def test_each_role_opens_its_pages_and_no_other(client, role):
    sign_in(client, role)
    assert client.get(reverse("admin:index")).status_code == 200
    answers = {name: client.get(reverse(address)).status_code for name, address in PAGES.items()}
    assert answers == {name: 200 if name in OPENED[role] else 403 for name in PAGES}


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.ADMINISTRATOR, {"links", "closing"}),
        (Role.CAMPAIGN_MANAGER, {"links", "closing"}),
        (Role.ANALYST, set()),
        (Role.EDITOR, set()),
        (Role.INTERVIEWER, set()),
    ],
)
def test_who_may_make_links_and_close(client, role, allowed):
    campaign = make_campaign()
    sign_in(client, role)
    addresses = {
        "links": reverse("admin:interviews_campaign_liens", args=[campaign.pk]),
        "closing": reverse("campaign_closing", args=[campaign.slug]),
    }
    found = {name for name, address in addresses.items() if client.get(address).status_code == 200}
    assert found == allowed


def test_an_editor_publishes_what_an_analyst_only_reads(client):
    campaign = make_campaign()
    close_campaign(campaign)
    address = reverse("campaign_publication", args=[campaign.slug])
    answers = {}
    for role in (Role.EDITOR, Role.ANALYST):
        sign_in(client, role)
        answers[role] = (client.get(address).status_code, client.post(address, {"title": ""}).status_code)
        User.objects.all().delete()
    assert answers == {Role.EDITOR: (200, 200), Role.ANALYST: (200, 403)}
