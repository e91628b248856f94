"""The journal and the accounts in the admin."""

import csv
import io
import re

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth.models import Group, User

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.roles import Role, ensure_roles

pytestmark = pytest.mark.django_db
JOURNAL = "/admin/cnc_survey/auditentry/"


def member(role, name="ada"):
    ensure_roles()
    user = User.objects.create_user(name, f"{name}@exemple.fr", is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user


@pytest.mark.parametrize(("role", "status"), [(Role.ADMINISTRATOR, 200), (Role.ANALYST, 403), (Role.EDITOR, 403)])
def test_only_administrators_read_the_journal(client, role, status):
    client.force_login(member(role))
    assert client.get(JOURNAL).status_code == status


def test_the_journal_is_read_filtered_and_never_changed(client):
    ada = member(Role.ADMINISTRATOR)
    entry = record(AuditEntry.Action.EXPORTED, ada, "vague-1", fichier="=1+1")
    client.force_login(ada)
    page = client.get(f"{JOURNAL}?q=vague-1").content.decode()
    assert "vague-1" in page
    assert "fichier : =1+1" in page
    assert "vague-1" not in client.get(f"{JOURNAL}?action__exact=published").content.decode().split("result_list")[-1]
    for address in (f"{JOURNAL}add/", f"{JOURNAL}{entry.pk}/delete/"):
        assert client.get(address).status_code == 403
    assert client.post(f"{JOURNAL}{entry.pk}/change/", {"subject": "autre"}).status_code == 403


def test_its_export_is_a_table_that_no_spreadsheet_runs_and_leaves_a_line(client):
    ada = member(Role.ADMINISTRATOR)
    entry = record(AuditEntry.Action.EXPORTED, ada, "=HYPERLINK(1)", fichier="a.xlsx")
    client.force_login(ada)
    response = client.post(JOURNAL, {"action": "export_entries", "_selected_action": [entry.pk]})
    rows = list(csv.reader(io.StringIO(response.content.decode())))
    assert rows == [
        ["date_utc", "auteur", "action", "objet", "precisions"],
        [f"{entry.at:%Y-%m-%dT%H:%M:%SZ}", "ada", "export", "'=HYPERLINK(1)", "fichier : a.xlsx"],
    ]
    last = AuditEntry.objects.latest("pk")
    assert (last.action, last.actor_name, last.details) == ("audit_exported", "ada", {"rows": 1})


@pytest.mark.parametrize("lines", [1, 3])
def test_the_journal_costs_the_same_however_long(client, lines, django_assert_num_queries):
    ada = member(Role.ADMINISTRATOR)
    for number in range(lines):
        record(AuditEntry.Action.EXPORTED, ada, f"vague-{number}")
    client.force_login(ada)
    with django_assert_num_queries(10):
        client.get(JOURNAL)


def test_an_account_is_opened_without_a_password_and_its_holder_chooses_one(client, mailoutbox):
    client.force_login(member(Role.ADMINISTRATOR))
    client.post(
        "/admin/auth/user/add/",
        {"username": "eve", "email": "eve@exemple.fr", "usable_password": "false"},
    )
    eve = User.objects.get(username="eve")
    assert (eve.is_staff, eve.has_usable_password()) == (True, False)
    client.post("/admin/auth/user/", {"action": "send_password_link", "_selected_action": [eve.pk]})
    (mail,) = mailoutbox
    assert mail.to == ["eve@exemple.fr"]
    client.logout()
    page = client.get(re.search(r"http://testserver(\S+)", mail.body)[1], follow=True)
    new = "une-longue-phrase-de-passe"
    client.post(page.request["PATH_INFO"], {"password1": new, "password2": new})
    eve.refresh_from_db()
    assert eve.check_password(new)


def test_an_account_needs_an_address(client):
    client.force_login(member(Role.ADMINISTRATOR))
    page = client.post("/admin/auth/user/add/", {"username": "eve", "usable_password": "false"})
    assert page.context["adminform"].form.errors.keys() == {"email"}


def test_a_lost_phone_does_not_lock_its_holder_out(client):
    eve = member(Role.ANALYST, "eve")
    TOTP.activate(eve, generate_totp_secret())
    client.force_login(member(Role.ADMINISTRATOR))
    client.post("/admin/auth/user/", {"action": "remove_second_factor", "_selected_action": [eve.pk]})
    assert not Authenticator.objects.exists()
    assert AuditEntry.objects.get(action="second_factor").subject == "eve : retiré par un administrateur"
