"""What the pages of a visit weigh and ask of the database."""

import gzip
import re
from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

STATIC_FILE = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass(frozen=True)
class Weight:
    """`size` in bytes, compressed, with the static files that the browser did not have yet."""

    address: str
    size: int
    queries: int


class Visit:
    """One browser: it takes gzip, and asks for a static file once.

    `compress` stands for the build step that compresses static files, where the server has none to offer.
    """

    def __init__(self, compress: Callable[[bytes], bytes] = bytes):
        self.client = Client(SERVER_NAME="127.0.0.1", headers={"accept-encoding": "gzip"})
        self.compress = compress
        self.kept = set()

    def open(self, address: str) -> Weight:
        """Open a page that must exist."""
        with CaptureQueriesContext(connection) as queries:
            page = self.client.get(address)
        asked = len(queries)  # now: the next request empties the log
        assert (page.status_code, page.get("Content-Encoding")) == (200, "gzip"), address
        files = set(STATIC_FILE.findall(gzip.decompress(page.content).decode())) - self.kept
        self.kept |= files
        return Weight(address, len(page.content) + sum(map(self._size, files)), asked)

    def _size(self, address):
        answer = self.client.get(address)
        assert answer.status_code == 200, (address, answer.status_code)
        content = b"".join(answer.streaming_content)
        return len(content if "Content-Encoding" in answer else self.compress(content))
