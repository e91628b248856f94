"""Invented interviews for the demonstration: they go through the same functions as real ones."""

import tomllib
import uuid
from collections.abc import Sequence
from datetime import datetime, time, timedelta
from pathlib import Path

from django.utils import timezone

from interviews.models import Campaign, Code, Interview
from usecases.models import Occupation, Sector

from .conduct import save_card
from .notes import save_note
from .planning import Person, begin_interview, plan_interview, record_consent
from .quote_links import agree
from .ratings import save_rating
from .supervision import APPROVED, DONE, RETURNED, take_step
from .transcripts import add_transcript
from .verbatims import Coding, add_verbatim, review_verbatim, word_publicly

DATA = Path(__file__).resolve().parent.parent / "data" / "demonstration_interviews.toml"
# What becomes of each talk, in order: a wave to close has them all approved, one under way has some of everything.
CLOSED_TALKS, TALKS_UNDER_WAY = ("approved",) * 5, ("approved", "done", "returned", "draft", "planned")
RETURN_NOTE = "Le guide demande ce qui change pour la filière : la note en parle peu. Pouvez-vous la compléter ?"
CLOSING_NOTE = "Entretien précis, exemples utilisables."
REST = {"intention": None, "benefits": [], "barriers": [], "other_barrier": "", "tools": [], "satisfaction": None}
REST |= {"comment": "", "may_be_quoted": False}


def hold_demonstration_interviews(campaign: Campaign, interviewer, reviewer, outcomes: Sequence[str]) -> None:
    """Hold the invented talks in a fictional campaign, each up to its outcome: planned, draft, done, returned or
    approved. The interviewer and the reviewer are two persons."""
    talks = tomllib.loads(DATA.read_text(encoding="utf-8"))["talks"]
    for number, (talk, outcome) in enumerate(zip(talks, outcomes, strict=True)):
        interview = _plan(campaign, talk, interviewer, number, is_past=outcome != "planned")
        if outcome != "planned":
            _conduct(interview, talk)
            _end(interview, outcome, interviewer, reviewer)
            _quote(interview, talk, interviewer, reviewer)


def _plan(campaign, talk, interviewer, number, is_past):
    day = timezone.localdate() + timedelta(days=-number - 1 if is_past else number)
    facts = {
        "starts_at": timezone.make_aware(datetime.combine(day, time(10))),
        "minutes": 60,
        "mode": (Interview.Mode.VIDEO, Interview.Mode.IN_PERSON, Interview.Mode.PHONE)[number % 3],
    }
    person = Person(name=talk["name"], function=talk["function"])
    occupations = Occupation.objects.filter(code=talk["occupation"])
    sectors = Sector.objects.filter(code=talk["sector"])
    return plan_interview(campaign, interviewer, facts, [person], occupations, sectors)


def _conduct(interview, talk):
    record_consent(interview.participants.get(), talk["quoting"])
    begin_interview(interview)
    interview.names_to_hide = "\n".join(talk["hide"])
    interview.save(update_fields=["names_to_hide"])
    for minutes, (part, text) in enumerate(talk["notes"].items()):
        save_note(interview, uuid.uuid4(), text, part, timezone.now() + timedelta(minutes=10 * minutes), 0)
    for rating in talk["ratings"]:
        _rate(interview, rating)


def _rate(interview, rating):
    use_case = interview.campaign.use_cases.get(code=rating["use_case"])
    answers = REST | {name: rating[name] for name in ("usage", "maturity", "impact")}
    save_card(interview, use_case, answers, 0)
    reasons = dict.fromkeys(("maturity_reason", "impact_reason", "adoption_reason"), rating["reason"])
    save_rating(interview, use_case, {"adoption": rating["adoption"]} | reasons, 0)


def _end(interview, outcome, interviewer, reviewer):
    if outcome != "draft":
        take_step(interview, DONE, interviewer)
    if outcome == "returned":
        take_step(interview, RETURNED, reviewer, RETURN_NOTE)
    if outcome == "approved":
        take_step(interview, APPROVED, reviewer, CLOSING_NOTE)


def _quote(interview, talk, interviewer, reviewer):
    name = f"{talk['function'].lower().replace(' ', '-')}.txt"
    transcript = add_transcript(interview, name, talk["transcript"].strip().encode(), interviewer)
    participant = interview.participants.get()
    for quote in talk["verbatims"]:
        start = transcript.text.index(quote["words"])
        use_case = interview.campaign.use_cases.filter(code=quote.get("use_case", "")).first()
        codes = tuple(Code.objects.filter(code__in=quote["codes"]))
        coding = Coding(use_case, codes, quote["valence"])
        taken = add_verbatim(transcript, participant, start, start + len(quote["words"]), coding, interviewer)
        if quote["stage"] != "to_word":
            word_publicly(taken, quote["public"], interviewer)
        if quote["stage"] in ("to_agree", "agreed"):
            review_verbatim(taken, reviewer)
        if quote["stage"] == "agreed":
            agree(taken)
