"""Who may do what: the roles of the house, and the permissions each one gives."""

from enum import StrEnum

from django.contrib.auth.models import Group, Permission
from django.db import transaction


class Role(StrEnum):
    """A role; its value is the name of the Django group that carries it."""

    ADMINISTRATOR = "Administrateur"
    CAMPAIGN_MANAGER = "Gestionnaire de campagne"
    ANALYST = "Analyste"
    EDITOR = "Éditeur"
    INTERVIEWER = "Enquêteur"


SEE = ("view",)
EDIT = ("view", "add", "change", "delete")

PUBLISHED = ("usecases.edition", "usecases.rating", "usecases.ratingbreakdown")
CATALOGUE = (
    "usecases.usecase",
    "usecases.usecasestage",
    "usecases.usecaseoccupation",
    "usecases.usecasebenefit",
    "usecases.sheetsection",
    "usecases.glossaryterm",
    "usecases.theme",
    "usecases.studypoint",
    "usecases.family",
    "usecases.valuechain",
    "usecases.stage",
    "usecases.sector",
    "usecases.occupation",
    "usecases.benefit",
    "usecases.barrier",
    "usecases.tool",
)
QUESTIONNAIRE = tuple(f"interviews.{model}" for model in ("questionnaire", "module", "item", "optionset", "option"))
ANSWERS = ("interviews.usecaseanswer", "interviews.answer")
ENTRY = ("interviews.openlink", "interviews.contact")
REFERENCES = ("interviews.populationmargin", "interviews.referencefigure")  # what the answers are measured against
PEOPLE = ("auth.user", "auth.group")
LOG = "cnc_survey.auditentry"

# The model permissions carry the verbs of the house:
# to change a campaign is also to close it, to add an invitation is to make personal links, to change one to revoke it,
# to change a response is to set it aside, to review an interview is to read and approve it, to change an assessment is
# to decide it, to add an edition is to publish, to change a job is to cancel it or run it again.
GRANTS = {
    Role.ADMINISTRATOR: {
        **dict.fromkeys((*CATALOGUE, *PEOPLE, *ENTRY, *REFERENCES, "interviews.campaign"), EDIT),
        **dict.fromkeys((*QUESTIONNAIRE, *ANSWERS, *PUBLISHED, LOG), SEE),
        "interviews.invitation": ("view", "add", "change"),
        "interviews.response": ("view", "change"),
        "interviews.usecaseproposal": ("view", "change"),
        "interviews.assessment": ("view", "change"),
        "usecases.edition": ("view", "add"),
        "cnc_survey.job": ("view", "change"),
        "interviews.interview": ("view", "add", "change", "review"),
        "interviews.participantidentity": SEE,
        "interviews.code": EDIT,
    },
    # No answers: whoever holds the links must not read what people said.
    Role.CAMPAIGN_MANAGER: {
        **dict.fromkeys((*ENTRY, "interviews.campaign"), EDIT),
        "interviews.invitation": ("view", "add", "change"),
        **dict.fromkeys(QUESTIONNAIRE, SEE),
        **dict.fromkeys(PUBLISHED, SEE),
    },
    # No invitations: whoever reads the answers must not hold the links.
    Role.ANALYST: {
        "interviews.campaign": SEE,
        **dict.fromkeys(REFERENCES, EDIT),
        "interviews.response": ("view", "change"),
        "interviews.usecaseproposal": ("view", "change"),
        "interviews.assessment": ("view", "change"),
        # Reads every interview, never who was met.
        "interviews.interview": ("view", "add", "change", "review"),
        "interviews.code": EDIT,
        **dict.fromkeys((*QUESTIONNAIRE, *ANSWERS, *CATALOGUE, *PUBLISHED), SEE),
    },
    Role.EDITOR: {
        **dict.fromkeys(CATALOGUE, EDIT),
        **dict.fromkeys(("interviews.campaign", "interviews.assessment"), SEE),
        "usecases.edition": ("view", "add"),
        **dict.fromkeys(("usecases.rating", "usecases.ratingbreakdown"), SEE),
    },
    # Their own interviews only, the names of those they meet included; the pages see to it.
    Role.INTERVIEWER: {"interviews.interview": ("view", "add", "change")},
}


@transaction.atomic
def ensure_roles() -> None:
    """Create the groups of every role, with exactly the permissions of `GRANTS`; changes nothing when run again.

    Raises LookupError when a permission named here does not exist, which a database not yet migrated explains.
    """
    known = {
        (f"{permission.content_type.app_label}.{permission.content_type.model}", permission.codename): permission
        for permission in Permission.objects.select_related("content_type")
    }
    for role, grants in GRANTS.items():
        wanted = [(model, f"{verb}_{model.partition('.')[2]}") for model, verbs in grants.items() for verb in verbs]
        missing = [f"{model}: {codename}" for model, codename in wanted if (model, codename) not in known]
        if missing:
            raise LookupError(f"Permissions that do not exist: {', '.join(missing)}. Run the migrations first.")
        group, _ = Group.objects.get_or_create(name=role.value)
        group.permissions.set([known[each] for each in wanted])
