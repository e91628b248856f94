"""One line of the log."""

from django.conf import settings
from django.db import models


class AuditEntry(models.Model):
    """Something somebody did, in words that outlive what it was done to.

    The database itself refuses to change a line, and to delete one before RETENTION (see `triggers`). `subject` names
    a campaign, an edition, a pseudonymous key: never a person, so that erasing somebody leaves the log as it is.
    """

    class Action(models.TextChoices):
        SIGNED_IN = "signed_in", "connexion"
        SIGN_IN_FAILED = "sign_in_failed", "connexion refusée"
        LOCKED_OUT = "locked_out", "connexions bloquées"
        SIGNED_OUT = "signed_out", "déconnexion"
        SECOND_FACTOR = "second_factor", "second facteur modifié"
        PERSONAL_DATA_READ = "personal_data_read", "lecture de données personnelles"
        PERSONAL_DATA_CHANGED = "personal_data_changed", "modification de données personnelles"
        PERSONAL_DATA_ERASED = "personal_data_erased", "effacement de données personnelles"
        EXPORTED = "exported", "export"
        CAMPAIGN_CLOSED = "campaign_closed", "clôture d’une campagne"
        DECIDED = "decided", "décision sur une note"
        EXCLUDED = "excluded", "mise à l’écart d’une réponse"
        PUBLISHED = "published", "publication d’une édition"
        AUDIT_EXPORTED = "audit_exported", "export du journal"

    at = models.DateTimeField("date", auto_now_add=True, db_index=True)
    # No constraint in the database: an account may go, its lines stay, and a constraint would have to change them.
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        related_name="+",
        verbose_name="compte",
    )
    actor_name = models.CharField("auteur", max_length=150, help_text="« commande » pour une commande du serveur.")
    action = models.CharField("action", max_length=30, choices=Action)
    subject = models.CharField("objet", max_length=200, blank=True)
    details = models.JSONField("précisions", default=dict, blank=True)

    class Meta:
        verbose_name = "ligne du journal"
        verbose_name_plural = "journal"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.get_action_display()} : {self.subject}" if self.subject else self.get_action_display()
