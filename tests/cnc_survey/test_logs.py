import logging
import sys

from cnc_survey.logs import ScrubTokens

TOKEN = "kJ3n5Yq0_Zr-8sV1t2u4W6x7"


def record(message, *arguments, exc_info=None):
    return logging.LogRecord("django.request", logging.WARNING, "file.py", 1, message, arguments, exc_info)


def test_a_personal_token_never_reaches_a_log_line():
    line = record('"%s %s HTTP/1.1" %s', "GET", f"/q/{TOKEN}/profile/", 200)
    assert ScrubTokens().filter(line)
    assert line.getMessage() == '"GET /q/…/profile/ HTTP/1.1" 200'


def test_nor_a_traceback():
    try:
        raise ValueError(f"no page at /q/{TOKEN}/profile/")
    except ValueError:
        line = record("Internal Server Error", exc_info=sys.exc_info())
    ScrubTokens().filter(line)
    assert "no page at /q/…/profile/" in line.exc_text
    assert TOKEN not in line.exc_text


def test_other_lines_stay_as_they_are():
    line = record("%s cas d’usage chargés", 62)
    ScrubTokens().filter(line)
    assert line.getMessage() == "62 cas d’usage chargés"
