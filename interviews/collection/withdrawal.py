"""Withdrawing a response: what the person said is erased, that somebody took part is kept."""

from django import forms
from django.db import transaction
from django.utils import timezone

from interviews.models import Campaign, Invitation, Item, Response, ResponseLink

from .receipts import hash_receipt
from .responses import ResponseRefusedError

# What an erased response keeps: that it was begun and sent, how, under which consent, through which partner.
KEPT = {
    "id",
    "campaign",
    "key",
    "mode",
    "consent_version",
    "open_link",
    "started_on",
    "submitted_at",
    "withdrawn_at",
    "excluded_at",
    "exclusion_reason",
}
FROZEN = (
    "Cette enquête est close et ses résultats sont figés\u00a0: votre réponse ne peut plus être retirée. "
    "Elle n’y figure que dans des totaux, jamais seule."
)


class ReceiptForm(forms.Form):
    code = forms.CharField(
        label="Votre code de reçu",
        max_length=40,
        help_text="Douze caractères, donnés à l’envoi. Majuscules, espaces et tirets sont indifférents.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        error_messages={"required": "Saisissez le code reçu à l’envoi."},
    )


@transaction.atomic
def withdraw_response(response: Response) -> None:
    """Erase the answers and the profile of a response, revoke its link, and keep an empty row that says when.

    In an anonymous campaign only the day is kept. Raises ResponseRefusedError once the campaign is closed: what is
    published does not change.
    """
    # Locked in this order everywhere: closing freezes which responses count, saving must not write after the erasure.
    campaign = Campaign.objects.select_for_update().get(pk=response.campaign_id)
    response = Response.objects.select_for_update().get(pk=response.pk)
    if campaign.closed_at:
        raise ResponseRefusedError(FROZEN)
    for answers in (response.use_case_answers, response.answers, response.proposals):
        answers.all().delete()
    response.sectors.clear()
    response.occupations.clear()
    for field in Response._meta.concrete_fields:
        if field.name not in KEPT:
            setattr(response, field.name, field.get_default())
    response.withdrawn_at = timezone.now()
    if campaign.is_anonymous:
        response.withdrawn_at = timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)
    response.save()
    Invitation.objects.filter(response_link__response=response).update(revoked_on=timezone.localdate())
    ResponseLink.objects.filter(response=response).delete()  # nothing joins the person to the empty row any more


@transaction.atomic
def erase_words(response: Response) -> list[tuple]:
    """Erase what a person typed in their own words, even once the campaign is closed: totals hold none of it.

    Returns what was erased, as [(table, key)…].
    """
    typed = response.use_case_answers.exclude(comment="", other_barrier="", may_be_quoted=False)
    texts = response.answers.filter(item__kind=Item.Kind.TEXT)
    proposals = response.proposals.all()
    erased = [
        (name, key)
        for name, rows in (("comment", typed), ("text", texts), ("proposal", proposals))
        for key in rows.order_by("pk").values_list("pk", flat=True)
    ]
    typed.update(comment="", other_barrier="", may_be_quoted=False)
    texts.delete()
    proposals.delete()
    return erased


@transaction.atomic
def withdraw_by_receipt(campaign: Campaign, code: str) -> None:
    """Withdraw the anonymous response that a receipt code opens. Raises ResponseRefusedError when there is none."""
    receipt = campaign.responses.filter(receipt_hash=hash_receipt(code, campaign)).first()
    if receipt is None:
        raise ResponseRefusedError(
            "Ce code n’ouvre aucune réponse de cette enquête, ou celle-ci est déjà retirée. Vérifiez chaque caractère."
        )
    withdraw_response(receipt)
