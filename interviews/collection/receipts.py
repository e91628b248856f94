"""What a person keeps once their answers are sent: a receipt, and in an anonymous campaign a code to withdraw.

The code is the only thing that still leads to an anonymous response, in the person's hands alone.

Twelve characters of an alphabet of thirty are 58.9 bits drawn at random. Somebody who tries codes on the site, with
100 000 answers to hit, succeeds once in 2⁴² attempts, and attempts are limited. Somebody who stole the database would
try some 10¹⁸ codes to find one, that says nothing of anybody and can only withdraw an answer: so a plain SHA-256 is
enough, and it can be looked up. The campaign is hashed along: a code opens nothing elsewhere.
"""

import hashlib
import secrets

from django.utils import timezone

from cnc_survey.templatetags.house import date_fr
from interviews.models import Campaign, Response

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


def receipt_of(response: Response) -> list[tuple[str, str]]:
    """Return what was sent, when, and how to correct it: [(label, value)…] in French. Anonymous: the day only."""
    campaign = response.campaign
    sent_at = timezone.localtime(response.submitted_at)
    sent = date_fr(sent_at) if campaign.is_anonymous else f"{date_fr(sent_at)} à {sent_at:%H:%M}"
    use_cases = response.use_case_answers.exclude(usage=None).count()
    questions = response.answers.count()
    return [
        ("Enquête", str(campaign)),
        ("Envoyé le", sent),
        ("Cas d’usage", _number(use_cases)),
        ("Autres questions", _number(questions)),
        ("Pour corriger", _correction(campaign)),
    ]


def _number(answers):
    return f"{answers} réponse{'s' if answers > 1 else ''}"


def _correction(campaign):
    if campaign.is_anonymous:
        return (
            "Impossible\u00a0: le lien qui menait à votre réponse est détruit. Le code permet seulement de la retirer."
        )
    if campaign.is_open:
        return f"Par votre lien personnel, jusqu’au {date_fr(campaign.closes_on)} inclus."
    return "L’enquête est terminée\u00a0: les réponses ne changent plus."
