"""What became of each invitation, and the response rates that follow from it.

Dispositions and rates are those of AAPOR, *Standard Definitions* (10th edition, 2023), for Internet surveys of
specifically named persons. Two choices, which the standard leaves to the survey: a partial is a questionnaire begun
with at least one use case answered and not sent; somebody who never opened their link is of unknown eligibility (3.19),
as is one whose mail came back (3.31), and stays in the denominator of RR1 and RR2. Nobody to whom no mail has left is
counted.

    RR1 = I / (I + P + R + NC + U)      RR2 = (I + P) / (I + P + R + NC + U)
    REF1 = R / (I + P + R + NC + U)     COOP1 = I / (I + P + R)
"""

from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, OuterRef, Q, Value, When

from interviews.models import Campaign, Invitation, Letter, ResponseLink, UseCaseAnswer

NO_STRATUM = "Sans strate"

# code: (letter of the formula, AAPOR code, heading, label)
DISPOSITIONS = {
    "complete": ("I", "1.1", "Envoyées", "Réponse envoyée"),
    "partial": ("P", "1.2", "Partielles", "Commencée, au moins un cas d’usage répondu, pas envoyée"),
    "refusal": ("R", "2.11", "Refus", "A décliné, s’est opposée aux courriels ou a retiré sa réponse"),
    "break_off": ("R", "2.12", "Abandons", "A ouvert le questionnaire sans rien répondre sur un cas d’usage"),
    "bounced": ("U", "3.31", "Revenus", "Courriel revenu"),
    "silent": ("U", "3.19", "Silence", "Rien n’est revenu"),
    "not_sent": ("", "", "Pas partis", "Courriel pas encore parti : hors du calcul"),
}


@dataclass(frozen=True)
class Rates:
    """Dispositions of one stratum, {code: persons}, and its rates, from 0 to 1, None without anybody."""

    stratum: str
    counts: dict[str, int]

    def _sum(self, *letters):
        return sum(count for code, count in self.counts.items() if DISPOSITIONS[code][0] in letters)

    def _share(self, numerator, denominator):
        return self._sum(*numerator) / self._sum(*denominator) if self._sum(*denominator) else None

    @property
    def written_to(self):
        return self._sum("I", "P", "R", "U")

    @property
    def rr1(self):
        return self._share("I", "IPRU")

    @property
    def rr2(self):
        return self._share("IP", "IPRU")

    @property
    def ref1(self):
        return self._share("R", "IPRU")

    @property
    def coop1(self):
        return self._share("I", "IPR")


def response_rates(campaign: Campaign) -> list[Rates]:
    """Return the rates of the whole campaign, then of each stratum (one query).

    Of personal invitations alone: nobody knows how many saw an open link. Interviews are not invitations.
    """
    answered = ResponseLink.objects.filter(invitation=OuterRef("pk"))
    complete = answered.filter(response__submitted_at__isnull=False, response__withdrawn_at=None)
    some_use_case = UseCaseAnswer.objects.filter(
        response__invitation_link__invitation=OuterRef("pk"), usage__isnull=False
    )
    sent = Letter.objects.filter(invitation=OuterRef("pk"), mail__sent_at__isnull=False)
    refused = Q(declined_on__isnull=False) | Q(contact__opted_out_on__isnull=False) | Q(revoked_on__isnull=False)
    # The first that holds names the disposition.
    conditions = {
        "complete": Q(has_answered=True) | Q(Exists(complete)),
        "not_sent": ~Q(Exists(sent)),
        "refusal": refused,
        "partial": Q(Exists(some_use_case)),
        "break_off": Q(Exists(answered)),
        "bounced": Q(contact__bounced_on__isnull=False),
    }
    rows = (
        Invitation.objects.filter(campaign=campaign, channel=Invitation.Channel.PERSONAL, letters__isnull=False)
        .order_by()
        .annotate(
            disposition=Case(
                *(When(condition, then=Value(code)) for code, condition in conditions.items()),
                default=Value("silent"),
                output_field=CharField(),
            )
        )
        .values_list("contact__stratum", "disposition")
        .annotate(n=Count("pk", distinct=True))
    )
    total, strata = dict.fromkeys(DISPOSITIONS, 0), {}
    for stratum, code, count in rows:
        total[code] += count
        strata.setdefault(stratum or NO_STRATUM, dict.fromkeys(DISPOSITIONS, 0))[code] += count
    found = [Rates("Ensemble", total)]
    if set(strata) - {NO_STRATUM}:
        found += [Rates(name, strata[name]) for name in sorted(strata, key=lambda name: (name == NO_STRATUM, name))]
    return found
