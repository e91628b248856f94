"""The workbook of a campaign of two thousand respondents, read back, against the cells of the cube themselves."""

import re
import zipfile
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from io import StringIO

import pytest
from django.core.management import call_command

from interviews.campaigns import create_campaign
from interviews.collection.simulation.responses import simulate_responses
from interviews.exports.results_workbook import export_results
from interviews.models import Campaign, CubeCell
from interviews.results.closing import close_campaign
from interviews.results.disclosure import PUBLIC, STAFF
from interviews.results.publication import publish_campaign
from usecases.models import Edition

from .workbook_tables import tables

pytestmark = pytest.mark.django_db

SIGNS = {"base_only": "b", "unknown": "d", "group": "g", "protected": "p", "": ""}  # any other mask hides everything
SHOWN = {"b": {"base"}, "d": {"base", "dk_share"}, "g": {"base"}, "p": {"base"}, "s": set()}
BOUNDS = {"> 90\xa0%", "< 10\xa0%"}  # all that is told of a share that nearly everybody gave
BESIDE = ("Cas d’usage", "Famille", "Code", "Base", "Signe")  # what is not a share in a list of entries
LEVEL_ITEMS = {"maturity": "Maturité technologique", "impact": "Impact pressenti", "usage": "Adoption"}
SEGMENTS = {"Par secteur": "sectors", "Par métier": "occupations", "Par taille": "structure_size"}
DOTS = {1: "●○○", 2: "●●○", 3: "●●●"}
LADDER = {
    "never_heard": "Jamais entendu parler",
    "aware": "Connu, pas essayé",
    "tried": "Essayé, sans plus",
    "occasional": "Usage occasionnel",
    "regular": "Usage régulier",
    "abandoned": "Abandonné",
}


@pytest.fixture
def campaign():
    """A wave of 2 000 respondents and 30 interviews, after one of 300 whose edition is the baseline."""
    call_command("load_catalogue", stdout=StringIO())
    call_command("load_questionnaire", stdout=StringIO())
    first = create_campaign("v1", "Vague 1", date(2025, 1, 1), date(2025, 2, 28))
    simulate_responses(first, 300, seed=1)
    close_campaign(first)
    publish_campaign(Campaign.objects.get(slug="v1"), "Édition 1", accept_proposals=True)
    second = create_campaign("v2", "Vague 2", date(2026, 1, 1), date(2026, 2, 28))
    second.baseline = Edition.objects.order_by("number").last()
    second.is_fictional = True
    second.save()
    simulate_responses(second, 2000, seed=2, interviews=30, returning=0.1)
    close_campaign(second)
    return Campaign.objects.get(slug="v2")


def percent(share):
    """A share as it is printed: one decimal of a percent, half up."""
    if share is None:
        return None
    return float(Decimal(repr(round(share * 100, 9))).quantize(Decimal("0.1"), ROUND_HALF_UP) / 100)


class Expected:
    """What one cell of the cube may show, by the mask that was stored with it."""

    def __init__(self, cell, is_public):
        self.cell, self.figures = cell, cell.figures
        self.is_public = is_public
        small = 0 < cell.figures.get("of", cell.base) < 30
        self.sign = SIGNS.get(cell.mask, "s") or ("†" if small else "")
        self.hides = is_public and self.sign in SHOWN

    def __call__(self, name, value):
        return self.sign if self.hides and name not in SHOWN[self.sign] else value

    def base(self):
        return self("base", self.cell.base)

    def share(self, code, name="shares"):
        """The share of an answer, from its count."""
        return self(name, percent(self.figures["counts"][code] / self.cell.base) if self.cell.base else None)


def compared(found, expected):
    """Whether a cell shows what it must; of a hidden share, a bound may be told in place of the sign."""
    if found in BOUNDS:
        return expected == "g"
    if isinstance(expected, float):
        return found == pytest.approx(expected, abs=1e-9)
    return found == (None if expected == "" else expected)


def check(row, expected):
    """Compare some cells of a row, and return how many."""
    wrong = {name: (row.get(name), value) for name, value in expected.items() if not compared(row.get(name), value)}
    assert wrong == {}, row
    return len(expected)


def test_every_figure_is_that_of_the_cube(campaign, tmp_path):
    for audience in (PUBLIC, STAFF):
        path = tmp_path / f"{audience}.xlsx"
        export_results(campaign, path, audience)
        assert _compared_figures(tables(path), campaign, is_public=audience == PUBLIC) > 20_000
        _check_the_file(path)


def _compared_figures(sheets, campaign, is_public):
    cells = {
        (cell.mode, cell.use_case and cell.use_case.code, cell.item, cell.variable, cell.category): Expected(
            cell, is_public
        )
        for cell in campaign.snapshot.cells.select_related("use_case")
        # A segment's row of nobody is the team's: it tells that somebody of it does not know.
        if not (is_public and cell.use_case and cell.variable and cell.base == 0)
    }

    def whole(code, item, mode=CubeCell.Mode.QUESTIONNAIRE):
        return cells[mode, code, item, "", ""]

    checked = 0
    for title, item in (("Maturité", "maturity"), ("Impact", "impact")):
        assert len(sheets[title]) == 62
        for row in sheets[title]:
            cell = whole(row["Code"], item)
            figures = cell.figures
            expected = {"Base": cell.base(), "Signe": cell.sign}
            for place, dots in enumerate(DOTS.values()):
                expected[f"Part de chaque niveau/{dots}"] = cell.share(place)
                expected[f"Probabilité de chaque niveau/{dots}"] = cell("p", percent(figures["probabilities"][place]))
            expected["Ne sait pas"] = cell("dk_share", percent(figures["dk_share"]))
            expected["Accord"] = cell("agreement", figures["agreement"])
            expected["Médiane interpolée"] = cell("median", figures["interpolated_median"])
            checked += check(row, expected)
    for row in sheets["Adoption"]:
        cell = whole(row["Code"], "usage")
        expected = {"Base": cell.base(), "Signe": cell.sign}
        expected |= {f"Stade d’usage/{label}": cell.share(code) for code, label in LADDER.items()}
        for header, name in (("Part", "rate"), ("De", "low"), ("À", "high")):
            expected[f"Utilisateurs actuels/{header}"] = cell(name, percent(cell.figures[name]))
        for place, header in enumerate(("De", "À")):
            limits = cell.figures["audit"] or (None, None)
            audit = f"Audit\u00a0: Korn–Graubard/{header}"
            assert (audit in row) is not cell.is_public
            expected |= {} if cell.is_public else {audit: percent(limits[place])}
        checked += check(row, expected)
    for row in sheets["Intentions"]:
        cell = whole(row["Code"], "intention")
        expected = {"Base": cell.base(), "Signe": cell.sign}
        for code, label in (("yes", "Oui"), ("maybe", "Peut-être"), ("no", "Non")):
            expected[f"Réponses des non-utilisateurs/{label}"] = cell.share(code)
        checked += check(row, expected)
    for title, item in (("Intérêts", "benefits"), ("Freins", "barriers")):
        for row in sheets[title]:
            cell = whole(row["Code"], item)
            shares = [cell.share(code) for code in cell.figures["counts"]]
            found = [value for name, value in row.items() if name not in BESIDE]
            assert sorted(map(str, found)) == sorted(map(str, shares)), row
            checked += check(row, {"Base": cell.base(), "Signe": cell.sign}) + len(shares)
    for row in sheets["Perceptions"]:
        cell = whole(None, row["Code de la question"])
        code = row["Code de la réponse"]
        if code == "nsp":
            expected = {"Personnes": cell("n", cell.figures["dont_know"])}
        else:
            expected = {"Personnes": cell("n", cell.figures["counts"][code]), "Part": cell.share(code)}
        checked += check(row, expected | {"Base": cell.base(), "Signe": cell.sign})
    checked += _check_profiles(sheets["Profils"], cells)
    for title, variable in SEGMENTS.items():
        checked += _check_segments(sheets[title], cells, variable)
    checked += _check_interviews(sheets["Entretiens"], cells)
    checked += _check_changes(sheets["Évolution"], campaign, is_public)
    return checked


def _check_profiles(rows, cells):
    by_place = {place[3:]: cell for place, cell in cells.items() if place[2] == "respondents"}
    labels = {"Secteur": "sectors", "Métier": "occupations", "Genre": "gender", "Ancienneté": "seniority"}
    checked = 0
    for row in rows:
        if variable := labels.get(row["Variable"]):
            cell = by_place[variable, row.get("Code", "")]
            share = cell("share", percent(cell.cell.base / 2000))
            checked += check(row, {"Personnes": cell.base(), "Base": 2000, "Part": share, "Signe": cell.sign})
    return checked


def _check_segments(rows, cells, variable):
    checked, seen = 0, set()
    for row in rows:
        code, category = row["Code du cas d’usage"], row.get("Code", "")
        for item, group in LEVEL_ITEMS.items():
            cell = cells.get((CubeCell.Mode.QUESTIONNAIRE, code, item, variable, category))
            if cell is None:
                assert f"{group}/Base" not in row
                continue
            seen.add((code, item, category))
            expected = {f"{group}/Base": cell.base(), f"{group}/Signe": cell.sign}
            level = DOTS.get(cell.figures["level"], "non renseigné")
            expected[f"{group}/Niveau"] = cell("level", level)
            if item == "usage":
                for header, name in (("Part", "rate"), ("De", "low"), ("À", "high")):
                    expected[f"{group}/{header}"] = cell(name, percent(cell.figures[name]))
            checked += check(row, expected)
    stored = {(code, item, category) for _, code, item, by, category in cells if by == variable and item in LEVEL_ITEMS}
    assert seen == stored
    return checked


def _check_interviews(rows, cells):
    items = {"Maturité technologique": "maturity", "Impact pressenti": "impact"}
    assert rows
    checked = 0
    for row in rows:
        cell = cells[CubeCell.Mode.INTERVIEW, row["Code"], items[row["Indicateur"]], "", ""]
        counts = {
            f"Entretiens/{dots}": cell("n", cell.figures["counts"][place]) for place, dots in enumerate(DOTS.values())
        }
        checked += check(row, counts | {"Entretiens/Entretiens": cell.base()})
    return checked


def _check_changes(rows, campaign, is_public):
    stored = {
        (change.use_case.code, change.get_indicator_display()): change
        for change in campaign.snapshot.changes.filter(variable="").select_related("use_case")
    }
    assert len(rows) == len(stored)
    for row in rows:
        change = stored[row["Code"], row["Indicateur"][:1].lower() + row["Indicateur"][1:]]
        if change.obstacle or row.get("Signe", "") in SHOWN:
            assert not isinstance(row.get("Écart"), float) or not is_public
            continue
        scale = 1 if row["Unité"] == "niveau" else 100
        assert row["Écart"] == pytest.approx(change.difference * scale, abs=0.0501 if scale == 100 else 0.00501)
        assert row["Annoncée"] == ("oui" if change.announced else "non")
    return 2 * len(rows)


def _check_the_file(path):
    """No formula, no hidden sheet, nothing longer than a cell may hold, no comment, no outside link."""
    with zipfile.ZipFile(path) as book:
        parts = {name: book.read(name).decode() for name in book.namelist() if name.endswith((".xml", ".rels"))}
    sheets = [text for name, text in parts.items() if name.startswith("xl/worksheets/sheet")]
    assert len(sheets) == 17
    assert [text for text in sheets if "<f>" in text or "<f " in text] == []
    assert max(len(text) for sheet in sheets for text in re.findall(r"<t[^>]*>([^<]*)</t>", sheet)) <= 32_767
    assert 'state="hidden"' not in parts["xl/workbook.xml"]
    assert [name for name in parts if "comment" in name or "externalLink" in name or "pivot" in name] == []
    assert [name for name, text in parts.items() if 'TargetMode="External"' in text] == []
    assert len([name for name in parts if name.startswith("xl/charts/chart")]) == 3
    assert sum(text.count("<dataBar") for text in sheets) > 20
