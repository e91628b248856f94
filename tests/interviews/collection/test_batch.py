from datetime import UTC, date, datetime

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone

from interviews.collection import batch
from interviews.collection.batch import ClosedCampaignError, FilledResponse, store_batch, store_tables
from interviews.models import Answer, Response, Usage, UseCaseAnswer
from tests.factories import (
    YES_NO,
    make_campaign,
    make_item,
    make_occupation,
    make_questionnaire,
    make_sector,
    make_use_case,
)

pytestmark = pytest.mark.django_db

SENT = datetime(2025, 3, 14, 22, 45, tzinfo=UTC)


@pytest.fixture
def campaign():
    questionnaire = make_questionnaire()
    make_item(questionnaire, "ai_ever_used", options=YES_NO)
    return make_campaign(questionnaire, [make_use_case("Montage")])


def stored():
    """Everything stored, as plain values."""
    return [
        {
            "key": response.key,
            "mode": response.mode,
            "weight": response.weight,
            "gender": response.gender,
            "sectors": [sector.code for sector in response.sectors.all()],
            "occupations": [occupation.code for occupation in response.occupations.all()],
            "use_cases": list(
                response.use_case_answers.values_list("use_case__code", "reason", "rank", "usage", "maturity", "tools")
            ),
            "answers": dict(response.answers.values_list("item__code", "value")),
        }
        for response in Response.objects.order_by("key")
    ]


def test_a_batch_writes_whole_responses(campaign):
    sector, occupation = make_sector("cinema"), make_occupation("editors")
    item, use_case = campaign.questionnaire.modules.get(code="general").items.get(), campaign.use_cases.get()
    answer = {"use_case_id": use_case.pk, "reason": "occupation", "rank": 1, "usage": Usage.REGULAR, "maturity": 2}
    filled = [
        FilledResponse(
            key="r1",
            submitted_at=SENT,
            mode="interview",
            weight=1.5,
            profile={"gender": "woman"},
            sectors=[sector.pk],
            occupations=[occupation.pk],
            use_case_answers=[answer],
            answers=[(item.pk, "yes")],
        ),
        FilledResponse(key="r2", submitted_at=SENT),
    ]
    assert store_batch(campaign, iter(filled)) == 2
    whole = {
        "key": "r1",
        "mode": "interview",
        "weight": 1.5,
        "gender": "woman",
        "sectors": ["cinema"],
        "occupations": ["editors"],
        "use_cases": [("montage", "occupation", 1, 4, 2, [])],
        "answers": {"ai_ever_used": "yes"},
    }
    empty = {"key": "r2", "mode": "web", "weight": None, "gender": ""}
    empty |= {"sectors": [], "occupations": [], "use_cases": [], "answers": {}}
    assert stored() == [whole, empty]

    Response.objects.all().delete()
    answers = [("r1", answer)], [("r1", item.pk, "yes")]
    apart = [FilledResponse(**vars(one) | {"use_case_answers": [], "answers": []}) for one in filled]
    assert store_tables(campaign, apart, *answers) == 2
    assert stored() == [whole, empty]


def test_an_anonymous_campaign_keeps_the_day_and_no_hour(campaign):
    store_batch(campaign, [FilledResponse(key="named", submitted_at=SENT)])
    campaign.is_anonymous = True
    store_batch(campaign, [FilledResponse(key="anonymous", submitted_at=SENT)])
    times = {row.key: timezone.localtime(row.submitted_at) for row in Response.objects.all()}
    assert {key: (time.date(), time.strftime("%H:%M")) for key, time in times.items()} == {
        "named": (date(2025, 3, 14), "23:45"),
        "anonymous": (date(2025, 3, 14), "00:00"),
    }


def test_a_closed_campaign_takes_nothing_even_when_it_was_closed_elsewhere(campaign):
    type(campaign).objects.update(closed_at=SENT)
    with pytest.raises(ClosedCampaignError) as refused:
        store_batch(campaign, [FilledResponse(key="r1", submitted_at=SENT)])
    assert str(refused.value) == "La campagne «\u00a0Vague 1\u00a0» est close\u00a0: elle ne reçoit plus de réponses."
    with pytest.raises(ClosedCampaignError):
        store_tables(campaign, [FilledResponse(key="r1", submitted_at=SENT)], [], [])
    assert Response.objects.count() == 0


def test_a_batch_is_written_whole_or_not_at_all(campaign):
    filled = (FilledResponse(key=f"r{number % 700}", submitted_at=SENT) for number in range(701))
    with pytest.raises(IntegrityError):
        store_batch(campaign, filled)
    assert Response.objects.count() == 0


def test_the_number_of_queries_does_not_grow_with_the_answers(campaign, django_assert_num_queries):
    use_case, item = campaign.use_cases.get(), campaign.questionnaire.modules.get(code="general").items.get()
    answer = {"use_case_id": use_case.pk, "reason": "sector", "rank": 1}
    sector, occupation = make_sector(), make_occupation()

    def filled(keys):
        return [
            FilledResponse(
                key=key,
                submitted_at=SENT,
                sectors=[sector.pk],
                occupations=[occupation.pk],
                use_case_answers=[answer],
                answers=[(item.pk, "yes")],
            )
            for key in keys
        ]

    with django_assert_num_queries(8):  # savepoint, lock, five tables, release
        store_batch(campaign, filled(["a"]))
    with django_assert_num_queries(8):
        store_batch(campaign, filled(["b", "c", "d"]))
    assert (UseCaseAnswer.objects.count(), Answer.objects.count()) == (4, 4)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite plans without statistics")
@pytest.mark.parametrize(("stored", "known"), [(2, False), (3, True)])
def test_after_many_responses_the_database_knows_how_long_its_tables_are(campaign, monkeypatch, stored, known):
    """Queries of the closing that follows would be planned on empty tables."""
    monkeypatch.setattr(batch, "MANY", 3)
    answer = {"use_case_id": campaign.use_cases.get().pk, "reason": "sector", "rank": 1}
    tables = [model._meta.db_table for model in (Response, UseCaseAnswer)]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 0 WHERE relname = ANY(%s)", [tables])
        store_batch(
            campaign,
            (FilledResponse(key=f"r{n}", submitted_at=SENT, use_case_answers=[answer]) for n in range(stored)),
        )
        cursor.execute("SELECT reltuples FROM pg_class WHERE relname = ANY(%s)", [tables])
        assert cursor.fetchall() == [(stored if known else 0,)] * 2
