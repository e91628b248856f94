"""The pages of jobs: who sees what, what each state looks like, what a click does."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.utils import timezone

from cnc_survey.audit.models import AuditEntry
from cnc_survey.jobs.models import Job
from cnc_survey.jobs.queue import enqueue_job
from cnc_survey.roles import Role
from tests.interviews.staff import sign_in
from tests.waiting_jobs import run_waiting_jobs

pytestmark = pytest.mark.django_db


@pytest.fixture
def analyst(client):
    return sign_in(client, Role.ANALYST)


def visible(page):
    return page.content.decode().replace("\u202f", " ").replace("\u00a0", " ")


def finished(user, **parameters):
    job = enqueue_job("words", user, parameters)
    run_waiting_jobs()
    job.refresh_from_db()
    return job


def test_a_stranger_signs_in_first(client):
    assert client.get("/taches/").url == "/compte/connexion/?next=/taches/"


def test_nothing_yet(client, analyst):
    assert "Aucune tâche." in visible(client.get("/taches/"))


def test_each_sees_their_own_and_the_administrator_all(client, analyst):
    other = User.objects.create_superuser("autre")
    mine, theirs = enqueue_job("words", analyst), enqueue_job("slow", other)
    page = visible(client.get("/taches/"))
    assert (str(mine.pk) in page, str(theirs.pk) in page) == (True, False)
    assert client.get(theirs.get_absolute_url()).status_code == 404
    for deed in ("annuler", "relancer"):
        assert client.post(f"{theirs.get_absolute_url()}{deed}/").status_code == 404
    sign_in(client, Role.ADMINISTRATOR)
    page = visible(client.get("/taches/"))
    assert (str(mine.pk) in page, str(theirs.pk) in page) == (True, True)
    assert client.get(theirs.get_absolute_url()).status_code == 200


@pytest.mark.parametrize(
    ("facts", "state", "words"),
    [
        ({}, "En attente", ["Annuler la tâche", "Actualiser", "Vous pouvez quitter cette page"]),
        ({"started_at": 1, "done": 1200, "total": 5000}, "En cours", ["24 %", "1 200 sur 5 000 mots", "Annuler"]),
        ({"started_at": 1}, "En cours", ["La tâche commence."]),
        ({"started_at": 1, "cancel_requested_at": 1}, "En cours d’arrêt", ["Arrêt demandé"]),
        ({"failed_at": 1, "error": "Cette campagne n’est pas close."}, "En échec", ["n’est pas close.", "Relancer"]),
        ({"cancelled_at": 1}, "Annulée", ["Rien n’a été gardé", "Relancer"]),
        ({"finished_at": 1, "expires_at": 1}, "Fichier expiré", ["sept jours", "Relancer"]),
        ({"finished_at": 1}, "Terminée", ["Tâches"]),
    ],
)
def test_each_state_says_what_it_is_and_what_can_be_done(client, analyst, facts, state, words):
    job = enqueue_job("words", analyst)
    moment = timezone.now()
    Job.objects.update(**{name: moment if name.endswith("_at") else value for name, value in facts.items()})
    page = visible(client.get(job.get_absolute_url()))
    assert f"<title>{state} : Essai words" in page
    assert [word for word in words if word not in page] == []
    assert ("hx-trigger" in page) == (state in ("En attente", "En cours", "En cours d’arrêt"))
    assert state in visible(client.get("/taches/"))


def test_the_page_renews_its_state_alone_then_itself_once(client, analyst):
    job = enqueue_job("words", analyst)
    part = client.get(job.get_absolute_url(), headers={"HX-Request": "true"})
    assert "En attente" in visible(part)
    assert "<html" not in visible(part)
    run_waiting_jobs()
    assert client.get(job.get_absolute_url(), headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"


def test_cancel_then_run_again_then_download(client, analyst):
    job = enqueue_job("words", analyst, {"words": "merci"})
    assert client.post(f"{job.get_absolute_url()}annuler/", follow=True).status_code == 200
    page = visible(client.post(f"{job.get_absolute_url()}annuler/", follow=True))
    assert "avait déjà pris fin" in page
    client.post(f"{job.get_absolute_url()}relancer/")
    assert "avait déjà été relancée" in visible(client.post(f"{job.get_absolute_url()}relancer/", follow=True))
    run_waiting_jobs()
    assert "Télécharger" in visible(client.get(job.get_absolute_url()))
    file = client.get(f"{job.get_absolute_url()}fichier/")
    assert b"".join(file.streaming_content) == b"merci"
    assert file.headers["Content-Disposition"] == 'attachment; filename="mots.txt"'
    assert "no-store" in file.headers["Cache-Control"]
    entry = AuditEntry.objects.get(action=AuditEntry.Action.EXPORTED)
    assert (entry.actor, entry.subject, entry.details) == (
        analyst,
        "Essai words",
        {"kind": "words", "parameters": {"words": "merci"}},
    )


def test_looking_never_acts(client, analyst):
    job = enqueue_job("words", analyst)
    for deed in ("annuler", "relancer"):
        assert client.get(f"{job.get_absolute_url()}{deed}/").status_code == 405


def test_a_file_is_its_owner_s_alone_and_only_while_they_may(client, analyst):
    job = finished(analyst)
    address = f"{job.get_absolute_url()}fichier/"
    sign_in(client, Role.ADMINISTRATOR)  # sees the job, makes an export of their own if they need one
    assert client.get(address).status_code == 403
    sign_in(client, Role.INTERVIEWER)
    assert client.get(address).status_code == 404
    client.logout()
    assert client.get(address).url.startswith("/compte/connexion/")
    client.force_login(analyst)
    assert client.get(address).status_code == 200
    for group in analyst.groups.all():
        group.permissions.remove(Permission.objects.get(codename="view_campaign"))
    assert client.get(address).status_code == 403


def test_an_expired_file_is_gone_even_before_it_is_swept_away(client, analyst):
    job = finished(analyst)
    Job.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert client.get(f"{job.get_absolute_url()}fichier/").status_code == 404
    assert "Fichier expiré" in visible(client.get(job.get_absolute_url()))


def test_the_list_asks_the_same_of_the_database_for_one_and_three(client, django_assert_num_queries):
    sign_in(client, Role.ADMINISTRATOR)
    owner = User.objects.create_superuser("autre")
    enqueue_job("words", owner, {"words": "0"})
    client.get("/taches/")  # content types are read once
    with django_assert_num_queries(6):
        client.get("/taches/")
    for number in ("1", "2"):
        enqueue_job("words", owner, {"words": number})
    with django_assert_num_queries(6):
        client.get("/taches/")


def test_a_long_list_has_pages(client, analyst):
    for number in range(31):
        enqueue_job("words", analyst, {"words": str(number)})
    assert "Plus anciennes" in visible(client.get("/taches/"))
    assert "Plus récentes" in visible(client.get("/taches/?page=2"))
