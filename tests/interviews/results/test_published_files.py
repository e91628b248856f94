"""What a reader makes of the real files and pages of two published waves (METHOD.md §5.5): subtractions, a solver, the
second wave against the first, and the sheet against the open data."""

import csv
import io
import re
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np
import pytest
from openpyxl import load_workbook

from interviews.analysis.attack import counts_behind_percent, export_differences, subtract_published
from interviews.analysis.constants import N_RATE, N_SHOW
from interviews.collection.batch import FilledResponse, store_batch
from interviews.exports.results_workbook import export_results
from interviews.frames import build_frame
from interviews.models import Response, Usage
from interviews.results.changes import read_changes
from interviews.results.closing import close_campaign
from interviews.results.correction import start_correction
from interviews.results.cube import read_marks
from interviews.results.disclosure import PUBLIC, VISIBLE
from interviews.results.publication import publish_campaign
from interviews.results.segments import build_segments
from tests.factories import make_campaign, make_occupation, make_questionnaire, make_sector, make_use_case
from tests.interviews.results.attacker import Table
from usecases.models import Occupation, UseCase
from usecases.open_data import open_data_files

pytestmark = pytest.mark.django_db

TRADES = ("editors", "writers", "actors", "grips", "mixers")
SIZES = ("solo", "1_9", "10_49", "50_249", "250_plus", "")
USAGES = {0: 0.2, 1: 0.2, 2: 0.15, 3: 0.1, 4: 0.15, 5: 0.1, 8: 0.05, 9: 0.05}
PERSONS = 140
CURRENT = (Usage.OCCASIONAL, Usage.REGULAR)
BOUNDS = {90.0, 10.0, 5.0}  # what words say instead of a share: « plus de 90 % », « moins de 5 personnes »
NUMBER = r"\d[\d\u202f]*(?:,\d+)?"


def people(random, number):
    """One random person: trades that overlap, some rare, and an answer to each of two use cases."""
    trades = np.flatnonzero(random.random(len(TRADES)) < [0.5, 0.3, 0.15, 0.06, 0.04])
    return {
        "person": f"p{number}",
        "organisation": f"studio-{random.integers(40)}" if random.random() < 0.6 else "",
        "profile": {"structure_size": str(random.choice(SIZES, p=[0.3, 0.3, 0.2, 0.12, 0.04, 0.04]))},
        "trades": trades.tolist(),
        "usage": random.choice(list(USAGES), size=2, p=list(USAGES.values())).tolist(),
        "maturity": random.choice([1, 2, 3, 9], size=2).tolist(),
    }


def wave(slug, answering, questionnaire, baseline=None):
    """Store, close and publish a campaign; return it with its edition."""
    campaign = make_campaign(
        questionnaire, UseCase.objects.order_by("position"), slug=slug, title=slug, baseline=baseline
    )
    occupations = dict(Occupation.objects.values_list("code", "pk"))
    cases = list(UseCase.objects.order_by("position").values_list("pk", flat=True))
    store_batch(
        campaign,
        [
            FilledResponse(
                key=f"{slug}-{number}",
                submitted_at=datetime(2025, 3, 1, 12, tzinfo=UTC),
                person=each["person"],
                organisation=each["organisation"],
                profile=each["profile"],
                occupations=[occupations[TRADES[trade]] for trade in each["trades"]],
                use_case_answers=[
                    {"use_case_id": pk, "reason": "imported", "rank": rank, "usage": usage, "maturity": maturity}
                    for rank, (pk, usage, maturity) in enumerate(
                        zip(cases, each["usage"], each["maturity"], strict=True), 1
                    )
                ],
            )
            for number, each in enumerate(answering)
        ],
    )
    close_campaign(campaign)
    edition = publish_campaign(campaign, f"Édition {slug}", accept_proposals=True)
    campaign.refresh_from_db()
    return campaign, edition


@pytest.fixture
def waves():
    """Two published waves: two thirds of the persons answer both, a third of those otherwise."""
    for code in TRADES:
        make_occupation(code, code.capitalize())
    make_sector("cinema")
    make_use_case("Doublage")
    make_use_case("Montage")
    questionnaire = make_questionnaire()
    random = np.random.default_rng(20250301)
    first = [people(random, number) for number in range(PERSONS)]
    second = [
        each | ({} if random.random() < 0.66 else {"usage": people(random, 0)["usage"]})
        for each in first[: PERSONS * 2 // 3]
    ]
    second += [people(random, PERSONS + number) for number in range(PERSONS // 3)]
    campaign, edition = wave("vague-1", first, questionnaire)
    return [(campaign, edition), wave("vague-2", second, questionnaire, baseline=edition)]


def table_of(edition, name):
    """Return one table of the open data, row by row."""
    (content,) = (file.content for file in open_data_files(edition, {}) if file.name == f"{name}.csv")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def counted(base, share):
    """Return (base, [users, others]) as anybody finds them from what is printed, None where it is not."""
    if not base:
        return None, None
    if not share:
        return int(base), None
    (users,) = counts_behind_percent(Decimal(share) * 100, int(base), decimals=1)
    return int(base), [users, int(base) - users]


def adoption_tables(campaign, edition):
    """Yield (use case, variable, table) of the published adoption, by every variable, with the truth behind."""
    frame = build_frame(campaign)
    segments = build_segments(frame)
    item = frame.usage()
    totals = {row["use_case"]: row for row in table_of(edition, "ratings") if row["dimension"] == "adoption"}
    rows = table_of(edition, "breakdowns")
    for case, code in enumerate(frame.use_cases):
        counts = item.in_base[:, case]
        uses = ~np.isin(frame.coded["usage"][counts, case], CURRENT)
        total = counted(totals[code]["base"], totals[code]["share"])
        for variable, segment in segments.by_variable.items():
            name = "occupation" if variable == "occupations" else variable
            shown = {
                row["category"]: counted(row["base"], row["share"])
                for row in rows
                if (row["use_case"], row["variable"]) == (code, name)
            }
            if shown:
                member = segment.dimension.member[counts]
                held = [place for place in range(member.shape[1]) if member[:, place].any()]
                published = [shown[segment.categories[place] or "not_given"] for place in held]
                yield code, variable, Table(member[:, held], uses.astype(int), 2, published, total)


def test_nothing_hidden_is_found_in_the_open_data_of_two_waves(waves):
    leaks, hidden, remainders = [], 0, []
    for campaign, edition in waves:
        for code, variable, table in adoption_tables(campaign, edition):
            hidden += sum(base is None for base, _ in table.rows)
            leaks += [(edition, code, variable, group) for group in table.base_leaks(N_SHOW) + table.leaks(N_RATE)]
            if variable == "structure_size":  # a person is of one size: the rows add up
                shown = {str(place): counts for place, (_, counts) in enumerate(table.rows) if counts}
                remainders.append(subtract_published(table.total[1], shown))
    assert leaks == []
    assert hidden >= 10
    assert [each for each in remainders if each.leak] == []
    assert [each.size for each in remainders if each.size] != []


def test_a_change_is_told_where_both_waves_show_what_changed(waves):
    second, _ = waves[1]
    marks = [read_marks(campaign.snapshot) for campaign, _ in waves]
    told = 0
    items = {"maturity": "maturity", "impact": "impact", "usage": "usage", "adoption": "usage"}
    for change in read_changes(second.snapshot, PUBLIC):
        if change.difference is None:
            continue
        told += 1
        item = items.get(change.indicator, "intention")
        place = (change.use_case, item, change.variable, change.category)
        assert [wave[place][0] in VISIBLE for wave in marks] == [False, False], change
    assert told > 0


def test_a_correction_changes_no_figure(waves):
    _, (campaign, edition) = waves
    before = {tuple(row.values())[:4]: row for row in table_of(edition, "breakdowns")}
    start_correction(campaign, "Un niveau a été mal saisi.")
    corrected = publish_campaign(campaign, "Édition corrigée", accept_proposals=True)
    after = {tuple(row.values())[:4]: row for row in table_of(corrected, "breakdowns")}
    assert before.keys() == after.keys()
    counts = [{place: counted(row["base"], row["share"])[1] for place, row in rows.items()} for rows in (before, after)]
    shown = [{place: count for place, count in each.items() if count} for each in counts]
    assert {each.size for each in export_differences(*shown).values()} == {0}


def test_the_workbook_shows_no_figure_where_its_mark_hides_it_and_the_same_as_the_open_data(waves, tmp_path):
    for campaign, edition in waves:
        export_results(campaign, tmp_path / "public.xlsx", PUBLIC)
        book = load_workbook(tmp_path / "public.xlsx")
        hidden, found = 0, {}
        for sheet in book:
            assert sheet.sheet_state == "visible"
            for row in sheet.iter_rows():
                values = [cell.value for cell in row]
                assert not any(isinstance(value, str) and value.startswith("=") for value in values)
                if sheet.title == "Profils" and "s" in values:
                    hidden += 1
                    # The base is that of the whole table; nothing of the category itself is a number.
                    assert [value for value in values if isinstance(value, float)] == []
            found[sheet.title] = [[cell.value for cell in row] for row in sheet.iter_rows()]
        assert hidden > 0
        for rating in table_of(edition, "ratings"):
            if rating["dimension"] == "adoption":
                (row,) = (row for row in found["Adoption"] if rating["use_case"] in row)
                assert float(rating["share"]) in row


def test_the_page_of_a_use_case_shows_the_figures_of_the_open_data_and_no_other(waves, client):
    _, (_, edition) = waves
    rows = table_of(edition, "breakdowns")
    for code in ("doublage", "montage"):
        page = client.get(f"/cas-usage/{code}/").content.decode()
        names = {trade: trade.capitalize() for trade in TRADES}
        trades = [row for row in rows if (row["use_case"], row["variable"]) == (code, "occupation")]
        for row in trades:
            name = names.get(row["category"])
            if name is None:
                continue
            line = re.search(rf'<th scope="row">\s*{name}\s*</th>(.*?)</tr>', page, re.S)
            if not row["base"]:
                assert line is None
                continue
            numbers = [
                float(number.replace("\u202f", "").replace("\u00a0", "").replace(",", "."))
                for number in re.findall(NUMBER, re.sub(r"<[^>]+>", " ", line[1]))
            ]
            shares = [round(float(row[key]) * 100, 1) for key in ("share", "low", "high") if row[key]]
            assert {float(row["base"]), *shares} >= set(numbers) - BOUNDS
            assert float(row["base"]) in numbers


def test_every_category_of_the_open_data_has_its_label(waves):
    _, edition = waves[0]
    stored = edition.files.get(name="breakdowns.csv")
    rows = list(csv.DictReader(io.StringIO(bytes(stored.content).decode())))
    labels = {(row["variable"], row["category"]): row["category_label"] for row in rows}
    assert {variable for variable, _ in labels} == {
        *("occupation", "sectors", "seniority", "structure_size", "structure_type")
    }
    assert [place for place, label in labels.items() if not label] == []
    assert labels["structure_size", "solo"] == Response.StructureSize.SOLO.label
    assert labels["occupation", "editors"] == "Editors"
