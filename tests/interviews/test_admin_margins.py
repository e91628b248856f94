"""Population margins in the admin: a row is checked against the lists, and against the other rows."""

import pytest
from django.urls import reverse
from django.utils import timezone

from interviews.models import PopulationMargin
from tests.factories import make_campaign, make_occupation

pytestmark = pytest.mark.django_db

ADD = reverse("admin:interviews_populationmargin_add")
WOMEN = {
    "variable": "gender",
    "category": "woman",
    "target": "42.7",
    "unit": "share",
    "source": "CNC",
    "year": "2019",
}


@pytest.fixture
def campaign():
    return make_campaign()


def stored(campaign):
    return list(campaign.margins.order_by("pk").values_list("variable", "category", "target", "unit"))


def add(client, campaign, **changed):
    answer = client.post(ADD, WOMEN | {"campaign": campaign.pk} | changed)
    return answer.context["adminform"].form.errors if answer.status_code == 200 else {}


def test_merged_categories_are_kept_in_the_order_of_the_list(admin_client, campaign):
    assert add(admin_client, campaign, category=" undisclosed | man|other ") == {}
    assert stored(campaign) == [("gender", "man|other|undisclosed", 42.7, "share")]


def test_a_code_of_no_list_is_refused_where_it_stands(admin_client, campaign):
    make_occupation("editors", "Monteurs")
    errors = add(admin_client, campaign, variable="occupations", category="editors|gone")
    assert [message.replace("\u00a0", " ") for message in errors["category"]] == [
        "« gone » n’est pas une modalité de Métier : editors, non_renseigne."
    ]
    assert stored(campaign) == []


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"target": "-1"}, "Une cible n’est jamais négative."),
        ({"target": "142"}, "Une part va de 0 à 100."),
        ({"year": "19"}, "L’année va de 1990 à 2100."),
        ({"variable": "population", "category": ""}, "La population totale est un effectif, sans modalité."),
        ({"category": ""}, "Indiquez la modalité."),
    ],
)
def test_what_the_database_refuses_is_said_in_french(admin_client, campaign, changed, message):
    errors = add(admin_client, campaign, **changed)
    assert message in [each for field in errors.values() for each in field]
    assert stored(campaign) == []


def inline(*rows):
    fields = ("variable", "category", "target", "unit", "source", "year")
    sent = {"margins-TOTAL_FORMS": len(rows), "margins-INITIAL_FORMS": 0}
    for number, row in enumerate(rows):
        sent |= {f"margins-{number}-{name}": (WOMEN | row)[name] for name in fields}
    return sent


def change(client, campaign, *rows):
    own = {"title": "Vague 1", "slug": "vague-1", "opens_on": "2025-01-01", "closes_on": "2025-12-31"}
    own |= {"consent_text": "Texte", "weighting": "margins"}
    return client.post(reverse("admin:interviews_campaign_change", args=[campaign.pk]), own | inline(*rows))


def test_margins_are_entered_with_their_campaign(admin_client, campaign):
    assert change(admin_client, campaign, {}, {"category": "man", "target": "57.3"}).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.weighting, stored(campaign)) == (
        "margins",
        [("gender", "woman", 42.7, "share"), ("gender", "man", 57.3, "share")],
    )


def test_rows_that_contradict_one_another_are_refused_together(admin_client, campaign):
    answer = change(admin_client, campaign, {}, {"category": "man|woman", "unit": "headcount"})
    (formset,) = [each.formset for each in answer.context["inline_admin_formsets"]]
    assert [
        {field: [m.replace("\u00a0", " ") for m in found] for field, found in each.items()} for each in formset.errors
    ] == [
        {},
        {
            "category": ["« woman » figure déjà dans une autre ligne de Genre."],
            "unit": ["Les lignes de Genre mêlent effectifs et parts : choisissez."],
        },
    ]
    assert stored(campaign) == []


def test_the_margins_of_a_closed_campaign_are_only_shown(admin_client, campaign):
    row = PopulationMargin.objects.create(campaign=campaign, **WOMEN | {"target": 42.7, "year": 2019})
    campaign.closed_at = timezone.now()
    campaign.save()
    page = reverse("admin:interviews_populationmargin_change", args=[row.pk])
    assert admin_client.get(page).context["adminform"].form.fields == {}
    assert admin_client.post(page, WOMEN | {"target": "1"}).status_code == 403
    assert (
        "margins-0-target"
        not in admin_client.get(reverse("admin:interviews_campaign_change", args=[campaign.pk])).content.decode()
    )
