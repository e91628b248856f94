import pytest
from django.db import connection
from django.db.utils import OperationalError
from django.urls import reverse


@pytest.mark.django_db
def test_healthy_when_the_database_answers(client):
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert client.post(reverse("health")).status_code == 405


@pytest.mark.django_db
def test_unhealthy_when_it_does_not(client, monkeypatch):
    def unreachable():
        raise OperationalError("connection refused: host=10.0.0.7 password=…")

    monkeypatch.setattr(connection, "cursor", unreachable)
    answer = client.get(reverse("health"))
    assert (answer.status_code, answer.json()) == (503, {"status": "database unreachable"})
