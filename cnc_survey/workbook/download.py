"""A workbook as a file to download."""

from collections.abc import Callable
from io import BytesIO

from django.http import HttpResponse

from .text import MEDIA_TYPE


def workbook_response(name: str, write: Callable[[BytesIO], None]) -> HttpResponse:
    """Answer with the workbook that `write` puts into a stream, under this file name."""
    stream = BytesIO()
    write(stream)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(stream.getvalue(), content_type=MEDIA_TYPE, headers=headers)
