"""Campaigns come to life here: which questionnaire, which use cases, which levels in force."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction

from usecases.models import Edition, UseCase

from .collection.questionnaire import newest_questionnaire
from .models import Campaign, CampaignUseCase

CONSENT = [
    "Cette enquête est menée par le Centre national du cinéma et de l’image animée (CNC). Elle met à jour ce que l’on "
    "sait de l’intelligence artificielle dans le cinéma, l’audiovisuel et le jeu vidéo : ce que vous connaissez, ce "
    "que vous utilisez, ce que vous en pensez.",
    "Répondre est volontaire. Vous pouvez passer une question, vous arrêter et reprendre plus tard. Ne pas répondre "
    "n’a aucune conséquence pour vous ni pour vos projets.",
    "Vos réponses et votre profil professionnel sont conservés sous une clé tirée au hasard, à part de toute "
    "coordonnée. Seuls des résultats groupés sont publiés : aucun chiffre ne porte sur moins de cinq personnes. Dans "
    "les textes libres, ne nommez personne et ne citez aucune œuvre en préparation.",
]
WITHDRAWAL = (
    "Jusqu’à la clôture, vous pouvez relire, corriger ou retirer vos réponses avec votre lien personnel. Une fois "
    "publiés, les résultats groupés ne changent plus."
)
ANONYMOUS_WITHDRAWAL = (
    "Jusqu’à l’envoi, vous pouvez relire, corriger ou effacer vos réponses avec votre lien personnel. À l’envoi, tout "
    "lien entre vous et elles est détruit : personne ne peut plus les retrouver ni les modifier. Un code, montré une "
    "seule fois, vous permet encore de les retirer jusqu’à la clôture."
)
RIGHTS = (
    "Vos droits d’accès, de rectification, d’effacement et d’opposition s’exercent auprès du délégué à la protection "
    "des données du CNC. Vous pouvez aussi saisir la CNIL. En commençant, vous acceptez que vos réponses servent à "
    "cette étude, et à rien d’autre."
)


class CampaignError(ValueError):
    """A campaign that may not be created, closed, simulated or published; the message is in French and says why."""


def find_campaign(slug: str) -> Campaign:
    """Return the campaign at this address. Raises CampaignError, which names those that exist."""
    try:
        return Campaign.objects.get(slug=slug)
    except Campaign.DoesNotExist:
        known = ", ".join(Campaign.objects.order_by("slug").values_list("slug", flat=True)) or "aucune"
        raise CampaignError(f"Aucune campagne à l’adresse « {slug} ». Campagnes connues : {known}.") from None


@transaction.atomic
def create_campaign(slug: str, title: str, opens_on: date, closes_on: date, anonymous: bool = False) -> Campaign:
    """Create a campaign on the newest questionnaire and the retained catalogue, measured against the edition in force.

    The list of use cases is frozen: an entry added to the catalogue afterwards waits for the next campaign.
    Raises CampaignError when the address is taken or malformed, the dates are reversed, or there is nothing to ask.
    """
    if Campaign.objects.filter(slug=slug).exists():
        raise CampaignError(f"L’adresse « {slug} » est déjà celle d’une campagne : choisissez-en une autre.")
    if closes_on < opens_on:
        raise CampaignError(
            f"La campagne fermerait le {closes_on:%d/%m/%Y}, avant d’ouvrir le {opens_on:%d/%m/%Y} : "
            "vérifiez les deux dates."
        )
    questionnaire = newest_questionnaire()
    if questionnaire is None:
        raise CampaignError("Aucun questionnaire n’est chargé : lancez d’abord « manage.py load_questionnaire ».")
    use_cases = UseCase.objects.retained()
    if not use_cases.exists():
        raise CampaignError("Le catalogue est vide : lancez d’abord « manage.py load_catalogue ».")

    campaign = Campaign(
        slug=slug,
        title=title,
        questionnaire=questionnaire,
        opens_on=opens_on,
        closes_on=closes_on,
        is_anonymous=anonymous,
        consent_text=consent_text(anonymous),
        baseline=Edition.objects.in_force(),
    )
    try:
        campaign.full_clean()
    except ValidationError as error:
        raise CampaignError(_describe(error)) from error
    campaign.save()
    CampaignUseCase.objects.bulk_create(CampaignUseCase(campaign=campaign, use_case=each) for each in use_cases)
    return campaign


def consent_text(anonymous: bool) -> str:
    """Return what a person reads before starting: who asks, what for, what is kept, and how to withdraw."""
    return "\n\n".join([*CONSENT, ANONYMOUS_WITHDRAWAL if anonymous else WITHDRAWAL, RIGHTS])


def check_baseline(campaign: Campaign) -> None:
    """Raise CampaignError when a real campaign would be measured against a demonstration."""
    baseline = campaign.baseline
    if baseline and baseline.is_fictional and not campaign.is_fictional:
        raise CampaignError(
            f"« {baseline} » est une édition fictive : elle ne peut pas servir de référence à une campagne réelle."
        )


def _describe(error):
    """Return the mistakes of a campaign as one line each, with the name of the field."""
    return "\n".join(
        f"{Campaign._meta.get_field(field).verbose_name} : {' '.join(messages)}"
        for field, messages in error.message_dict.items()
    )
