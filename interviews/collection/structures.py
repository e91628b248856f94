"""The name of a person's structure: enough of it is kept to tell that two people work for the same one, no more.

The structure threshold needs to know that eleven answers come from one studio, never which studio.
"""

import re

from django.utils.crypto import salted_hmac

from interviews.models import Campaign
from usecases.filters import folded

MAX_STRUCTURE = 120  # characters
# What people add to a name or not: a legal form tells nothing about which structure it is.
LEGAL_FORMS = {"sa", "sas", "sasu", "sarl", "eurl", "scop", "snc", "scic", "sc", "ei", "eirl", "gie", "epic"}


def structure_key(campaign: Campaign, name: str) -> str:
    """Return 64 hexadecimal digits that stand for a structure in one campaign; empty for a name without any letter.

    Case, accents, punctuation and legal forms do not count: « Studio Étoile, SAS » is « studio etoile ». The key of the
    hash is the site's SECRET_KEY, salted by the campaign: nobody can try names without it, nor follow a structure from
    one wave to the next.
    """
    words = re.findall(r"[^\W_]+", re.sub(r"(?<=\b\w)\.", "", folded(name)))  # S.A.S. is one word
    known = [word for word in words if word not in LEGAL_FORMS] or words
    if not known:
        return ""
    return salted_hmac(f"structure of {campaign.slug}", " ".join(known), algorithm="sha256").hexdigest()
