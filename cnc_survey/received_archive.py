"""What both doors ask of an Office file, which is a zip of XML parts, before any part is parsed."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from zipfile import ZipFile

MAX_RATIO = 200  # text shrinks ten times, full sheets of codes 20 to 60 times, a bomb a thousand
RATIO_FROM = 1 << 20  # bytes: below, whatever the ratio, there is nothing to fear


@dataclass(frozen=True)
class Door:
    """One door: what comes in by it (« le classeur »), the error of a refusal, how many parts it may have, and which
    it may not: {pattern of their names: what they are, in French}."""

    what: str
    error: type[ValueError]
    max_parts: int
    refused_parts: Mapping[str, str]

    def weigh(self, archive: ZipFile, max_size: int, advice: str = "") -> None:
        """Refuse by the names and the sizes that the archive announces; `max_size` in bytes once unzipped."""
        parts = archive.infolist()
        if len(parts) > self.max_parts:
            raise self.error(f"{self.what} a {len(parts)} parties, plus que les {self.max_parts} admises.")
        for part in parts:
            for pattern, content in self.refused_parts.items():
                if re.search(pattern, part.filename, re.IGNORECASE):
                    raise self.error(f"{self.what} contient {content} ({part.filename}).")
            if part.flag_bits & 1:
                raise self.error(f"{self.what} est protégé par un mot de passe.")
            if part.file_size > RATIO_FROM and part.file_size > MAX_RATIO * part.compress_size:
                raise self.error(f"la partie {part.filename} enfle plus de {MAX_RATIO} fois une fois décompressée.")
        if sum(part.file_size for part in parts) > max_size:
            raise self.error(f"{self.what} dépasse {max_size >> 20} Mo une fois décompressé.{advice}")

    def refuse_macros(self, archive: ZipFile) -> None:
        """Refuse a type of file that admits macros, even without any."""
        if b"macroEnabled" in archive.read("[Content_Types].xml"):
            raise self.error(f"{self.what} est d’un type qui admet des macros.")

    def refuse_doctype(self, *declaration) -> None:
        """Refuse what an XML parser reports as a DOCTYPE: only there could entities be declared."""
        raise self.error(f"{self.what} déclare un DOCTYPE ou des entités XML.")
