"""A real mail server on this machine, that can refuse, hang up, or die in the middle."""

import contextlib
import socket
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage

from aiosmtpd.controller import Controller


@dataclass
class Mailbox:
    """What the server accepted, and how it behaves.

    `refused` maps an address to the answer given to it; from the mail number `hangs_up_at` (from 1) on, the server
    closes the connection instead of taking the text, once or for ever.
    """

    received: list[tuple[str, EmailMessage]] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    hangs_up_at: int | None = None
    takes_before_hanging_up: bool = False
    hung_up: int = 0

    @property
    def addresses(self):
        return [address for address, _ in self.received]

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802, aiosmtpd's name
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802, aiosmtpd's name
        dies = self.hangs_up_at is not None and len(self.received) + 1 >= self.hangs_up_at
        if not dies or self.takes_before_hanging_up:
            message = message_from_bytes(envelope.content, policy=policy.default)
            self.received.append((envelope.rcpt_tos[0], message))
        if dies:
            self.hung_up += 1
            server.transport.abort()
            return "421 dying"
        return "250 OK"


def free_port():
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


@contextlib.contextmanager
def mail_server(settings):
    """Run the server and point the settings at it; yield its Mailbox."""
    mailbox = Mailbox()
    controller = Controller(mailbox, hostname="127.0.0.1", port=free_port())
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_PORT = controller.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    settings.EMAIL_TIMEOUT = 5
    try:
        yield mailbox
    finally:
        controller.stop(no_assert=True)
