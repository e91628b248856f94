import re

from django.urls import reverse

from interviews.analysis import constants


def page(client):
    return re.sub(r"[ \n]+", " ", client.get(reverse("method")).content.decode()).replace("&nbsp;", "\xa0")


def test_the_text_takes_its_figures_from_the_code(client, db, monkeypatch):
    before = page(client)
    assert f"Version {constants.METHOD_VERSION}" in before
    assert "au moins 10\xa0réponses" in before
    assert "au moins 80\u202f% de chances" in before
    assert "moins de 16\u202f%" in before
    assert "moins de 5\xa0personnes" in before
    monkeypatch.setattr(constants, "N_SHOW", 7)
    assert "moins de 7\xa0personnes" in page(client)


def test_it_shows_how_many_answers_move_a_rating(client, db):
    rows = re.findall(
        r'<th scope="row">(\d+)</th> <td class="amount">(\d+)</td> <td class="amount">(\d+)</td>', page(client)
    )
    assert rows == [
        ("10", "9", "8"),
        ("15", "11", "11"),
        ("20", "14", "14"),
        ("30", "20", "19"),
        ("50", "30", "30"),
        ("100", "56", "56"),
    ]


def test_it_says_which_wordings_are_ours(client, db):
    text = page(client)
    assert text.count("formulation de l’observatoire") == 4
    assert "Transformation ou remplacement de l’essentiel des tâches <span" in text
