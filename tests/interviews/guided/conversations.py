"""Interviews built in sight of the tests that need them."""

from datetime import UTC, datetime

from django.contrib.auth.models import Group, User

from cnc_survey.roles import Role, ensure_roles
from interviews.guided.planning import Person, plan_interview, record_consent
from tests.factories import make_campaign, make_occupation, make_questionnaire, make_sector, make_use_case
from usecases.models import Occupation, Sector, UseCaseOccupation

STARTS_AT = datetime(2025, 3, 14, 9, 30, tzinfo=UTC)


def make_member(name="lea", role=Role.INTERVIEWER):
    """A member of the team with this role."""
    ensure_roles()
    user = User.objects.create_user(name, is_staff=True)
    user.groups.add(Group.objects.get(name=role.value))
    return user


def make_conversation_campaign(**fields):
    """A campaign on two use cases of editors, with the profile that routing needs."""
    dubbing, subtitles = make_use_case("Doublage"), make_use_case("Sous-titrage")
    editors, _ = make_occupation(), make_sector()
    for use_case in (dubbing, subtitles):
        UseCaseOccupation.objects.create(use_case=use_case, occupation=editors)
    questionnaire = make_questionnaire()
    questionnaire.modules.create(code="profile", kind="profile", title="Vous", position=0)
    return make_campaign(questionnaire, [dubbing, subtitles], **fields)


def make_interview(campaign, interviewer, person=None, *, consent="anonymous", **facts):
    """An interview with one editor, whose consent is recorded at this level of quoting (None: not recorded)."""
    facts = {"starts_at": STARTS_AT, "minutes": 60, "mode": "video"} | facts
    person = person or Person(name="Camille Roux", function="Monteuse vidéo", email="camille@exemple.fr")
    occupations, sectors = Occupation.objects.filter(code="editors"), Sector.objects.filter(code="cinema")
    interview = plan_interview(campaign, interviewer, facts, [person], occupations, sectors)
    if consent:
        record_consent(interview.participants.get(), consent)
    return interview
