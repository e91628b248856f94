"""What a mail says, written at the moment it leaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from .models import Mail


class NotWantedError(Exception):
    """The mail must not leave any more; the message says why, in French, without a name or an address."""


@dataclass(frozen=True)
class Letter:
    """A text for one person. `html` says the same as `text`, without images; `headers` are this letter's own."""

    to: str
    subject: str
    text: str
    html: str
    headers: Mapping[str, str] = field(default_factory=dict)


Composer = Callable[[dict], Letter]
COMPOSERS: dict[str, tuple[str, Composer]] = {}


def composes(kind: str, label: str):
    """Register the function that writes the mails of a kind, from the parameters they were queued with.

    It may raise NotWantedError: the mail is cancelled. `label` names the kind on screens, in French.
    """

    def register(composer):
        COMPOSERS[kind] = (label, composer)
        return composer

    return register


def label_of(kind: str) -> str:
    return COMPOSERS[kind][0] if kind in COMPOSERS else kind


def compose(mail: Mail) -> EmailMultiAlternatives:
    """Return the message of a mail. Raises NotWantedError, or KeyError for a kind that nobody writes."""
    letter = COMPOSERS[mail.kind][1](mail.parameters)
    message = EmailMultiAlternatives(
        subject=" ".join(letter.subject.split()),  # one line: what would continue a header stays inside it
        body=letter.text,
        to=[letter.to],
        headers={
            # The same at each attempt: a mailbox that receives it twice can tell.
            "Message-ID": f"<{mail.pk}.{mail.queued_at:%Y%m%d%H%M%S}@{_domain()}>",
            "Date": formatdate(localtime=True),
            "Auto-Submitted": "auto-generated",  # an absence notice has nobody to reach here
            **letter.headers,
        },
    )
    message.attach_alternative(letter.html, "text/html")
    return message


def _domain():
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
