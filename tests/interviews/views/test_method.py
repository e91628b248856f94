import re

import pytest
from django.urls import reverse

from interviews.analysis import constants


def page(client):
    return re.sub(r"[ \n]+", " ", client.get(reverse("method")).content.decode()).replace("&nbsp;", "\xa0")


def test_the_text_takes_its_figures_from_the_code(client, db, monkeypatch):
    before = page(client)
    assert f"Version {constants.METHOD_VERSION}" in before
    assert "au moins <strong>10\xa0réponses</strong>" in before
    assert "au moins <strong>80\u202f% de chances</strong>" in before
    assert "moins de 16\u202f%" in before
    assert "moins de 5\xa0personnes" in before
    monkeypatch.setattr(constants, "N_SHOW", 7)
    assert "moins de 7\xa0personnes" in page(client).replace("<strong>", "")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("M_PRIOR", 4.0, "compte comme 4\xa0réponses"),
        ("TAU", 0.9, "au moins <strong>90\u202f% de chances</strong>"),
        ("A_MIN", 0.35, "Accord inférieur à 0,35"),
        ("DK_MAX", 0.25, "plus de 25\u202f% de personnes qui ne savent pas"),
        ("CUTS", (0.2, 0.6), "moins de 20\u202f%"),
        ("CONF", 0.99, "intervalle de Wilson à 99\u202f%"),
        ("FDR_Q", 0.05, "au plus 5\u202f% en moyenne sont de fausses alertes"),
        ("WEIGHT_MAX", 4.0, "de 0,3 à 4\xa0fois la moyenne"),
        ("DEFF_STOP", 3.0, "au-delà de 3,0, le redressement est refusé"),
        ("MARGIN_MIN", 8, "Il faut 8\xa0répondants par catégorie"),
        ("INTERVIEWS_MIN", 6, "À moins de 6\xa0entretiens"),
        ("ALPHA_PUBLISH", 0.9, "à partir de 0,90"),
        ("STRUCT_MIN", 4, "moins de 4\xa0structures"),
        ("GROUP", 0.85, "plus de 85\u202f% d’une base"),
        ("EPS", 0.5, "plus 0,50\xa0réponse sur chaque niveau"),
        ("N_RATE", 12, "De 5 à 11\xa0réponses"),
        ("N_FLAG", 40, "base de moins de 40\xa0personnes (†)"),
        ("LEANING", 0.6, "si ce côté a 60\u202f% de chances au moins"),
    ],
)
def test_text_and_code_cannot_part(client, db, monkeypatch, name, value, says):
    assert says not in page(client)
    monkeypatch.setattr(constants, name, value)
    assert says in page(client)


def test_every_convention_is_listed_with_its_value(client, db):
    rows = re.findall(r'<span class="quiet small">(\w+)</span></th><td class="amount">([^<]*)</td>', page(client))
    assert [name for name, _ in rows] == list(constants.published_constants())
    assert [dict(rows)[name] for name in ("M_PRIOR", "EPS", "CUTS", "RAKE_TOLERANCE", "RAKE_PASSES")] == [
        "2",
        "0,333",
        "0,16\xa0; 0,5",
        "10⁻⁸",
        "500",
    ]


def test_it_shows_how_many_answers_move_a_rating(client, db):
    """The table of METHOD 1.5, with its false alarms and its detections (exact binomial)."""
    rows = re.findall(r'<th scope="row">(\d+)</th>((?: ?<td class="amount">[^<]+</td>)+)', page(client))
    assert [(n, *re.findall(r'">([^<]+)<', cells)) for n, cells in rows] == [
        ("10", "9", "8", "1\u202f%", "15\u202f%", "38\u202f%"),
        ("12", "10", "9", "2\u202f%", "25\u202f%", "56\u202f%"),
        ("15", "11", "11", "6\u202f%", "52\u202f%", "84\u202f%"),
        ("20", "14", "14", "6\u202f%", "61\u202f%", "91\u202f%"),
        ("25", "17", "16", "5\u202f%", "68\u202f%", "95\u202f%"),
        ("30", "20", "19", "5\u202f%", "73\u202f%", "97\u202f%"),
        ("40", "25", "25", "8\u202f%", "88\u202f%", "100\u202f%"),
        ("50", "30", "30", "10\u202f%", "95\u202f%", "100\u202f%"),
        ("75", "43", "43", "12\u202f%", "99\u202f%", "100\u202f%"),
        ("100", "56", "56", "14\u202f%", "100\u202f%", "100\u202f%"),
    ]


def test_it_says_which_wordings_are_ours(client, db):
    text = page(client)
    assert text.count("formulation de l’observatoire") == 4
    assert "Transformation ou remplacement de l’essentiel des tâches <span" in text


def test_the_nine_rows_of_the_decision_are_there_in_their_order(client, db):
    """METHOD 1.4: status, level published and what is shown, the first row that matches wins."""
    table = re.search(r"De la situation à la mention</caption>.*?</table>", page(client)).group()
    rows = re.findall(r"</th>" + 3 * r"<td [^>]+><span>(.*?)</span></td>", table)
    assert rows == [
        ("Base insuffisante", "En vigueur", "La note et sa mention, rien d’autre"),
        (
            "Base insuffisante",
            "En vigueur",
            "Le nombre de réponses\xa0; la tendance si un côté a 80\u202f% de chances au moins",
        ),
        ("Base insuffisante", "En vigueur", "Le nombre de réponses et la part de «\xa0ne sait pas\xa0»"),
        ("Contestée", "En vigueur", "Tout"),
        ("Relevée", "Le plus haut ainsi atteint", "Tout"),
        ("Abaissée", "Le plus bas ainsi atteint", "Tout"),
        ("Première note", "Ce niveau", "Tout"),
        ("Confirmée", "En vigueur", "Tout"),
        ("Contestée", "En vigueur, ou aucun", "Tout"),
    ]
