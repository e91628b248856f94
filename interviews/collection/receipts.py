"""The receipt code of an anonymous answer: the only thing that still leads to it, in the person's hands alone.

Twelve characters of an alphabet of thirty are 58.9 bits drawn at random. Somebody who tries codes on the site, with
100 000 answers to hit, succeeds once in 2⁴² attempts, and attempts are limited. Somebody who stole the database would
try some 10¹⁸ codes to find one, that says nothing of anybody and can only withdraw an answer: so a plain SHA-256 is
enough, and it can be looked up. The campaign is hashed along: a code opens nothing elsewhere.
"""

import hashlib
import secrets

from interviews.models import Campaign

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no 0 O, 1 I L, U V: copied by hand, read over the telephone
LENGTH, GROUP = 12, 4


def draw_receipt_code() -> str:
    """Draw a new code, written in groups: « K7QM-2RXD-94HB »."""
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return "-".join(code[start : start + GROUP] for start in range(0, LENGTH, GROUP))


def hash_receipt(code: str, campaign: Campaign) -> str:
    """Return what is stored of a code: 64 hexadecimal digits, whatever the case, the spaces and the dashes typed."""
    normalised = "".join(character for character in code.upper() if character.isalnum())
    return hashlib.sha256(f"{campaign.slug}:{normalised}".encode()).hexdigest()
