"""The one mail of collection: a personal link, as text and as HTML that needs no image."""

import logging
from contextlib import contextmanager

from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string

from interviews.models import Campaign

logger = logging.getLogger(__name__)


class MailNotSentError(Exception):
    """The mail server did not take a mail."""


@contextmanager
def mail_connection():
    """Open the mail server and close it. Raises MailNotSentError when it cannot be reached."""
    connection = get_connection()
    try:
        with _as_mail_not_sent():
            connection.open()
        yield connection
    finally:
        connection.close()


def mail_link(connection, address: str, campaign: Campaign, link: str, has_begun: bool) -> None:
    """Send a personal link, a full address, over an open connection. Raises MailNotSentError."""
    context = {"campaign": campaign, "link": link, "has_begun": has_begun}
    message = EmailMultiAlternatives(
        # A title is one line: what would continue a header stays inside it.
        subject=" ".join(f"Votre lien personnel — {campaign.title}".split()),
        body=render_to_string("interviews/mail/link.txt", context),
        to=[address],
        headers={"Auto-Submitted": "auto-generated"},  # an absence notice has nobody to reach here
        connection=connection,
    )
    message.attach_alternative(render_to_string("interviews/mail/link.html", context), "text/html")
    with _as_mail_not_sent():
        message.send()


@contextmanager
def _as_mail_not_sent():
    try:
        yield
    except OSError as error:  # every failure of smtplib and of the network is one
        # Only its kind: a refusal quotes the person's address.
        logger.warning("A personal link was not mailed: %s", type(error).__name__)
        raise MailNotSentError from error
