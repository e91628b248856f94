"""What a verbatim waits for, from its facts: one table for lists and pages."""

from django.db.models import Q, QuerySet

from interviews.models import Verbatim
from interviews.states import name_state

# (code, label, condition); the first condition that holds names the state.
STATES = [
    ("withdrawn", "retiré", Q(withdrawn_at__isnull=False)),
    ("not_quotable", "non citable", Q(participant__quoting="none")),
    ("to_word", "à formuler", Q(public_text="")),
    ("to_review", "à relire", Q(reviewed_at=None)),
    ("to_agree", "en attente de la personne", Q(agreed_at=None)),
    ("agreed", "accepté", Q(agreed_at__isnull=False)),
]


def with_state(verbatims: QuerySet) -> QuerySet:
    """Annotate `state`, one of STATES."""
    return verbatims.annotate(state=name_state(STATES))


def state_of(verbatim: Verbatim) -> str:
    """Return the label of a verbatim's state."""
    state = with_state(Verbatim.objects.filter(pk=verbatim.pk)).values_list("state", flat=True).get()
    return next(label for code, label, _ in STATES if code == state)
