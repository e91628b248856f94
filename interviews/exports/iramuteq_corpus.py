"""Approved interviews as a text corpus for IRaMuTeQ: a line of variables, then what was said."""

import re
import unicodedata
from pathlib import Path

from cnc_survey.files import written_whole
from interviews.campaigns import CampaignError
from interviews.guided.masked_texts import approved_interviews, mask_text
from interviews.guided.pseudonyms import names_of
from interviews.models import Campaign, Interview


def export_iramuteq(campaign: Campaign, path: Path, progress) -> int:
    """Write the corpus, UTF-8; return how many interviews. One without a word is left out.

    `**** *entretien_1 *metier_… *secteur_…`, the variables that have several values given once each; then the
    transcripts, or the notes when there is none. Names and withdrawn passages are masked. Raises CampaignError when
    there is no text.
    """
    interviews = list(approved_interviews(campaign))
    parts = []
    for done, interview in enumerate(interviews, 1):
        if text := _said(interview):
            parts.append(f"{_variables(campaign, interview)}\n{text}\n")
        progress(done, len(interviews))
    if not parts:
        raise CampaignError("Aucun entretien approuvé n’a de texte : le corpus serait vide.")
    with written_whole(path) as (temporary,):
        temporary.write_bytes("\n".join(parts).encode())
    return len(parts)


def _variables(campaign, interview):
    stars = [f"entretien_{interview.number}"]
    stars += [f"metier_{_modality(one.code)}" for one in interview.response.occupations.all()]
    stars += [f"secteur_{_modality(one.code)}" for one in interview.response.sectors.all()]
    if campaign.is_fictional:
        stars.append("donnees_fictives")
    return " ".join(["****", *(f"*{star}" for star in stars)])


def _modality(code):
    plain = unicodedata.normalize("NFKD", code).encode("ascii", "ignore").decode().lower()
    return re.sub("[^a-z0-9]+", "_", plain).strip("_")


def _said(interview: Interview) -> str:
    sources = interview.transcripts.all() or interview.notes.all()
    names = names_of(interview)
    # The asterisk opens an interview, a theme or a variable: typed by a person, it would cut the text there.
    texts = (mask_text(source, names).text.replace("*", " ").strip() for source in sources)
    return "\n\n".join(text for text in texts if text)
