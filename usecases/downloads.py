"""Published files on their way out: an address that stays, bytes that never change."""

from pathlib import PurePath

from django.http import HttpResponse
from django.utils.cache import get_conditional_response

from cnc_survey.workbook import MEDIA_TYPE

from .models import EditionFile

MEDIA_TYPES = {
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".zip": "application/zip",
    ".xlsx": MEDIA_TYPE,
}
IN_THE_PAGE = {".json"}  # what a browser shows better than it saves


def published_file_response(request, file: EditionFile, number: int):
    """Return the file, or 304 for who has it already; programs of any site may read it."""
    etag = f'"{file.sha256}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        suffix = PurePath(file.name).suffix
        response = HttpResponse(bytes(file.content), content_type=MEDIA_TYPES[suffix])
        if suffix not in IN_THE_PAGE:
            response["Content-Disposition"] = f'attachment; filename="edition-{number}-{file.name}"'
    response["ETag"] = etag
    response["Cache-Control"] = "public, max-age=86400"
    response["Access-Control-Allow-Origin"] = "*"
    return response
