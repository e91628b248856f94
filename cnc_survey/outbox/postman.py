"""The loop that sends mails, beside the one that runs jobs: a long export must not keep a letter waiting."""

import logging
import threading

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection
from django.utils.module_loading import import_string

from .dispatch import send_due_mails

logger = logging.getLogger(__name__)

PAUSE = 3  # seconds between two looks: a person who asks for their link watches their mailbox


def make_round() -> None:
    """Ask those whom settings.BEFORE_SENDING names what they want sent, then send what is due."""
    for path in settings.BEFORE_SENDING:
        import_string(path)()
    send_due_mails()


def start_postman(stopping: threading.Event) -> threading.Thread:
    """Send mails in a thread of this process until `stopping` is set."""
    thread = threading.Thread(target=_walk, args=[stopping], daemon=True, name="postman")
    thread.start()
    return thread


def _walk(stopping):
    while not stopping.wait(PAUSE):
        try:
            make_round()
        except DatabaseError:
            # The database restarts, or is busy: mails wait rather than stop.
            logger.exception("The postman could not use the database; it will try again.")
            connection.close()
        except Exception:
            logger.exception("A round of the postman failed; the next one will try again.")
        close_old_connections()
