"""The .sav files read back: values, labels, missing values, names."""

import zipfile
from datetime import UTC, date, datetime

import pyreadstat
import pytest

from cnc_survey.workbook import WorkbookError
from interviews.exports import microdata_spss
from interviews.exports.microdata_spss import export_spss, variable_names
from interviews.models import Item, Level, Usage
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_response,
    make_sector,
    make_use_case,
)
from usecases.models import Benefit

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign():
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO, allows_dont_know=True, wording="Avez-vous essayé ?")
    make_item(questionnaire, "ai_tool_types", Item.Kind.MULTIPLE, options={"consumer": "Grand public", "own": "Maison"})
    make_item(questionnaire, "years", Item.Kind.NUMBER)
    make_item(questionnaire, "free_words", Item.Kind.TEXT)
    make_sector("cinema")
    make_occupation("editors", "Monteurs")
    Benefit.objects.create(code="time", name="Temps")
    campaign = make_campaign(questionnaire, [make_use_case("Montage"), make_use_case("Sous-titrage")])
    make_response(
        campaign,
        "r1",
        submitted_at=datetime(2025, 3, 14, 12, tzinfo=UTC),
        weight=1.5,
        gender="man",
        sectors=["cinema"],
        use_cases={
            "montage": {"usage": Usage.REGULAR, "maturity": Level.DONT_KNOW, "benefits": ["time"], "comment": "=1+1"},
            "sous-titrage": {},
        },
        answers={"ai_ever_used": "nsp", "ai_tool_types": ["own"], "years": 12, "free_words": "Été 🎬"},
    )
    make_response(campaign, "r2", answers={"ai_ever_used": "no", "ai_tool_types": "nsp"})
    return campaign


def read(campaign, folder):
    """Return {file: (rows as dicts without what is missing, metadata)}."""
    export_spss(campaign, folder / "spss.zip")
    with zipfile.ZipFile(folder / "spss.zip") as archive:
        archive.extractall(folder)
    found = {}
    for name in ("repondants", "cas_usage"):
        frame, meta = pyreadstat.read_sav(folder / f"{name}.sav", user_missing=True)
        rows = [
            {key: value for key, value in row.items() if value == value and value not in ("", None)}
            for row in frame.to_dict("records")
        ]
        found[name] = rows, meta
    return found


def test_people_with_their_answers_beside_their_profile(campaign, tmp_path):
    rows, meta = read(campaign, tmp_path)["repondants"]
    assert rows == [
        {
            **{"response": "r1", "mode": 1.0, "submitted_on": date(2025, 3, 14), "weight": 1.5, "gender": 2.0},
            **{"sector_cinema": 1.0, "ai_ever_used": 99.0, "years": 12.0, "free_words": "Été 🎬"},
            **{"ai_tool_types_consumer": 0.0, "ai_tool_types_own": 1.0},
        },
        {
            **{"response": "r2", "mode": 1.0, "submitted_on": date(2025, 3, 14), "ai_ever_used": 2.0},
            **{"ai_tool_types_consumer": 99.0, "ai_tool_types_own": 99.0},
        },
    ]
    labels = meta.column_names_to_labels
    assert (labels["ai_ever_used"], labels["ai_tool_types_own"]) == (
        "Avez-vous essayé ?",
        "ai_tool_types\u00a0: Maison",
    )
    assert meta.variable_value_labels["ai_ever_used"] == {1.0: "Oui", 2.0: "Non", 99.0: "Ne sait pas"}
    assert meta.variable_value_labels["gender"][2.0] == "Homme"
    assert meta.missing_ranges["ai_ever_used"] == [{"lo": 99.0, "hi": 99.0}]
    assert "gender" not in meta.missing_ranges
    assert meta.file_label == "Vague 1"


def test_use_cases_with_the_numbers_of_the_questionnaire(campaign, tmp_path):
    rows, meta = read(campaign, tmp_path)["cas_usage"]
    assert rows == [
        {
            **{"response": "r1", "use_case_code": "montage", "use_case": 1.0, "usage": 4.0, "maturity": 99.0},
            **{"benefit_time": 1.0, "comment": "=1+1"},
        },
        {"response": "r1", "use_case_code": "sous-titrage", "use_case": 2.0},
    ]
    assert meta.variable_value_labels["usage"][4.0] == "Usage régulier"
    assert meta.variable_value_labels["maturity"] == {
        1.0: "●○○ Technologie en développement",
        2.0: "●●○ Technologie existante en évolution rapide",
        3.0: "●●● Technologie existante",
        99.0: "Ne sait pas",
    }
    assert meta.variable_value_labels["use_case"] == {1.0: "Montage", 2.0: "Sous-titrage"}
    assert meta.variable_measure["maturity"] == "ordinal"


def test_an_empty_campaign_has_its_variables(tmp_path):
    found = read(make_campaign(), tmp_path)
    assert {name: rows for name, (rows, _) in found.items()} == {"repondants": [], "cas_usage": []}
    assert "usage" in found["cas_usage"][1].column_names


def test_too_many_rows_are_refused_with_advice(campaign, tmp_path, monkeypatch):
    monkeypatch.setattr(microdata_spss, "MAX_ROWS", 1)
    with pytest.raises(WorkbookError, match="Exportez en CSV"):
        export_spss(campaign, tmp_path / "spss.zip")
    assert list(tmp_path.iterdir()) == []


def test_names_are_valid_and_distinct():
    assert variable_names(["sector_video-game", "sector_video_game", "1_9", "a" * 70, "a" * 80, "A" * 64]) == [
        "sector_video_game",
        "sector_video_game_2",
        "v_1_9",
        "a" * 64,
        "a" * 60 + "_2",
        "A" * 60 + "_3",
    ]


def test_progress_goes_to_the_end(campaign, tmp_path):
    told = []
    export_spss(campaign, tmp_path / "spss.zip", lambda done, total: told.append((done, total)))
    assert (told[0], told[-1]) == ((0, 10), (10, 10))
