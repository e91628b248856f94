"""What the tests of the public pages share: editions to read, and a page as a reader meets it."""

import re
from datetime import date

from django.template import Context, Template

from usecases.editions import RatingDraft, publish_edition
from usecases.models import Dimension, Rating


def publish(year, *drafts, **fields):
    return publish_edition(
        title=f"Édition {year}",
        published_on=date(year, 3, 6),
        collected_from=date(year - 1, 12, 1),
        collected_to=date(year, 1, 31),
        source="Source de l’édition.",
        ratings=list(drafts),
        **fields,
    )


def study_of_2024(*codes):
    """The first edition: maturity at 2 for each use case, nothing else."""
    return publish(
        2024, *[RatingDraft(code, Dimension.MATURITY, 2, Rating.Status.STUDY, label="En évolution") for code in codes]
    )


def words(html):
    """The text of a page as a reader meets it: no tags, single spaces, non-breaking ones kept."""
    body = re.sub(r"<(script|style|svg)\b.*?</\1>", "", html, flags=re.DOTALL)
    return re.sub(r"[ \n\t]+", " ", re.sub(r"<[^>]+>", "", body)).strip()


def page(client, address):
    response = client.get(address)
    assert response.status_code == 200
    return words(response.content.decode())


def rendered(template, **context):
    return words(Template(template).render(Context(context)))
