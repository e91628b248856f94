"""The workbook is written, read back and compared."""

import os
import shutil
import subprocess
from datetime import date

import pytest
from django.core.management import CommandError, call_command
from openpyxl import load_workbook

from interviews.analysis.constants import published_constants
from interviews.exports.constant_labels import CONSTANT_LABELS
from interviews.exports.results_workbook import export_results
from interviews.models import Intention, Level, Usage
from interviews.results.closing import close_campaign
from interviews.results.disclosure import STAFF
from interviews.results.publication import publish_campaign
from tests.factories import make_campaign, make_item, make_questionnaire, make_use_case
from tests.interviews.exports.workbook_tables import tables
from tests.interviews.results.answers import answer
from usecases.editions import RatingDraft, publish_edition
from usecases.models import Barrier, Benefit, Dimension

pytestmark = pytest.mark.django_db

SHEETS = [
    "Lisez-moi",
    "Synthèse",
    "Maturité",
    "Adoption",
    "Impact",
    "Intérêts",
    "Freins",
    "Intentions",
    "Perceptions",
    "Profils",
    "Par secteur",
    "Par métier",
    "Par taille",
    "Évolution",
    "Entretiens",
    "Verbatims",
    "Dictionnaire",
]


@pytest.fixture
def campaign():
    """Three use cases: twenty answers, seven, then four; only the first has a level in force."""
    Benefit.objects.create(code="time_saving", name="Gain de temps")
    Barrier.objects.create(code="rights", name="Droits")
    cases = [make_use_case(name) for name in ("Doublage", "Sous-titrage", "Étalonnage")]
    baseline = publish_edition(
        title="Étude 2024",
        published_on=date(2024, 3, 1),
        collected_from=date(2023, 12, 1),
        collected_to=date(2024, 1, 31),
        source="Étude",
        ratings=[RatingDraft("doublage", Dimension.MATURITY, 2, "study")],
    )
    campaign = make_campaign(use_cases=cases, baseline=baseline)
    aware = {"usage": Usage.AWARE, "impact": Level.ONE, "intention": Intention.YES}
    answer(
        campaign,
        "doublage",
        (14, aware | {"maturity": Level.THREE, "benefits": ["time_saving"]}),
        (6, {"usage": Usage.REGULAR, "maturity": Level.TWO, "barriers": ["rights"]}),
        gender="woman",
    )
    answer(campaign, "sous-titrage", (7, aware | {"maturity": Level.TWO}), gender="man")
    answer(campaign, "etalonnage", (4, aware | {"maturity": Level.ONE}), gender="other")
    return campaign


def export(campaign, path, audience="public"):
    close_campaign(campaign)
    campaign.refresh_from_db()
    export_results(campaign, path, audience)
    return tables(path)


def test_the_sheets_come_in_the_contract_s_order_with_values_only(campaign, tmp_path):
    export(campaign, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == SHEETS
    kinds = {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n", "d"}
    assert {sheet.sheet_state for sheet in book} == {"visible"}


def test_a_whole_row_of_maturity(campaign, tmp_path):
    row = export(campaign, tmp_path / "r.xlsx")["Maturité"][0]
    assert row == {
        "Cas d’usage": "Doublage",
        "Famille": "Postproduction",
        "Code": "doublage",
        "En vigueur": 2,
        "En vigueur (points)": "●●○",
        "Proposé": 3,
        "Proposé (points)": "●●●",
        "Statut": "Relevée",
        "Base": 20,
        "Signe": "†",
        "Probabilité": 0.887,
        "Évolution": 1,
        "Part de chaque niveau/●○○": 0,
        "Part de chaque niveau/●●○": 0.3,
        "Part de chaque niveau/●●●": 0.7,
        "Ne sait pas": 0,
        "Probabilité de chaque niveau/●○○": 0,
        "Probabilité de chaque niveau/●●○": 0.113,
        "Probabilité de chaque niveau/●●●": 0.887,
        "Accord": 0.7,
        "Médiane interpolée": pytest.approx(2.5 + 0.2 / 0.7),
        "Calculé": 3,
        "Calculé (points)": "●●●",
    }


def test_a_whole_row_below_ten_persons_and_one_below_five(campaign, tmp_path):
    _, seven, four = export(campaign, tmp_path / "r.xlsx")["Maturité"]
    figures = (
        "Probabilité",
        *(f"{group} de chaque niveau/{dots}" for group in ("Part", "Probabilité") for dots in ("●○○", "●●○", "●●●")),
        "Ne sait pas",
        "Accord",
        "Médiane interpolée",
    )
    unknown = {f"{column} (points)": "non renseigné" for column in ("En vigueur", "Proposé", "Calculé")}
    common = unknown | {
        "Famille": "Postproduction",
        "Statut": "Base insuffisante",
    }
    assert seven == common | dict.fromkeys(figures, "b") | {
        "Cas d’usage": "Sous-titrage",
        "Code": "sous-titrage",
        "Base": 7,
        "Signe": "b",
    }
    assert four == common | dict.fromkeys(figures, "s") | {
        "Cas d’usage": "Étalonnage",
        "Code": "etalonnage",
        "Base": "s",
        "Signe": "s",
        "Tendance": "s",
    }


def test_the_other_sheets_hide_the_same_cells(campaign, tmp_path):
    sheets = export(campaign, tmp_path / "r.xlsx")
    columns = {
        "Adoption": ("Base", "Utilisateurs actuels/Part", "Stade d’usage/Usage régulier"),
        "Intérêts": ("Base", "Gain de temps"),
        "Freins": ("Base", "Droits"),
        "Intentions": ("Base", "Réponses des non-utilisateurs/Oui", "Solde d’intention/Solde"),
    }
    shown = {
        title: [tuple(row.get(name) for name in names) for row in sheets[title]] for title, names in columns.items()
    }
    assert shown == {
        "Adoption": [(20, 0.3, 0.3), (7, "b", "b"), ("s", "s", "s")],
        "Intérêts": [(14, 1), ("s", "s"), ("s", "s")],
        "Freins": [(6, "b"), ("s", "s"), ("s", "s")],
        # All fourteen say yes: their exact share is not printed. All seven do: that none of the seven uses, neither.
        "Intentions": [(14, "> 90\u00a0%", "g"), ("s", "s", "s"), ("s", "s", "s")],
    }


def test_profiles_hide_a_small_category_and_the_one_that_would_give_it_away(campaign, tmp_path):
    rows = export(campaign, tmp_path / "r.xlsx")["Profils"]
    genders = {
        row["Catégorie"]: (row["Personnes"], row["Part"], row.get("Signe"))
        for row in rows
        if row["Variable"] == "Genre"
    }
    assert genders == {
        "Femme": (20, 0.645, None),
        "Homme": ("s", "s", "s"),
        "Autre": ("s", "s", "s"),
        "Ne souhaite pas répondre": (0, 0, None),
    }


def test_staff_see_every_figure_and_the_mark_of_what_is_hidden(campaign, tmp_path):
    sheets = export(campaign, tmp_path / "r.xlsx", STAFF)
    four = sheets["Maturité"][2]
    assert (four["Base"], four["Part de chaque niveau/●○○"], four["Signe"]) == (4, 1, "s")
    genders = {row["Catégorie"]: row["Personnes"] for row in sheets["Profils"] if row["Variable"] == "Genre"}
    assert genders == {"Femme": 20, "Homme": 7, "Autre": 4, "Ne souhaite pas répondre": 0}


def test_the_summary_holds_the_three_ratings_of_a_use_case(campaign, tmp_path):
    row = export(campaign, tmp_path / "r.xlsx")["Synthèse"][0]
    names = ("En vigueur", "Proposé (points)", "Statut", "Base", "Évolution")
    dimensions = ("Maturité technologique", "Impact pressenti", "Adoption")
    assert {dimension: tuple(row.get(f"{dimension}/{name}") for name in names) for dimension in dimensions} == {
        "Maturité technologique": (2, "●●●", "Relevée", 20, 1),
        "Impact pressenti": (None, "●○○", "Première note", 14, None),
        "Adoption": (None, "●●○", "Première note", 20, None),
    }


def test_once_published_the_levels_are_those_that_people_decided(campaign, tmp_path):
    close_campaign(campaign)
    campaign.assessments.filter(dimension=Dimension.MATURITY).exclude(baseline_level=None).update(
        decision="kept", decided_level=2, decision_reason="Trop tôt"
    )
    publish_campaign(campaign, "Édition 2025", accept_proposals=True)
    campaign.refresh_from_db()
    export_results(campaign, tmp_path / "r.xlsx")
    row = tables(tmp_path / "r.xlsx")["Maturité"][0]
    names = ("Publié", "Publié (points)", "Calculé (points)", "Évolution", "Décision", "Motif de la décision")
    assert tuple(row[name] for name in names) == (2, "●●○", "●●●", 0, "Niveau en vigueur conservé", "Trop tôt")


def test_the_first_page_makes_figures_citable(campaign, tmp_path):
    export(campaign, tmp_path / "r.xlsx")
    page = dict(load_workbook(tmp_path / "r.xlsx")["Lisez-moi"].iter_rows(values_only=True))
    identifier = campaign.snapshot.identifier
    expected = {
        "Campagne": "Vague 1",
        "Données": "réelles",
        "Collecte": "du 01/01/2025 au 31/12/2025",
        "Répondants comptés": 31,
        "Personnes rencontrées en entretien": 0,
        "Version de la méthode": "2026.1",
        "Instantané": identifier,
        "Redressement": "Non redressé\u00a0: chaque personne compte pour une.",
        "TAU": "0,8 · probabilité demandée pour annoncer un niveau",
        "CUTS": "0,16\u00a0; 0,5 · seuils d’adoption (part d’utilisateurs actuels)",
        "Citer": f"CNC, Vague 1, du 01/01/2025 au 31/12/2025, instantané {identifier}, méthode 2026.1.",
    }
    assert {label: page[label] for label in expected} == expected


def test_every_constant_of_the_method_is_worded():
    assert set(CONSTANT_LABELS) == set(published_constants())


def test_a_demonstration_says_so_on_every_sheet(campaign, tmp_path):
    campaign.is_fictional = True
    campaign.save()
    export(campaign, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    assert {sheet["A1"].value for sheet in book} == {"DONNÉES FICTIVES\u00a0: démonstration, réponses simulées."}


def test_exporting_twice_gives_the_same_bytes(campaign, tmp_path):
    export(campaign, tmp_path / "first.xlsx")
    export_results(campaign, tmp_path / "second.xlsx")
    assert (tmp_path / "first.xlsx").read_bytes() == (tmp_path / "second.xlsx").read_bytes()


@pytest.mark.parametrize("cases", [1, 3])
def test_the_number_of_queries_does_not_depend_on_the_use_cases(cases, tmp_path, django_assert_num_queries):
    campaign = make_campaign(use_cases=[make_use_case(f"Cas {number}") for number in range(cases)])
    close_campaign(campaign)
    campaign.refresh_from_db()
    with django_assert_num_queries(28):
        export_results(campaign, tmp_path / "r.xlsx")


def test_the_command_writes_for_the_public_unless_told_otherwise(campaign, tmp_path, capsys):
    close_campaign(campaign)
    call_command("export_results", "vague-1", "--output", str(tmp_path / "public.xlsx"))
    call_command("export_results", "vague-1", "--output", str(tmp_path / "staff.xlsx"), "--audience", "staff")
    bases = [tables(tmp_path / name)["Maturité"][2]["Base"] for name in ("public.xlsx", "staff.xlsx")]
    assert bases == ["s", 4]


def test_the_command_refuses_an_open_campaign_and_another_kind_of_file(campaign, tmp_path):
    with pytest.raises(CommandError, match="n’est pas close"):
        call_command("export_results", "vague-1", "--output", str(tmp_path / "r.xlsx"))
    with pytest.raises(CommandError, match=r"s’écrit dans un fichier \.xlsx"):
        call_command("export_results", "vague-1", "--output", str(tmp_path / "r.csv"))
    assert list(tmp_path.iterdir()) == []


def test_the_dictionary_lists_what_this_campaign_asked_not_what_the_next_one_will(campaign, tmp_path):
    make_item(campaign.questionnaire, "ai_use", options={"yes": "Oui"}, wording="Utilisez-vous l’IA ?")
    newer = make_questionnaire(version=campaign.questionnaire.version + 1)
    make_item(newer, "ai_use", options={"yes": "Tout à fait"}, wording="L’IA vous sert-elle ?")
    rows = export(campaign, tmp_path / "r.xlsx")["Dictionnaire"]
    assert [tuple(row.values()) for row in rows if "ai_use" in (row["Code"], row["Liste"].removeprefix("option:"))] == [
        ("item", "ai_use", "Utilisez-vous l’IA ?"),
        ("option:ai_use", "yes", "Oui"),
    ]


def test_names_lead_to_their_row_and_every_sheet_to_the_first(campaign, tmp_path):
    export(campaign, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    first = book["Lisez-moi"]
    contents = [cell for (cell, *_) in first.iter_rows() if cell.hyperlink]
    assert [(cell.value, cell.hyperlink.location) for cell in contents] == [
        (name, f"'{name}'!A1") for name in SHEETS[1:]
    ]
    for sheet in book.worksheets[1:]:
        back = next(cell for (cell, *_) in sheet.iter_rows(max_row=6) if cell.hyperlink)
        assert (back.value, back.hyperlink.location) == ("← Lisez-moi", "'Lisez-moi'!A1")
    links = [cell for (cell, *_) in book["Synthèse"].iter_rows(min_row=7) if cell.hyperlink]
    places = [cell.hyperlink.location.split("!A") for cell in links]
    assert [cell.value for cell in links] == ["Doublage", "Sous-titrage", "Étalonnage"]
    assert [book[name.strip("'")].cell(int(row), 1).value for name, row in places] == [cell.value for cell in links]


def test_the_charts_show_what_their_tables_say(campaign, tmp_path):
    export(campaign, tmp_path / "r.xlsx")
    sheet = load_workbook(tmp_path / "r.xlsx")["Synthèse"]
    levels, users = sheet._charts
    assert [len(chart.series) for chart in (levels, users)] == [4, 1]
    rows = [[cell for cell in row if cell is not None] for row in sheet.iter_rows(values_only=True)]
    start = rows.index(["Cas d’usage par niveau", "●●●", "●●○", "●○○", "Non renseigné"])
    assert rows[start + 1 : start + 7] == [
        ["Maturité technologique, en vigueur", 0, 1, 0, 2],
        ["Maturité technologique, proposé", 1, 0, 0, 2],
        ["Impact pressenti, en vigueur", 0, 0, 0, 3],
        ["Impact pressenti, proposé", 0, 0, 1, 2],
        ["Adoption, en vigueur", 0, 0, 0, 3],
        ["Adoption, proposé", 0, 1, 0, 2],
    ]
    # Of three use cases, one alone may show its share.
    start = rows.index(["Cas d’usage", "Utilisateurs actuels"])
    assert [row for row in rows[start + 1 :] if row] == [["Doublage", 0.3]]


def test_what_is_missing_is_said_plainly(campaign, tmp_path):
    sheets = export(campaign, tmp_path / "r.xlsx")
    said = {title: sheets[title][0]["Pour cette campagne"] for title in ("Évolution", "Entretiens", "Verbatims")}
    assert said == {
        "Évolution": "Aucune vague précédente\xa0: il n’y a pas d’évolution à mesurer. L’édition de référence, "
        "«\xa0Étude 2024\xa0», ne vient pas d’une campagne. La feuille Synthèse donne l’écart entre le niveau en "
        "vigueur et le niveau de la vague.",
        "Entretiens": "Aucun entretien ne note un cas d’usage dans cette campagne.",
        "Verbatims": "Aucun verbatim publié dans cette campagne.",
    }


def test_libreoffice_opens_it_and_reads_the_same_values(campaign, tmp_path):
    office = shutil.which("soffice")
    if office is None:
        assert os.environ.get("REQUIRE_ALL") != "1", "LibreOffice is missing"
        pytest.skip("no LibreOffice on this machine")
    export(campaign, tmp_path / "r.xlsx")
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [
        office,
        "--headless",
        profile,
        "--convert-to",
        "xlsx",
        "--outdir",
        tmp_path / "again",
        tmp_path / "r.xlsx",
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    ours, theirs = (
        {
            sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()]
            for sheet in load_workbook(path).worksheets
        }
        for path in (tmp_path / "r.xlsx", tmp_path / "again" / "r.xlsx")
    )
    assert list(theirs) == list(ours)
    for title, rows in ours.items():
        assert _without_blanks(theirs[title]) == _without_blanks(rows)
    charts = {sheet.title: len(sheet._charts) for sheet in load_workbook(tmp_path / "again" / "r.xlsx").worksheets}
    assert charts["Synthèse"] == 2


def _without_blanks(rows):
    return [[cell for cell in row if cell is not None] for row in rows if any(cell is not None for cell in row)]


def test_a_weighted_wave_shows_both_shares(campaign, tmp_path):
    """Six users who weigh 2 among twenty answers: 30 % of the persons, 46.2 % of the weights."""
    campaign.weighting = campaign.Weighting.SUPPLIED
    campaign.save()
    campaign.responses.update(weight=1.0)
    users = campaign.responses.filter(use_case_answers__usage=Usage.REGULAR)
    campaign.responses.filter(pk__in=users).update(weight=2.0)
    sheets = export(campaign, tmp_path / "r.xlsx")
    row = sheets["Adoption"][0]
    assert (row["Utilisateurs actuels/Part"], row["Sans redressement/Part"]) == (0.462, 0.3)
    levels = sheets["Maturité"][0]
    assert (levels["Part de chaque niveau/●●●"], levels["Sans redressement/●●●"]) == (0.538, 0.7)
    assert sheets["Par taille"][0]["Sans redressement/Part"] == 0.3
