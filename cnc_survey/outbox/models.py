"""Mails to send and what became of them, and what is known of the mail server."""

from django.db import models
from django.db.models import F, Q

from cnc_survey.templatetags.house import number_fr

# A person waits for the first kind before their screen; a wave of invitations can let them pass.
AWAITED, BULK = 1, 5


class MailQuerySet(models.QuerySet):
    def unfinished(self):
        """Mails that have not left and still should."""
        return self.filter(sent_at=None, failed_at=None, cancelled_at=None)

    def due(self, now):
        """Mails that could leave now, in the order they should."""
        waiting = self.unfinished().filter(claimed_at=None)
        return waiting.filter(Q(send_after=None) | Q(send_after__lte=now)).order_by("priority", "pk")

    def with_state(self):
        """Add `state`, the code of `MailState`."""
        return self.annotate(
            state=models.Case(
                *(models.When(condition, then=models.Value(state.value)) for state, condition in STATES.items()),
                output_field=models.CharField(),
            )
        )

    def in_state(self, state):
        return self.with_state().filter(state=state)


class MailState(models.TextChoices):
    """Derived from the moments of a mail: never stored."""

    BOUNCED = "bounced", "revenu"
    SENT = "sent", "parti"
    CANCELLED = "cancelled", "annulé"
    FAILED = "failed", "en échec"
    SENDING = "sending", "en cours d’envoi"
    RETRYING = "retrying", "à réessayer"
    QUEUED = "queued", "en attente"

    def counted(self, count):
        """« 3 partis »: how many mails are in this state, in words."""
        agrees = self in (MailState.BOUNCED, MailState.SENT, MailState.CANCELLED)
        return f"{number_fr(count)} {self.label}{'s' if agrees and count > 1 else ''}"


# The first condition that holds names the state.
STATES = {
    MailState.BOUNCED: Q(bounced_at__isnull=False),
    MailState.SENT: Q(sent_at__isnull=False),
    MailState.CANCELLED: Q(cancelled_at__isnull=False),
    MailState.FAILED: Q(failed_at__isnull=False),
    MailState.SENDING: Q(claimed_at__isnull=False),
    MailState.RETRYING: Q(attempts__gt=0),
    MailState.QUEUED: Q(attempts=0),
}


class Mail(models.Model):
    """One mail: what to write about, and when each thing happened to it. Holds neither text nor address."""

    kind = models.CharField("nature", max_length=40)
    parameters = models.JSONField("paramètres", default=dict, help_text="Des clés, jamais un texte ni une adresse.")
    batch = models.CharField("lot", max_length=80, blank=True, db_index=True)
    priority = models.PositiveSmallIntegerField("priorité", default=BULK)
    queued_at = models.DateTimeField("demandé le", auto_now_add=True)
    send_after = models.DateTimeField("pas avant", null=True, blank=True)
    claimed_at = models.DateTimeField("pris le", null=True, blank=True)
    claimed_by = models.CharField("pris par", max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField("essais", default=0)
    attempted_at = models.DateTimeField("dernier essai", null=True, blank=True, db_index=True)
    sent_at = models.DateTimeField("parti le", null=True, blank=True)
    failed_at = models.DateTimeField("abandonné le", null=True, blank=True)
    cancelled_at = models.DateTimeField("annulé le", null=True, blank=True)
    bounced_at = models.DateTimeField("revenu le", null=True, blank=True)
    interrupted_at = models.DateTimeField(
        "interrompu le", null=True, blank=True, help_text="Parti peut-être une fois de plus : l’envoi a été coupé."
    )
    reason = models.CharField("motif", max_length=300, blank=True, help_text="De l’échec ou de l’annulation.")

    objects = MailQuerySet.as_manager()

    class Meta:
        verbose_name = "courriel"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                name="mail_to_send",
                fields=["priority", "id"],
                condition=Q(sent_at=None, failed_at=None, cancelled_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                name="mail_ends_one_way",
                condition=(Q(sent_at=None) & (Q(failed_at=None) | Q(cancelled_at=None)))
                | Q(failed_at=None, cancelled_at=None),
                violation_error_message="Un courriel est parti, abandonné ou annulé : un seul des trois.",
            ),
            models.CheckConstraint(
                name="mail_bounces_once_sent",
                condition=Q(bounced_at=None) | Q(sent_at__isnull=False),
                violation_error_message="Seul un courriel parti peut revenir.",
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def may_be_double(self):
        """An attempt was cut after the mail may have left: the person may have received it twice."""
        return self.interrupted_at is not None and self.sent_at is not None


class MailServer(models.Model):
    """What is known of the mail server: one row."""

    ONLY = 1

    down_since = models.DateTimeField("injoignable depuis", null=True, blank=True)
    checked_at = models.DateTimeField("dernier essai", null=True, blank=True)
    failures = models.PositiveIntegerField("essais manqués", default=0)
    error = models.CharField("erreur", max_length=100, blank=True)

    class Meta:
        verbose_name = "serveur de courriel"
        verbose_name_plural = "serveur de courriel"
        constraints = [
            models.CheckConstraint(
                name="mail_server_is_one", condition=Q(pk=1), violation_error_message="Il n’y a qu’un serveur."
            ),
            models.CheckConstraint(
                name="mail_server_down_was_checked",
                condition=Q(down_since=None) | Q(checked_at__gte=F("down_since"), checked_at__isnull=False),
                violation_error_message="Un serveur injoignable a été essayé.",
            ),
        ]

    def __str__(self):
        return "serveur de courriel"
