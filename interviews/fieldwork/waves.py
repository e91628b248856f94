"""Waves of letters: launched by hand or on their day, queued at once, each letter checked again when it leaves."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from cnc_survey.outbox.models import Mail
from cnc_survey.outbox.queueing import BATCH, cancel_mails, queue_mails
from interviews.campaigns import CampaignError
from interviews.collection.links import make_invitation
from interviews.models import Campaign, Invitation, Letter, MailKind, MailWave
from interviews.writing import write_rows

from .letters import LETTER
from .reach import PERSONAL, Segment, to_invite, to_remind

HOUR = 9  # local time from which a scheduled wave leaves: people at work read it the same morning


def plan_wave(campaign: Campaign, kind: str, segment: Segment, days_before_closing: int) -> MailWave:
    """Schedule a wave so many days before the last day. Raises CampaignError when that day has passed."""
    day = campaign.closes_on - timedelta(days=days_before_closing)
    if campaign.closed_at or day < timezone.localdate():
        raise CampaignError(f"Le {day:%d/%m/%Y} est passé : choisissez un jour plus proche de la fin.")
    if day < campaign.opens_on:
        raise CampaignError(
            f"Le {day:%d/%m/%Y}, la campagne n’est pas encore ouverte : choisissez un jour plus tardif."
        )
    return MailWave.objects.create(
        campaign=campaign, kind=kind, segment=segment.as_json(), days_before_closing=days_before_closing
    )


def day_of(wave: MailWave) -> date | None:
    """Return the day on which a scheduled wave leaves; None for one launched by hand."""
    if wave.days_before_closing is None:
        return None
    return wave.campaign.closes_on - timedelta(days=wave.days_before_closing)


def write_now(campaign: Campaign, kind: str, segment: Segment, site: str) -> MailWave:
    """Launch a wave at once. Raises CampaignError when the campaign is not open, or nobody may be written to."""
    with transaction.atomic():
        wave = MailWave.objects.create(campaign=campaign, kind=kind, segment=segment.as_json())
        wave = launch_wave(wave, site)
        if wave.letter_count == 0:
            raise CampaignError("Personne à qui écrire dans ce segment maintenant : rien n’est parti.")
    return wave


@transaction.atomic
def launch_wave(wave: MailWave, site: str) -> MailWave:
    """Queue the letters of a wave, once, to whoever may be written to now. Raises CampaignError."""
    # Locked: two waves launched together must not both invite somebody.
    campaign = Campaign.objects.select_for_update().get(pk=wave.campaign_id)
    wave = MailWave.objects.select_for_update().get(pk=wave.pk)
    if wave.launched_at:
        raise CampaignError("Cette vague est déjà partie.")
    if not campaign.is_open:
        raise CampaignError(f"La campagne « {campaign} » n’est pas ouverte : on n’écrit que pendant la collecte.")
    now, segment = timezone.now(), Segment(**wave.segment)
    if wave.kind == MailKind.INVITATION:
        keys = _invite(campaign, to_invite(campaign, segment, now))
    else:
        keys = list(to_remind(campaign, segment, now).values_list("pk", flat=True))
    mails = queue_mails(
        LETTER, ({"invitation": key, "wave": wave.pk, "site": site} for key in keys), batch=campaign.slug
    )
    letters = zip(keys, mails, strict=True)
    write_rows(Letter, ({"invitation_id": key, "wave_id": wave.pk, "mail_id": mail.pk} for key, mail in letters))
    wave.launched_at, wave.letter_count = now, len(keys)
    wave.save(update_fields=["launched_at", "letter_count"])
    return wave


def launch_due_waves() -> int:
    """Launch the scheduled waves whose day has come; return how many letters they asked for.

    The postman calls it (settings.BEFORE_SENDING). Of two that are late, the one closer to the end goes first, and
    the other finds nobody left.
    """
    now = timezone.localtime()
    waves = MailWave.objects.filter(launched_at=None, days_before_closing__isnull=False, campaign__closed_at=None)
    letters = 0
    for wave in waves.select_related("campaign").order_by("days_before_closing"):
        if wave.campaign.is_open and _is_due(wave, now):
            letters += launch_wave(wave, settings.SITE_URL).letter_count
    return letters


@transaction.atomic
def cancel_wave(wave: MailWave) -> int:
    """Take back what has not left of a wave, or the whole of one not launched; return the letters taken back."""
    if wave.launched_at is None:
        wave.delete()
        return 0
    return cancel_mails(Mail.objects.filter(letter__wave=wave), "La vague est annulée.")


def _is_due(wave, now: datetime):
    day = day_of(wave)
    return now.date() > day or (now.date() == day and now.hour >= HOUR)


def _invite(campaign, contacts):
    """Create the invitations of these contacts, and return their keys; nobody else invites to a campaign locked."""
    last = Invitation.objects.aggregate(last=Max("pk"))["last"] or 0
    made = (make_invitation(campaign, PERSONAL, contact)[0] for contact in contacts.only("pk").iterator(BATCH))
    write_rows(
        Invitation,
        (
            {
                "campaign_id": campaign.pk,
                "contact_id": invitation.contact_id,
                "token_hash": invitation.token_hash,
                "seed": invitation.seed,
                "channel": PERSONAL.value,
                "created_on": timezone.localdate(),
            }
            for invitation in list(made)
        ),
    )
    mine = Invitation.objects.filter(campaign=campaign, pk__gt=last, channel=PERSONAL)
    return list(mine.order_by("pk").values_list("pk", flat=True))
