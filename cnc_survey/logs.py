"""What may stand in a log line."""

import logging
import re

# A personal link opens a person's questionnaire: whoever reads the logs must not hold the key.
# An address of refusal names a contact, and speaks for them.
TOKEN_IN_PATH = re.compile(r"(/q/|/citations/|/ne-plus-ecrire/)[A-Za-z0-9_:-]{8,}")


def scrub(text):
    """Return `text` with every personal token of an address replaced by « … »."""
    return TOKEN_IN_PATH.sub(r"\1…", text)


class ScrubTokens(logging.Filter):
    """Remove personal tokens from messages, their arguments and the traceback."""

    def filter(self, record):
        record.msg = scrub(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = scrub(record.exc_text)
        return True
