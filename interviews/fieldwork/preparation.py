"""Preparing a campaign: made from the last one, checked before it opens, changed only as far as its state allows."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from cnc_survey.outbox.dispatch import mail_is_down
from interviews.campaigns import consent_text, create_campaign
from interviews.collection.questionnaire import newest_questionnaire
from interviews.models import Campaign, CampaignTarget, Change, MailKind, MailText, MailWave, OpenLink

from .reach import Segment, to_invite
from .texts import wording_of

LEAST_DURATION = timedelta(days=14)  # shorter, neither reminder has its place


def last_campaign() -> Campaign | None:
    """Return the campaign that a new one is made from: the latest real one, else the latest."""
    return Campaign.objects.order_by("is_fictional", "-opens_on", "-pk").first()


@transaction.atomic
def copy_campaign(source: Campaign | None, slug: str, title: str, opens_on: date, closes_on: date, anonymous: bool):
    """Create a campaign as `create_campaign` does, with what managers had written for `source`.

    Taken over: the consent text if the anonymity is the same, mail texts, targets, partners' links, and reminders at
    the same distance from the end. Never people, answers or the questionnaire's version: the newest is used. Raises
    CampaignError.
    """
    campaign = create_campaign(slug, title, opens_on, closes_on, anonymous)
    if source is None:
        return campaign
    if source.is_anonymous == anonymous:
        campaign.consent_text, campaign.consent_version = source.consent_text, source.consent_version
        campaign.save(update_fields=["consent_text", "consent_version"])
    _take_over(MailText, source.mail_texts.all(), campaign)
    _take_over(CampaignTarget, source.targets.all(), campaign)
    _take_over(OpenLink, source.open_links.all(), campaign)
    planned = source.waves.exclude(days_before_closing=None).exclude(kind=MailKind.INVITATION)
    distances = {wave.days_before_closing: wave for wave in planned}  # two on one day would find nobody
    MailWave.objects.bulk_create(
        MailWave(campaign=campaign, kind=wave.kind, segment=wave.segment, days_before_closing=days)
        for days, wave in distances.items()
        if closes_on - timedelta(days=days) >= opens_on
    )
    return campaign


def _take_over(model, rows, campaign):
    copies = []
    for row in rows:
        row.pk, row.campaign = None, campaign
        copies.append(row)
    model.objects.bulk_create(copies)


# What may still be changed


def why_not_changed(campaign: Campaign, field: str) -> str:
    """Return why a setting is fixed now, in French; nothing when it may be changed."""
    if campaign.closed_at:
        return "La campagne est close\u00a0: plus rien ne change."
    return _FIXED.get(field, lambda campaign: "")(campaign)


def _once_begun(sentence):
    return lambda campaign: sentence if campaign.responses.exists() else ""


def _once_known(campaign):
    if campaign.responses.exists():
        return "Des réponses sont commencées\u00a0: ces personnes ont lu autre chose."
    return "Des personnes sont déjà invitées\u00a0: elles ont lu autre chose." if campaign.invitations.exists() else ""


_FIXED = {
    "slug": _once_known,
    "opens_on": _once_begun("Des réponses sont commencées\u00a0: la campagne a ouvert."),
    "consent_text": _once_begun("Des réponses sont commencées\u00a0: ces personnes ont accepté ce texte."),
    "questionnaire": _once_begun("Des réponses sont commencées\u00a0: une autre version ne s’y compare pas."),
    "is_anonymous": _once_known,
}


def change_anonymity(campaign: Campaign, anonymous: bool) -> None:
    """Change the anonymity, and with it the consent text where it was the house's own."""
    if campaign.consent_text == consent_text(not anonymous):
        campaign.consent_text = consent_text(anonymous)
    campaign.is_anonymous = anonymous


# Before opening


@dataclass(frozen=True)
class Check:
    """One point to look at before opening. `state` is done, look (allowed, but look) or missing (do it first)."""

    state: str
    text: str
    address: str = ""

    @property
    def label(self):
        return {"done": "Fait", "look": "À regarder", "missing": "Manque"}[self.state]


def checklist(campaign: Campaign) -> list[Check]:
    """Return what to look at before the campaign opens, in the order of the preparation."""
    slug = campaign.slug
    texts, letters = reverse("campaign_texts", args=[slug]), reverse("campaign_letters", args=[slug])
    return [
        _check_dates(campaign),
        _check_questionnaire(campaign),
        Check("done", f"{campaign.use_case_links.count()} cas d’usage dans la liste, figés à la création.")
        if campaign.use_case_links.exists()
        else Check("missing", "Aucun cas d’usage dans la liste\u00a0: recréez la campagne."),
        Check("done", "Un texte de consentement est rédigé. Relisez-le une dernière fois.")
        if campaign.consent_text.strip()
        else Check("missing", "Le texte du consentement est vide."),
        _check_texts(campaign, texts),
        _check_people(campaign, letters),
        _check_reminders(campaign, letters),
        _check_targets(campaign),
        _check_server(),
    ]


def _check_dates(campaign):
    days = (campaign.closes_on - campaign.opens_on).days + 1
    if campaign.closes_on < timezone.localdate():
        return Check("missing", "La date de fin est passée\u00a0: reportez-la.")
    if days < LEAST_DURATION.days:
        return Check("look", f"La collecte dure {days} jours\u00a0: c’est court pour deux relances.")
    return Check("done", f"La collecte dure {days} jours.")


def _check_questionnaire(campaign):
    if campaign.previous:
        reworded = campaign.questionnaire.reworded_since(campaign.previous.questionnaire)
        if broken := [indicator.label for indicator in Change.Indicator if indicator in reworded]:
            return Check(
                "look",
                f"Des questions ne sont plus posées comme dans «\u00a0{campaign.previous}\u00a0»\u00a0: leur "
                f"évolution ne sera pas mesurée ({', '.join(broken)}).",
            )
    newest = newest_questionnaire()
    if newest and newest.pk != campaign.questionnaire_id:
        return Check(
            "look",
            f"Le questionnaire est en version {campaign.questionnaire.version}, la plus récente est la "
            f"{newest.version}.",
        )
    return Check("done", f"Le questionnaire est en version {campaign.questionnaire.version}, la plus récente.")


def _check_texts(campaign, address):
    own = campaign.mail_texts.count()
    without = [kind.label for kind in MailKind if "{lien}" not in wording_of(campaign, kind, "fr").body]
    if without:
        return Check("missing", f"Sans lien personnel dans le texte\u00a0: {', '.join(without)}.", address)
    if own == 0:
        return Check("look", "Les courriels sont ceux de la maison\u00a0: relisez-les.", address)
    return Check("done", "Les courriels sont rédigés.", address)


def _check_people(campaign, address):
    count = to_invite(campaign, Segment(), timezone.now()).count()
    invited = campaign.invitations.filter(channel="personal").count()
    if invited:
        return Check("done", f"{invited} personnes invitées, {count} contacts encore à inviter.", address)
    if count == 0:
        return Check(
            "look",
            "Aucun contact à inviter\u00a0: seul le lien ouvert amènera des réponses.",
            reverse("contact_import"),
        )
    return Check("done", f"{count} contacts peuvent être invités.", address)


def _check_reminders(campaign, address):
    planned = campaign.waves.filter(launched_at=None, days_before_closing__isnull=False).count()
    if planned == 0:
        return Check("look", "Aucune relance n’est prévue.", address)
    return Check("done", f"Relances prévues\u00a0: {planned}.", address)


def _check_targets(campaign):
    count = campaign.targets.count()
    address = reverse("campaign_targets", args=[campaign.slug])
    if count == 0:
        return Check("look", "Aucun objectif par segment.", address)
    return Check("done", f"Objectifs par segment\u00a0: {count}.", address)


def _check_server():
    if mail_is_down():
        return Check("missing", "Le serveur de courriel ne répond pas\u00a0: aucune invitation ne partirait.")
    if "console" in settings.EMAIL_BACKEND or "dummy" in settings.EMAIL_BACKEND:
        return Check("look", "Les courriels s’affichent au lieu de partir\u00a0: c’est un poste d’essai.")
    return Check("done", f"Les courriels partent au nom de {settings.DEFAULT_FROM_EMAIL}.")
