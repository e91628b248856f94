"""Who meets whom, when and where; what each person agreed to; how far a campaign is from what it wants."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import Count, Max, Q, QuerySet
from django.utils import timezone

from cnc_survey.audit.log import record
from cnc_survey.audit.models import AuditEntry
from cnc_survey.personal_data import normalise_address
from interviews.collection.answers import save_profile
from interviews.collection.invitations import find_contact
from interviews.collection.offers import offer_use_cases
from interviews.collection.responses import start_interview_response
from interviews.collection.withdrawal import withdraw_response
from interviews.models import (
    Campaign,
    CodedLevel,
    Interview,
    InterviewTarget,
    Participant,
    ParticipantIdentity,
    Response,
)
from interviews.states import interview_states, name_state

from .guide import read_guide

REVIEW = "interviews.review_interview"
SEE_NAMES = "interviews.view_participantidentity"


class InterviewRefusedError(Exception):
    """Something that an interview does not allow now; the message is in French and says what to do."""


@dataclass(frozen=True)
class Person:
    """Somebody to meet: the role and function that stay, and the identity that is kept apart."""

    role: str = Participant.Role.INTERVIEWEE
    function: str = ""
    name: str = ""
    organisation: str = ""
    email: str = ""


@dataclass(frozen=True)
class Target:
    """How many interviews are wanted with one segment, planned (whatever their state), and approved."""

    target: InterviewTarget
    planned: int
    approved: int

    @property
    def missing(self) -> int:
        return max(0, self.target.wanted - self.planned)


@dataclass(frozen=True)
class Day:
    """One day of a week, with its interviews in order."""

    date: date
    interviews: list[Interview] = field(default_factory=list)


def visible_interviews(user) -> QuerySet:
    """Return the interviews that a member of the team may open, with their `state`: their own, or all to review."""
    interviews = Interview.objects.with_last_step().annotate(state=name_state(interview_states()))
    interviews = interviews.select_related("campaign", "interviewer", "response")
    return interviews if user.has_perm(REVIEW) else interviews.filter(interviewer=user)


def may_see_names(user, interview: Interview) -> bool:
    """Names are for whoever meets the person, and for administrators."""
    return interview.interviewer_id == user.pk or user.has_perm(SEE_NAMES)


def read_participants(interview: Interview, user) -> list[Participant]:
    """Return the participants with their identities; names read by somebody who did not meet them go to the log."""
    participants = list(interview.participants.select_related("identity"))
    named = any(hasattr(one, "identity") for one in participants)
    if named and interview.interviewer_id != user.pk and user.has_perm(SEE_NAMES):
        record(AuditEntry.Action.PERSONAL_DATA_READ, user, _subject(interview), what="names")
    return participants


def interviewers() -> QuerySet:
    """Return the active members of the team who may lead an interview."""
    may_lead = Q(groups__permissions__codename="add_interview") | Q(is_superuser=True)
    return get_user_model().objects.filter(may_lead, is_active=True).distinct().order_by("username")


@transaction.atomic
def plan_interview(
    campaign: Campaign, interviewer, facts: dict, persons: Sequence[Person], occupations=(), sectors=()
) -> Interview:
    """Plan an interview: `facts` are its own fields; the occupations and sectors known beforehand choose the use cases
    to talk about. Raises ResponseRefusedError once the campaign is closed."""
    # Locked: two interviews planned at once must not take the same number.
    campaign = Campaign.objects.select_for_update().get(pk=campaign.pk)
    last = campaign.interviews.aggregate(last=Max("number"))["last"] or 0
    contacts = {person.email: _contact(person.email) for person in persons}
    known = next((contact for contact in contacts.values() if contact), None)
    response = start_interview_response(campaign, known.person if known else "")
    interview = Interview.objects.create(
        campaign=campaign, number=last + 1, interviewer=interviewer, response=response, **facts
    )
    for person in persons:
        add_participant(interview, person)
    _set_profile(response, occupations, sectors)
    return interview


@transaction.atomic
def change_plan(interview: Interview, facts: dict, occupations, sectors) -> None:
    """Change when, where, how, and who the person is; what is already answered stays."""
    for name, value in facts.items():
        setattr(interview, name, value)
    interview.save(update_fields=list(facts))
    response = Response.objects.select_related("campaign").get(pk=interview.response_id)
    _set_profile(response, occupations, sectors)


@transaction.atomic
def add_participant(interview: Interview, person: Person) -> Participant:
    """Add somebody to an interview; an address that is a contact's joins them to it."""
    participant = Participant.objects.create(interview=interview, role=person.role, function=person.function)
    ParticipantIdentity.objects.create(
        participant=participant,
        contact=_contact(person.email),
        name=person.name,
        organisation=person.organisation,
        email=normalise_address(person.email),
    )
    return participant


def record_consent(participant: Participant, quoting: str) -> None:
    """Note that the person agreed to today's wording of the consent, and how they may be quoted.

    A lower level of quoting takes effect at once: nothing beyond it is published any more.
    """
    if participant.consented_at is None:
        participant.consented_at, participant.consent_version = timezone.now(), read_guide().consent_version
    participant.quoting = quoting
    participant.save(update_fields=["consented_at", "consent_version", "quoting"])


@transaction.atomic
def erase_identity(participant: Participant, user) -> None:
    """Destroy the name behind a participant; what was said stays, and nothing joins it to anybody any more."""
    ParticipantIdentity.objects.filter(participant=participant).delete()
    record(AuditEntry.Action.PERSONAL_DATA_ERASED, user, _subject(participant.interview), what="identity")


@transaction.atomic
def call_off(interview: Interview, reason: str) -> None:
    """Note that the interview will not take place, and why. Raises InterviewRefusedError without a reason, or once it
    has begun."""
    if not reason.strip():
        raise InterviewRefusedError("Annuler un entretien demande un motif.")
    if interview.begun_at:
        raise InterviewRefusedError("Cet entretien a commencé : il ne s’annule plus.")
    interview.called_off_at, interview.called_off_reason = timezone.now(), reason.strip()
    interview.save(update_fields=["called_off_at", "called_off_reason"])


@transaction.atomic
def withdraw_interview(interview: Interview, user) -> None:
    """Erase all that an interview holds, names first, at the person's demand; that it took place is kept.

    Once the campaign is closed the levels given stay in its totals, as a questionnaire's do; every word goes.
    """
    # Verbatims, links and identities go with what they belong to.
    for rows in (interview.participants, interview.notes, interview.transcripts):
        rows.all().delete()
    CodedLevel.objects.filter(second_coding__interview=interview).update(reason="")
    if interview.campaign.closed_at:
        interview.ratings.update(maturity_reason="", impact_reason="", adoption_reason="")
    else:
        withdraw_response(interview.response)
        interview.ratings.all().delete()
    interview.withdrawn_at, interview.place, interview.names_to_hide = timezone.now(), "", ""
    interview.save(update_fields=["withdrawn_at", "place", "names_to_hide"])
    record(AuditEntry.Action.PERSONAL_DATA_ERASED, user, _subject(interview), what="interview")


def begin_interview(interview: Interview) -> None:
    """Start the clock of an interview, once."""
    if interview.begun_at is None:
        interview.begun_at = timezone.now()
        interview.save(update_fields=["begun_at"])


def monday_of(text: str) -> date:
    """Return the Monday of the ISO week written « 2026-W48 »; this week's for anything else."""
    try:
        year, week = text.split("-W")
        return date.fromisocalendar(int(year), int(week), 1)
    except (ValueError, OverflowError):
        today = timezone.localdate()
        return today - timedelta(days=today.weekday())


def week_of(interviews: QuerySet, monday: date) -> list[Day]:
    """Return the seven days from this Monday, each with its interviews (one query)."""
    days = {monday + timedelta(days=step): [] for step in range(7)}
    of_week = interviews.filter(starts_at__date__range=(monday, monday + timedelta(days=6)))
    for interview in of_week.order_by("starts_at"):
        days[timezone.localdate(interview.starts_at)].append(interview)
    return [Day(day, found) for day, found in days.items()]


def targets_of(campaign: Campaign) -> list[Target]:
    """Return what the campaign wants of each segment and how far it is (three queries).

    An interview counts in each occupation and sector of its participant: rows do not add up.
    """
    kept = Interview.objects.filter(campaign=campaign).kept().with_last_step()
    counts = {}
    for name in ("occupations", "sectors"):
        rows = kept.order_by().values_list(f"response__{name}", "last_step").annotate(n=Count("pk"))
        for segment, step, n in rows:
            planned, approved = counts.get((name, segment), (0, 0))
            counts[name, segment] = planned + n, approved + n * (step == "approved")
    targets = campaign.interview_targets.select_related("occupation", "sector")
    return [
        Target(
            target,
            *counts.get(
                ("occupations", target.occupation_id) if target.occupation_id else ("sectors", target.sector_id),
                (0, 0),
            ),
        )
        for target in targets
    ]


def _subject(interview):
    return f"{interview.campaign.slug}, entretien {interview.number}"


def _contact(address):
    return find_contact(address) if address else None


def _set_profile(response, occupations, sectors):
    save_profile(response, {}, sectors, occupations)
    if occupations:
        offer_use_cases(response)
