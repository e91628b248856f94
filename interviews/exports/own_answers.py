"""A person's own answers as a workbook: the same words as on their page."""

from collections.abc import Sequence

from cnc_survey.workbook import Column, Notice, Sheet, write_workbook
from interviews.collection.review import Section
from interviews.models import Response

FICTIONAL = "Campagne de démonstration\u00a0: ces réponses ne comptent dans aucun résultat réel."
COLUMNS = [Column("Page", 30), Column("Question", 60), Column("Votre réponse", 80)]


def write_own_answers(
    response: Response, sections: Sequence[Section], receipt: Sequence[tuple[str, str]], target
) -> None:
    """Write the answers of one person, page by page, to a path or a binary stream.

    `sections` as `interviews.collection.review.review_of` gives them; `receipt` says what was sent, and when:
    [(label, value)…]. Questions without an answer are left out.
    """
    campaign = response.campaign
    rows = [(section.page.title, line.question, line.answer) for section in sections for line in section.answered]
    write_workbook(
        target,
        [
            Notice("Reçu", "Vos réponses", [("Reçu", receipt)]),
            Sheet("Réponses", COLUMNS, rows, heading=str(campaign)),
        ],
        title=f"Vos réponses\u00a0: {campaign}",
        banner=FICTIONAL if campaign.is_fictional else "",
    )
