"""Rows by the million, there and back: `writing` then `reading`, on the engine of the day."""

import pytest
from django.db import IntegrityError, transaction

from interviews import reading
from interviews.models import Answer, UseCaseAnswer
from interviews.reading import RowReader
from interviews.writing import write_rows
from tests.factories import make_campaign, make_item, make_questionnaire, make_response, make_use_case

pytestmark = pytest.mark.django_db

STRANGE = "tab\t, fin de ligne\n, contre-oblique \\N \\., guillemet \", accent é, 🎬, '; DROP TABLE --"


@pytest.fixture
def response():
    make_item(make_questionnaire(), "remarque", kind="text")
    make_use_case("Doublage")
    return make_response(make_campaign(make_questionnaire(version=2)))


def test_what_is_written_is_what_is_read(response):
    case = make_use_case("Montage")
    write_rows(
        UseCaseAnswer,
        [
            {
                "response_id": response.pk,
                "use_case_id": case.pk,
                "reason": "imported",
                "rank": 3,
                "usage": 4,
                "benefits": ["quality", STRANGE],
                "comment": STRANGE,
                "may_be_quoted": True,
            }
        ],
    )
    row = UseCaseAnswer.objects.get()
    assert (row.usage, row.maturity, row.rank, row.version) == (4, None, 3, 0)
    assert (row.benefits, row.barriers, row.comment) == (["quality", STRANGE], [], STRANGE)
    assert (row.may_be_quoted, row.other_barrier) == (True, "")


@pytest.mark.parametrize("value", ["yes", STRANGE, 12, 4.5, True, ["a", "b"], [], {"a": None}])
def test_a_json_value_comes_back_as_it_was(response, value):
    item = make_item(make_questionnaire(version=3), "question")
    write_rows(Answer, [{"response_id": response.pk, "item_id": item.pk, "value": value}])
    assert Answer.objects.get().value == value
    reader = RowReader(Answer.objects.all(), "response_id", [response.pk], ["item_id"], ["value"])
    [((keys, items), (positions,))] = list(reader)
    assert (keys.tolist(), items.tolist(), positions.tolist()) == ([response.pk], [item.pk], [1])
    assert reader.distinct("value") == [value]


def test_the_database_has_the_last_word(response):
    row = {"response_id": response.pk, "use_case_id": make_use_case("Montage").pk, "reason": "imported", "rank": 1}
    with pytest.raises(IntegrityError), transaction.atomic():
        write_rows(UseCaseAnswer, [row, row | {"usage": 7}])
    assert UseCaseAnswer.objects.count() == 0


def test_nothing_written_is_nothing():
    write_rows(Answer, [])
    assert Answer.objects.count() == 0


@pytest.mark.parametrize("slots", [reading.SLOTS, 2])  # with two, values share them
def test_rows_are_read_batch_after_batch_and_a_value_keeps_its_position(response, slots, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 2)
    monkeypatch.setattr(reading, "SLOTS", slots)
    item = make_item(make_questionnaire(version=3), "question")
    keys = {}
    for number, value in enumerate(["a", "b", "a", "c", "b"]):
        other = make_response(response.campaign, f"autre-{number}", answers={})
        write_rows(Answer, [{"response_id": other.pk, "item_id": item.pk, "value": value}])
        keys[other.pk] = value
    reader = RowReader(Answer.objects.all(), "response_id", [*keys, response.pk], [], ["value"])
    found = [
        (key, position)
        for (batch,), (positions,) in reader
        for key, position in zip(batch.tolist(), positions.tolist(), strict=True)
    ]
    values = reader.distinct("value")
    assert sorted(values) == ["a", "b", "c"]
    assert {key: values[position - 1] for key, position in found} == keys


def test_rows_that_cannot_be_are_not_asked_for(response):
    assert list(RowReader(Answer.objects.filter(item__in=[]), "response_id", [response.pk], [], ["value"])) == []
