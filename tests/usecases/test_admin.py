"""The catalogue in the admin: what may change, what may not, and how it is shown."""

import pytest
from django.contrib import admin
from django.urls import reverse

from tests.factories import make_edition, make_occupation, make_use_case
from usecases.editions import RatingDraft
from usecases.models import (
    Barrier,
    Benefit,
    Dimension,
    Edition,
    Family,
    LoadedRecord,
    Occupation,
    Rating,
    Sector,
    SheetSection,
    Stage,
    StudyPoint,
    Theme,
    Tool,
    UseCase,
    UseCaseOccupation,
    ValueChain,
)
from usecases.rating_marks import figure_sections

pytestmark = pytest.mark.django_db

INLINES = ("sections", "stage_links", "occupation_links", "benefit_links")


def address(model, page, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


def filled_form(case, **changes):
    """What the page of a use case sends back, its inlines untouched and empty."""
    fields = {name: getattr(case, name) for name in ("name", "summary", "summary_source", "status", "status_source")}
    management = {f"{name}-{count}_FORMS": 0 for name in INLINES for count in ("TOTAL", "INITIAL")}
    return fields | {"family": case.family_id, "position": case.position} | management | changes


def errors_of(answer):
    """The messages of a refused form, in the order of the page."""
    errors = [[each] if isinstance(each, str) else each for each in answer.context["errors"]]
    return [message for messages in errors for message in messages]


def test_what_load_catalogue_remembers_is_not_shown():
    assert LoadedRecord not in admin.site._registry


def test_the_code_of_a_new_use_case_is_chosen_once(admin_client):
    make_use_case("Doublage")
    family = Family.objects.get()
    sent = filled_form(UseCase(name="Étalonnage", family=family, summary_source="proposed"), code="etalonnage")
    admin_client.post(address(UseCase, "add"), sent)
    case = UseCase.objects.get(name="Étalonnage")
    assert case.code == "etalonnage"
    admin_client.post(address(UseCase, "change", case.pk), filled_form(case, code="autre", name="Étalonnage assisté"))
    case.refresh_from_db()
    assert (case.code, case.name) == ("etalonnage", "Étalonnage assisté")


def test_a_use_case_that_is_not_retained_says_why_or_the_form_says_so(admin_client):
    case = make_use_case("Doublage")
    answer = admin_client.post(address(UseCase, "change", case.pk), filled_form(case, status="not_retained"))
    assert errors_of(answer) == ["Un cas d’usage non retenu indique la source de cette décision."]


def test_a_link_stands_once(admin_client):
    case, editor = make_use_case("Doublage"), make_occupation()
    rows = {f"occupation_links-{row}-occupation": editor.pk for row in (0, 1)}
    sent = filled_form(case, **rows) | {"occupation_links-TOTAL_FORMS": 2}
    answer = admin_client.post(address(UseCase, "change", case.pk), sent)
    assert errors_of(answer)[0] == "Une même entrée est liée deux fois\u00a0: gardez-en une."
    assert UseCaseOccupation.objects.count() == 0


def test_a_use_case_that_an_edition_rates_is_not_deleted(admin_client):
    case = make_use_case("Doublage")
    make_edition([RatingDraft("doublage", Dimension.MATURITY, 2, "study")])
    page = admin_client.get(address(UseCase, "delete", case.pk))
    assert [str(each) for each in page.context["protected"]] == [
        f'Note: <a href="{address(Rating, "change", Rating.objects.get().pk)}">'
        "Doublage : Maturité technologique (Édition)</a>"
    ]
    admin_client.post(address(UseCase, "delete", case.pk), {"post": "yes"})
    assert UseCase.objects.count() == 1


def test_proposed_links_are_counted_and_filtered(admin_client):
    proposed, given = make_use_case("Doublage"), make_use_case("Montage")
    editor, dubber = make_occupation(), make_occupation("dubbers", "Doubleurs")
    UseCaseOccupation.objects.create(use_case=proposed, occupation=editor, proposed=True)
    UseCaseOccupation.objects.create(use_case=proposed, occupation=dubber)
    UseCaseOccupation.objects.create(use_case=given, occupation=editor)

    def listed(query):
        results = admin_client.get(address(UseCase, "changelist"), query).context["cl"].result_list
        return {case.name: (case.proposed_links, case.all_links) for case in results}

    assert listed({}) == {"Doublage": (1, 2), "Montage": (0, 1)}
    assert listed({"proposes": "oui"}) == {"Doublage": (1, 2)}
    assert listed({"proposes": "non"}) == {"Montage": (0, 1)}


def test_the_list_shows_the_levels_in_force_and_never_those_of_a_demonstration(admin_client):
    make_use_case("Doublage")
    make_edition([RatingDraft("doublage", Dimension.MATURITY, 2, "study")])
    make_edition([RatingDraft("doublage", Dimension.MATURITY, 3, "raised")], is_fictional=True)
    page = admin_client.get(address(UseCase, "changelist"))
    (case,) = page.context["cl"].result_list
    assert (case.maturity_in_force, case.impact_in_force, case.adoption_in_force) == (2, None, None)
    assert page.content.count("maturité 2 sur 3".encode()) == 1


@pytest.mark.parametrize("model", [Edition, Rating])
def test_what_is_published_is_only_shown(admin_client, model):
    make_use_case("Doublage")
    make_edition([RatingDraft("doublage", Dimension.MATURITY, 2, "study")])
    row = model.objects.get()
    before = model.objects.values().get()
    pages = {"add": (), "delete": (row.pk,)}
    assert {page: admin_client.get(address(model, page, *args)).status_code for page, args in pages.items()} == {
        "add": 403,
        "delete": 403,
    }
    shown = admin_client.get(address(model, "change", row.pk))
    assert list(shown.context["adminform"].form.fields) == []
    assert admin_client.post(address(model, "change", row.pk), {"title": "Autre", "level": 3}).status_code == 403
    assert model.objects.values().get() == before


@pytest.mark.parametrize("model", [Sector, Occupation, Benefit, Barrier, Tool])
def test_what_answers_cite_is_never_deleted(admin_client, model):
    entry = model.objects.create(code="entree", name="Entrée")
    assert admin_client.post(address(model, "delete", entry.pk), {"post": "yes"}).status_code == 403
    assert "delete_selected" not in admin_client.get(address(model, "changelist")).content.decode()
    assert model.objects.count() == 1


def test_an_impact_out_of_range_is_refused_in_french(admin_client):
    chain = ValueChain.objects.create(code="cinema_audiovisual", name="Cinéma & Audiovisuel")
    sent = {
        "code": "tournage",
        "name": "Tournage",
        "position": 1,
        "chain": chain.pk,
        "potential_impact": 6,
        "source": "study",
    }
    answer = admin_client.post(address(Stage, "add"), sent)
    assert errors_of(answer) == ["L’impact potentiel d’une étape va de 1 à 5, ou reste vide."]
    assert Stage.objects.count() == 0


def test_a_point_of_the_study_is_a_part_of_a_whole_never_of_itself(admin_client):
    theme = Theme.objects.create(code="freins", name="Freins")
    whole, part, other = (
        StudyPoint.objects.create(code=name.lower(), name=name, theme=theme) for name in ("Tout", "Partie", "Autre")
    )
    StudyPoint.objects.filter(pk=part.pk).update(parent=whole)
    form = admin_client.get(address(StudyPoint, "change", whole.pk)).context["adminform"].form
    assert [point.name for point in form.fields["parent"].queryset] == [other.name]


def test_saving_a_section_untouched_keeps_it(admin_client):
    case = make_use_case("Doublage")
    section = SheetSection.objects.create(use_case=case, kind="note", body="Deux lignes.", position=1)
    row = {"id": section.pk, "use_case": case.pk, "kind": "note", "body": section.body, "position": 1}
    sent = filled_form(case, **{f"sections-0-{name}": value for name, value in row.items()})
    sent |= {"sections-TOTAL_FORMS": 1, "sections-INITIAL_FORMS": 1}
    assert admin_client.post(address(UseCase, "change", case.pk), sent).status_code == 302
    assert list(SheetSection.objects.values_list("pk", "body")) == [(section.pk, "Deux lignes.")]


def test_the_figures_of_a_level_are_worded():
    figures = {
        "mark": "†",
        "dk_share": 0.125,
        "shares": [0.2, 0.5, 0.3],
        "probabilities": None,
        "agreement": 0.456,
        "interpolated_median": None,
        "leaning": "up",
    }
    assert figure_sections(figures) == [
        (
            "Ensemble",
            [
                ("Signe", "†"),
                ("Ne sait pas", "12,5\u202f%"),
                ("Accord", "0,46"),
                ("Médiane interpolée", "n.s."),
                ("Tendance", "vers le haut"),
            ],
        ),
        ("Part de chaque niveau", [("●○○", "20,0\u202f%"), ("●●○", "50,0\u202f%"), ("●●●", "30,0\u202f%")]),
        ("Probabilité de chaque niveau", [("●○○", "n.s."), ("●●○", "n.s."), ("●●●", "n.s.")]),
    ]


def test_the_figures_of_adoption_are_worded():
    Benefit.objects.create(code="time", name="Gain de temps")
    figures = {
        "mark": "g",
        "dominant": "others",
        "usage": None,
        "funnel": {"tried_if_aware": 0.5},
        "intention": {"mark": "", "base": 1200, "dominant": None, "shares": {"yes": 1.0}, "net": -0.1},
        "benefits": {"mark": "b", "base": 7, "shares": {"time": None, "gone": 0.25}},
    }
    assert figure_sections(figures) == [
        ("Ensemble", [("Signe", "g"), ("Réponse presque unanime", "Tous les autres")]),
        ("Diffusion", [("Ont essayé, parmi ceux qui connaissent", "50,0\u202f%")]),
        (
            "Intention à 12 mois",
            [
                ("Signe", "aucun"),
                ("Base", "1\u202f200"),
                ("Solde d’intention", "\u221210,0\u202f%"),
                ("Réponse presque unanime", "aucune"),
                ("Oui", "100,0\u202f%"),
            ],
        ),
        ("Intérêts", [("Signe", "b"), ("Base", "7"), ("Gain de temps", "n.s."), ("gone", "25,0\u202f%")]),
    ]
