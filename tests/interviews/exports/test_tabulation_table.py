"""`tabulate`: the table of the contract, masked or not; and a published survey of 50 studios, replayed."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from interviews.collection.microdata_file import COLUMNS
from interviews.models import Item
from interviews.results.closing import close_campaign
from interviews.results.cube import read_cells
from interviews.results.disclosure import PUBLIC
from interviews.results.tabulation import BASES
from tests.factories import YES_NO, make_campaign, make_item, make_occupation, make_questionnaire, make_response

pytestmark = pytest.mark.django_db

HEADER = "campaign,item,answer,by,category,n,base,base_label,percent,low,high,mark"
ANSWERED = "Répondants ayant répondu à la question, hors «\xa0ne sait pas\xa0»"
SATISFACTION = {
    "very_satisfied": "Très satisfait·e",
    "satisfied": "Plutôt satisfait·e",
    "dissatisfied": "Plutôt insatisfait·e",
    "very_dissatisfied": "Très insatisfait·e",
}


@pytest.fixture
def campaign():
    questionnaire = make_questionnaire()
    used = make_item(questionnaire, "ai_ever_used", options=YES_NO, wording="Avez-vous utilisé l’IA ?")
    users = {"asked_if": used, "asked_if_codes": ["yes"]}
    make_item(questionnaire, "genai_ever_used", options=YES_NO, allows_dont_know=True, **users)
    make_item(questionnaire, "ai_satisfaction", Item.Kind.SCALE, options=SATISFACTION, **users)
    make_item(questionnaire, "ai_tools", Item.Kind.MULTIPLE, open_list="tools", **users)
    make_item(questionnaire, "remark", Item.Kind.TEXT)
    return make_campaign(questionnaire, slug="studios")


def run(*arguments):
    out = io.StringIO()
    call_command("tabulate", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def table(*arguments):
    """The rows of the CSV, as {column: text}."""
    return list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv"))))


def figures(rows, *columns):
    return [tuple(row[column] for column in columns) for row in rows]


def people(campaign, *groups):
    """Add responses from (how many, fields)."""
    for count, fields in groups:
        for _ in range(count):
            make_response(campaign, f"r{campaign.responses.count()}", **fields)


# ── The table of the contract ────────────────────────────────────────────────


def test_columns_bases_and_rounding(campaign):
    people(campaign, (5, {"answers": {"ai_ever_used": "yes"}}), (3, {"answers": {"ai_ever_used": "no"}}))
    assert run("studios", "--item", "ai_ever_used", "--staff", "--format", "csv").splitlines() == [
        HEADER,
        f'studios,ai_ever_used,yes,,,5,8,"{ANSWERED}",62.5,30.6,86.3,†',
        f'studios,ai_ever_used,no,,,3,8,"{ANSWERED}",37.5,13.7,69.4,†',
        f'studios,ai_ever_used,nsp,,,0,8,"{ANSWERED}",,,,†',
    ]


def test_those_who_do_not_know_are_outside_the_base(campaign):
    said = [{"answers": {"ai_ever_used": "yes", "genai_ever_used": code}} for code in ("yes", "no", "nsp")]
    people(campaign, (2, said[0]), (1, said[1]), (3, said[2]), (4, {"answers": {"ai_ever_used": "no"}}))
    rows = table("studios", "--item", "genai_ever_used", "--staff")
    assert figures(rows, "answer", "n", "base", "percent") == [
        ("yes", "2", "3", "66.7"),
        ("no", "1", "3", "33.3"),
        ("nsp", "3", "3", ""),
    ]
    assert rows[0]["base_label"] == (
        "Répondants ayant répondu «\xa0Oui\xa0» à «\xa0Avez-vous utilisé l’IA ?\xa0», puis répondu à la question, "
        "hors «\xa0ne sait pas\xa0»"
    )
    everyone = table("studios", "--item", "genai_ever_used", "--staff", "--base", "all")
    assert figures(everyone, "answer", "n", "base", "percent") == [
        ("yes", "2", "10", "20.0"),
        ("no", "1", "10", "10.0"),
        ("nsp", "3", "10", ""),
    ]
    assert everyone[0]["base_label"] == "Répondants, tous, y compris ceux à qui la question n’a pas été posée"


def test_several_occupations_and_those_who_gave_none(campaign):
    for code in ("editors", "vfx", "sound"):
        make_occupation(code)
    used = {"answers": {"ai_ever_used": "yes"}}
    people(campaign, (1, used | {"occupations": ["editors", "vfx"]}), (2, used | {"occupations": ["vfx"]}), (1, used))
    rows = [
        row
        for row in table("studios", "--item", "ai_ever_used", "--by", "occupations", "--staff")
        if row["answer"] == "yes"
    ]
    assert figures(rows, "by", "category", "n", "base") == [
        ("", "", "4", "4"),
        ("occupations", "editors", "1", "1"),
        ("occupations", "vfx", "3", "3"),
        ("occupations", "not_given", "1", "1"),
    ]


def test_rows_that_do_not_add_up_say_so(campaign):
    make_occupation("vfx")
    people(campaign, (2, {"answers": {"ai_ever_used": "yes"}, "occupations": ["vfx"], "gender": "woman"}))
    said = "Une personne peut avoir plusieurs métiers ou secteurs\xa0; les lignes ne s’additionnent pas."
    by_trade, by_gender = (
        run("studios", "--item", "ai_ever_used", "--by", by, "--staff") for by in ("occupations", "gender")
    )
    assert by_trade.splitlines()[-1] == said
    assert said not in by_gender


def test_an_open_list_counts_persons_by_tool(campaign):
    for tools in (["runway", "chatgpt"], ["runway"], ["midjourney"]):
        make_response(campaign, "-".join(tools), answers={"ai_ever_used": "yes", "ai_tools": tools})
    rows = table("studios", "--item", "ai_tools", "--staff")
    assert figures(rows, "answer", "n", "base", "percent") == [
        ("chatgpt", "1", "3", "33.3"),
        ("midjourney", "1", "3", "33.3"),
        ("runway", "2", "3", "66.7"),
        ("nsp", "0", "3", ""),
    ]


def test_interviews_are_kept_apart(campaign):
    people(
        campaign,
        (2, {"answers": {"ai_ever_used": "yes"}}),
        (1, {"answers": {"ai_ever_used": "no"}, "mode": "interview"}),
    )
    web, met = (table("studios", "--item", "ai_ever_used", "--staff", "--mode", mode) for mode in ("web", "interview"))
    assert figures(web, "answer", "n", "base") == [("yes", "2", "2"), ("no", "0", "2"), ("nsp", "0", "2")]
    assert figures(met, "answer", "n", "base") == [("yes", "0", "1"), ("no", "1", "1"), ("nsp", "0", "1")]
    assert met[0]["base_label"].startswith("Personnes rencontrées en entretien ayant répondu")


def test_json_and_the_table_to_read_say_the_same(campaign):
    people(campaign, (5, {"answers": {"ai_ever_used": "yes"}}), (3, {"answers": {"ai_ever_used": "no"}}))
    first = json.loads(run("studios", "--item", "ai_ever_used", "--staff", "--format", "json"))[0]
    assert first == {
        "campaign": "studios",
        "item": "ai_ever_used",
        "answer": "yes",
        "by": "",
        "category": "",
        "n": 5,
        "base": 8,
        "base_label": ANSWERED,
        "percent": 62.5,
        "low": 30.6,
        "high": 86.3,
        "mark": "†",
    }
    assert run("studios", "--item", "ai_ever_used", "--staff").splitlines()[2:5] == [
        "",
        "Ensemble, base 8",
        "  Oui                5    62,5\u202f%  [30,6\xa0; 86,3]   †",
    ]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("--item", "nothing"), "Aucune question «\xa0nothing\xa0» dans ce questionnaire"),
        (("--item", "remark"), "«\xa0remark\xa0» est un texte libre"),
        (("--item", "maturity"), "se demande sur chaque cas d’usage"),
        (("--item", "ai_ever_used", "--by", "height"), "«\xa0height\xa0» n’est pas une variable de profil"),
        (("--item", "ai_ever_used", "--mode", "interview", "--staff"), "n’a pas d’entretien"),
        (("--item", "ai_ever_used"), "n’est pas close"),
    ],
)
def test_what_cannot_be_counted_is_said(campaign, arguments, says):
    with pytest.raises(CommandError, match=says):
        run("studios", *arguments)


# ── What the public sees ─────────────────────────────────────────────────────


def groups(campaign, *groups):
    """Close the campaign on (gender, yes, no) and return what the public sees of each cell."""
    for gender, yes, no in groups:
        for count, answer in ((yes, "yes"), (no, "no")):
            people(campaign, (count, {"gender": gender, "answers": {"ai_ever_used": answer}}))
    close_campaign(campaign)
    rows = table("studios", "--item", "ai_ever_used", "--by", "gender")
    return figures([row for row in rows if row["answer"] == "yes"], "category", "n", "base", "percent", "mark")


def test_everything_shows_from_thirty_persons_and_with_a_dagger_from_ten(campaign):
    assert groups(campaign, ("woman", 20, 15), ("man", 8, 8)) == [
        ("", "28", "51", "54.9", ""),
        ("woman", "20", "35", "57.1", ""),
        ("man", "8", "16", "50.0", "†"),
    ]


def test_below_five_nothing_shows_and_the_rest_does_not_give_it_away(campaign):
    assert groups(campaign, ("woman", 20, 15), ("man", 8, 8), ("other", 2, 1)) == [
        ("", "30", "54", "55.6", ""),
        ("woman", "20", "35", "57.1", ""),
        ("man", "", "", "", "s"),
        ("other", "", "", "", "s"),
    ]


def test_from_five_to_nine_the_base_alone_shows(campaign):
    assert groups(campaign, ("woman", 20, 15), ("man", 8, 8), ("other", 4, 3)) == [
        ("", "32", "58", "55.2", ""),
        ("woman", "20", "35", "57.1", ""),
        ("man", "", "", "", "s"),  # else the seven others would follow by subtraction
        ("other", "", "7", "", "b"),
    ]


def test_nearly_everyone_of_a_small_cell_is_only_more_than_ninety(campaign):
    seen = groups(campaign, ("woman", 20, 15), ("man", 12, 0), ("other", 8, 8))
    assert seen == [
        ("", "40", "63", "63.5", ""),
        ("woman", "20", "35", "57.1", ""),
        ("man", "", "12", ">90", "g"),
        ("other", "", "", "", "s"),
    ]
    rows = table("studios", "--item", "ai_ever_used", "--by", "gender")
    assert [row["percent"] + row["mark"] for row in rows if row["category"] == "man"] == [">90g", "g", "g"]


@pytest.mark.parametrize(
    ("yes", "no", "seen"),
    [
        (2, 2, ("", "", "", "s")),
        (3, 3, ("", "6", "", "b")),
        (19, 1, ("", "20", ">90", "g")),
        (18, 2, ("18", "20", "90.0", "†")),
    ],
)
def test_the_total_has_its_own_thresholds_and_binds_its_categories(campaign, yes, no, seen):
    total, *rest = groups(campaign, ("woman", yes, no))
    assert total[1:] == seen
    assert [row[1:] for row in rest] == [seen]


def test_base_all_shows_nothing_that_base_asked_hides(campaign):
    """Three users among forty persons: their three answers are theirs, whoever is counted below."""
    people(campaign, (3, {"answers": {"ai_ever_used": "yes", "genai_ever_used": "yes"}}))
    people(campaign, (37, {"answers": {"ai_ever_used": "no"}}))
    close_campaign(campaign)
    rows = table("studios", "--item", "genai_ever_used", "--base", "all")
    assert figures(rows, "n", "base", "percent", "mark") == [("", "", "", "s")] * 3


def test_a_tool_that_few_named_is_not_told(campaign):
    """A name that somebody typed may be the name of their own tool."""
    people(campaign, (6, {"answers": {"ai_ever_used": "yes", "ai_tools": ["chatgpt"]}}))
    people(campaign, (6, {"answers": {"ai_ever_used": "yes", "ai_tools": ["chatgpt", "midjourney"]}}))
    people(campaign, (4, {"answers": {"ai_ever_used": "yes", "ai_tools": ["moteur-de-la-maison"]}}))
    people(campaign, (16, {"answers": {"ai_ever_used": "no"}}))
    close_campaign(campaign)
    rows = table("studios", "--item", "ai_tools")
    assert figures(rows, "answer", "n", "base", "percent") == [
        ("chatgpt", "12", "16", "75.0"),
        ("midjourney", "6", "16", "37.5"),
        ("nsp", "0", "16", ""),
    ]


# ── A published survey, replayed ─────────────────────────────────────────────

# 50 studios: (how many, activities, tested, generative, satisfaction), counts that give the figures published.
STUDIOS = [
    (4, "vfx", "yes", "yes", "very_satisfied"),
    (3, "vfx", "yes", "yes", "satisfied"),
    (9, "postproduction|vfx", "yes", "yes", "satisfied"),
    (1, "postproduction|vfx", "no", "no", ""),
    (5, "postproduction", "yes", "yes", "satisfied"),
    (6, "postproduction", "no", "no", ""),
    (6, "animation", "yes", "yes", "satisfied"),
    (6, "animation", "yes", "yes", "dissatisfied"),
    (5, "animation", "yes", "no", "dissatisfied"),
    (5, "animation", "no", "no", ""),
]
SATISFIED = {"tres": "very_satisfied", "plutot": "satisfied", "pas_satisfait": "dissatisfied", "": ""}


def studios():
    """Return (activities, tested, generative, satisfaction) of each: the studios of the file STUDIOS_CSV, or ours."""
    if path := os.environ.get("STUDIOS_CSV"):
        said = {"1": "yes", "0": "no"}
        with Path(path).open(encoding="utf-8", newline="") as file:
            return [
                (
                    row["types"],
                    said[row["a_teste_ia"]],
                    said[row["a_teste_ia_generative"]],
                    SATISFIED[row["satisfaction"]],
                )
                for row in csv.DictReader(file)
            ]
    return [studio for count, *studio in STUDIOS for _ in range(count)]


@pytest.fixture
def imported(campaign, tmp_path):
    """The studios through the microdata format, their activities as occupations."""
    tables = {name: [",".join(columns)] for name, columns in COLUMNS.items()}
    row = dict.fromkeys(COLUMNS["responses"], "")
    for number, (activities, tested, generative, satisfaction) in enumerate(studios()):
        key = {"response": f"s{number}", "organisation": f"s{number}", "mode": "web", "submitted_on": "2024-05-02"}
        tables["responses"].append(",".join((row | key | {"occupations": activities}).values()))
        said = {"ai_ever_used": tested, "genai_ever_used": generative, "ai_satisfaction": satisfaction}
        tables["answers"] += [f"s{number},{item},{value}" for item, value in said.items() if value]
    for name, lines in tables.items():
        (tmp_path / f"{name}.csv").write_text("\n".join(lines), encoding="utf-8")
    call_command("import_responses", "studios", str(tmp_path), "--create-missing", stdout=io.StringIO())
    return campaign


def test_the_studio_survey_replays_to_its_published_figures(imported):
    tested = table("studios", "--item", "ai_ever_used", "--by", "occupations", "--staff")
    total, *activities = [row for row in tested if row["answer"] == "yes"]
    assert figures([total], "n", "base", "percent", "mark") == [("38", "50", "76.0", "")]
    assert sorted(figures(activities, "category", "n", "base", "percent", "mark")) == [
        ("animation", "17", "22", "77.3", "†"),
        ("postproduction", "14", "21", "66.7", "†"),
        ("vfx", "16", "17", "94.1", "†"),
    ]
    generative = table("studios", "--item", "genai_ever_used", "--base", "all", "--staff")[0]
    assert figures([generative], "answer", "n", "base", "percent") == [("yes", "33", "50", "66.0")]
    satisfied = table("studios", "--item", "ai_satisfaction", "--staff")
    assert figures(satisfied, "answer", "n", "base", "percent")[:2] == [
        ("very_satisfied", "4", "38", "10.5"),
        ("satisfied", "23", "38", "60.5"),
    ]
    # 27 of 38: the 71 % of the publication.
    assert round(100 * sum(int(row["n"]) for row in satisfied[:2]) / 38) == 71


def test_a_closed_campaign_reads_its_frozen_cells(campaign):
    """Answers that change after the closing change nothing."""
    people(campaign, (12, {"gender": "woman", "answers": {"ai_ever_used": "yes"}}))
    people(campaign, (9, {"gender": "man", "answers": {"ai_ever_used": "no"}}))
    people(campaign, (1, {"gender": "man", "mode": "interview", "answers": {"ai_ever_used": "no"}}))
    arguments = ("studios", "--item", "ai_ever_used", "--by", "gender", "--staff")
    before = [table(*arguments, "--mode", mode, "--base", base) for mode in ("web", "interview") for base in BASES]
    close_campaign(campaign)
    campaign.responses.all().delete()
    after = [table(*arguments, "--mode", mode, "--base", base) for mode in ("web", "interview") for base in BASES]
    assert after == before


def test_pages_and_tables_mask_the_same_cells(campaign):
    """What `read_cells` shows of a category and what `tabulate` shows of it: same base, same counts, same silence."""
    for gender, yes, no in (("woman", 20, 15), ("man", 12, 0), ("other", 8, 8), ("undisclosed", 2, 1)):
        people(campaign, (yes, {"gender": gender, "answers": {"ai_ever_used": "yes"}}))
        people(campaign, (no, {"gender": gender, "answers": {"ai_ever_used": "no"}}))
    snapshot = close_campaign(campaign)
    cells = read_cells(snapshot, PUBLIC, use_cases=[], items=["ai_ever_used"], variables=["", "gender"])
    rows = table("studios", "--item", "ai_ever_used", "--by", "gender")
    assert [
        (cell.category, cell.mark, cell.base, cell.figures["counts"] and cell.figures["counts"]["yes"])
        for cell in cells
    ] == [
        ("", "", 66, 42),
        ("woman", "", 35, 20),
        ("man", "s", None, None),  # the smallest, which covers the three others
        ("other", "s", None, None),  # else the fifteen others, nearly unanimous, would follow
        ("undisclosed", "s", None, None),
    ]
    assert [(row["category"], row["mark"], row["base"], row["n"]) for row in rows if row["answer"] == "yes"] == [
        ("", "", "66", "42"),
        ("woman", "", "35", "20"),
        ("man", "s", "", ""),
        ("other", "s", "", ""),
        ("undisclosed", "s", "", ""),
    ]
    told = {name for cell in cells for name, value in cell.figures.items() if value is not None}
    assert told == {"answers", "told", "counts", "shares", "dont_know"}
