"""Exports of interviews: read back whole; strangers' text stays text; a withdrawn quote is in no later file."""

import csv

import pytest
from openpyxl import load_workbook

from cnc_survey.roles import Role
from interviews.analysis.constants import METHOD_VERSION
from interviews.campaigns import CampaignError
from interviews.exports.coded_segments import export_coded_segments
from interviews.exports.constant_labels import constant_rows
from interviews.exports.interviews_workbook import export_interviews, export_published_verbatims
from interviews.exports.results_workbook import export_results
from interviews.guided.codebook import load_codebook
from interviews.guided.double_coding import draw_sample
from interviews.guided.quote_links import agree
from interviews.guided.verbatims import Coding, add_verbatim, review_verbatim, withdraw_verbatim, word_publicly
from interviews.models import Code
from interviews.results.disclosure import PUBLIC
from interviews.results.review import decide
from tests.interviews.guided.conversations import make_conversation_campaign, make_member
from tests.interviews.guided.test_double_coding import code_second
from tests.interviews.guided.test_triangulation import answer, approved_interview, close, of_doublage
from usecases.models import UseCase

pytestmark = pytest.mark.django_db

STRANGE = '=HYPERLINK("x"), l’été 🎬 \u202bعربي\u202c @SUM +1'


@pytest.fixture
def campaign():
    load_codebook()
    return make_conversation_campaign()


@pytest.fixture
def verbatim(campaign):
    """One verbatim taken all the way, whose words no spreadsheet should run."""
    lea, paul = make_member(), make_member("paul", Role.ANALYST)
    interview = approved_interview(campaign, lea)
    note = interview.notes.create(text=f"Camille : {STRANGE}", marked_at=interview.starts_at, part="usages")
    coding = Coding(UseCase.objects.get(code="doublage"), (Code.objects.get(code="qualite"),), "mixed")
    taken = add_verbatim(note, interview.participants.get(), 10, 10 + len(STRANGE), coding, lea)
    word_publicly(taken, STRANGE, lea)
    review_verbatim(taken, paul)
    agree(taken)
    return taken


def sheets(path):
    book = load_workbook(path)
    return {sheet.title: [[cell.value for cell in row] for row in sheet.iter_rows()] for sheet in book.worksheets}


def kinds(path):
    """Every kind of cell in the file: a formula would be « f »."""
    return {cell.data_type for sheet in load_workbook(path) for row in sheet.iter_rows() for cell in row}


def test_the_team_s_workbook_holds_everything_but_names(campaign, verbatim, tmp_path):
    path = tmp_path / "a.xlsx"
    export_interviews(campaign, path)
    found = sheets(path)
    assert list(found) == [
        "Lisez-moi",
        "Entretiens",
        "Notations",
        "Verbatims",
        "Codes par métier",
        "Codes par secteur",
        "Livre de codes",
    ]
    assert found["Verbatims"][-1] == [
        1, "Monteuse vidéo", STRANGE, "Doublage", "Qualité insuffisante", "partagé", STRANGE, "accepté", 10,
        10 + len(STRANGE),
    ]  # fmt: skip
    assert found["Entretiens"][-1][6:9] == ["cinema", 1, "approuvé"]
    assert "Roux" not in str(found)
    assert "f" not in kinds(path)


def test_a_closed_campaign_adds_the_two_sources_side_by_side(campaign, verbatim, tmp_path):
    close(campaign)
    export_interviews(campaign, tmp_path / "a.xlsx")
    rows = [row for row in sheets(tmp_path / "a.xlsx")["Croisement"] if row[0] == "Doublage"]
    assert [row[1] for row in rows] == ["Maturité technologique", "Impact pressenti", "Adoption"]
    assert rows[0][6:] == [0, 1, 0, 1, "texte seul"]


def test_the_public_file_waits_for_the_closing_and_holds_published_quotes_alone(campaign, verbatim, tmp_path):
    path = tmp_path / "a.xlsx"
    with pytest.raises(CampaignError, match="n’est pas close"):
        export_published_verbatims(campaign, path)
    close(campaign)
    export_published_verbatims(campaign, path)
    found = sheets(path)
    assert list(found) == ["Lisez-moi", "Verbatims", "Codes par métier", "Codes par secteur"]
    assert found["Verbatims"][-1] == [STRANGE, "Doublage", "Qualité insuffisante", None]
    assert "Camille" not in str(found)
    read_me = {row[0]: row[1] for row in found["Lisez-moi"] if row[0]}
    assert (read_me["Instantané"], read_me["Version de la méthode"]) == (campaign.snapshot.identifier, METHOD_VERSION)
    assert all(read_me[name].startswith(f"{value} · ") for name, value, _ in constant_rows())
    assert [row[1:] for row in found["Codes par métier"] if row[0] == "Qualité insuffisante"] == [["s", "s"]]
    again = tmp_path / "b.xlsx"
    export_published_verbatims(campaign, again)
    assert again.read_bytes() == path.read_bytes()


def test_the_results_workbook_holds_the_quote_until_it_is_withdrawn(campaign, verbatim, tmp_path):
    close(campaign)
    export_results(campaign, tmp_path / "a.xlsx")
    row = ["Doublage", "Qualité insuffisante", None, STRANGE]
    assert row in [cells[:4] for cells in sheets(tmp_path / "a.xlsx")["Verbatims"]]
    withdraw_verbatim(verbatim)
    export_results(campaign, tmp_path / "b.xlsx")
    assert STRANGE not in str(sheets(tmp_path / "b.xlsx"))


def test_the_results_workbook_says_how_far_coders_agree(campaign, tmp_path):
    lea, paul = make_member(), make_member("paul", Role.ANALYST)
    levels = {approved_interview(campaign, lea, maturity=level).pk: level for level in (1, 2, 3, 2, 1, 3)}
    for coding in draw_sample(campaign, [paul]):
        code_second(coding, maturity=levels[coding.interview_id], adoption=3)
    close(campaign)
    export_results(campaign, tmp_path / "a.xlsx")
    assert (
        "Les niveaux sont ceux de la personne qui code. Accord des codeurs (alpha de Krippendorff)\xa0: maturité "
        "technologique 1,00 (6 couples), publiable\xa0; impact pressenti non défini. Double "
        "codage encore insuffisant\xa0: 6 sur 6 entretiens et 6 couples, pour au moins 20\u202f% et 30 couples."
    ) in [row[0] for row in sheets(tmp_path / "a.xlsx")["Entretiens"]]


def test_interviews_are_read_beside_the_level_that_people_decided(campaign, tmp_path):
    lea = make_member()
    answer(campaign, 12, maturity=3)
    for _ in range(6):
        approved_interview(campaign, lea, maturity=3)
    close(campaign)

    def reading(name):
        export_results(campaign, tmp_path / name)
        told = [
            row for row in sheets(tmp_path / name)["Entretiens"] if row[:2] == ["Doublage", "Maturité technologique"]
        ]
        return told[0][2], told[0][11], of_doublage(campaign, PUBLIC)["maturity"].concordance

    assert reading("a.xlsx") == ("●●●", "Convergents", "convergent")
    decide(campaign.assessments.get(use_case__code="doublage", dimension="maturity"), "set", 2, "Avis du comité.", lea)
    assert reading("b.xlsx") == ("●●○", "Divergents", "divergent")


def test_a_withdrawn_quote_is_in_no_later_file(campaign, verbatim, tmp_path):
    close(campaign)
    withdraw_verbatim(verbatim)
    verbatim.note.text = "Autre chose"
    paths = [tmp_path / name for name in ("a.xlsx", "b.xlsx", "c.csv")]
    export_interviews(campaign, paths[0])
    export_published_verbatims(campaign, paths[1])
    export_coded_segments(campaign, paths[2])
    assert [STRANGE in str(sheets(path)) for path in paths[:2]] == [False, False]
    assert "HYPERLINK" not in paths[2].read_text(encoding="utf-8")


def test_the_matrix_of_segments_has_one_column_per_code(campaign, verbatim, tmp_path):
    path = tmp_path / "a.csv"
    assert export_coded_segments(campaign, path) == 1
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    assert rows == [
        ["interview", "source", "start", "end", "text", "use_case", "valence", "qualite"],
        ["1", f"note:{verbatim.note_id}", "10", str(verbatim.end), f"'{STRANGE}", "doublage", "mixed", "1"],
    ]


def test_the_synthesis_of_one_interview_names_nobody(client, campaign, verbatim):
    interview = verbatim.participant.interview
    client.force_login(interview.interviewer)
    page = client.get(f"/entretiens/{interview.pk}/synthese/").content.decode()
    assert ("Monteuse vidéo" in page, "Camille Roux" in page, "Elle s’en sert chaque jour." in page) == (
        True,
        False,
        True,
    )
