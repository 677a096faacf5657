"""What a person tells us about themselves, beyond what signing in needs."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kernel.sealed import SealedTextField


class ReachBy(models.TextChoices):
    EMAIL = "email", _("e-mail")
    TELEPHONE = "telephone", _("telephone call")
    TEXT = "text", _("text message")


class Profile(models.Model):
    """How somebody wants to be met. Every field may stay empty.

    Read by the person alone; what helps them take part, and how to reach them, also by the facilitators of their
    cohorts when they have said so. Never in the CMS. Exported and erased with the account.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="profile",
        verbose_name=_("person"),
    )
    pronoun = models.CharField(_("pronoun"), max_length=40, blank=True)
    languages = models.JSONField(_("languages you follow a conversation in"), default=list, blank=True)
    other_languages = models.CharField(_("other languages"), max_length=120, blank=True)
    access_needs = SealedTextField(_("what helps you take part"), blank=True, default="")
    access_needs_shared = models.BooleanField(_("show this to the facilitators of my cohorts"), default=False)
    telephone = SealedTextField(_("telephone number"), blank=True, default="")
    telephone_shared = models.BooleanField(_("show my number to the facilitators of my cohorts"), default=False)
    reach_by = models.CharField(_("how to reach you"), max_length=10, choices=ReachBy.choices, default=ReachBy.EMAIL)
    reach_note = SealedTextField(_("anything to know before we do"), blank=True, default="")

    class Meta:
        verbose_name = _("profile")
        verbose_name_plural = _("profiles")
        constraints = [
            models.CheckConstraint(condition=models.Q(reach_by__in=ReachBy.values), name="profile_reach_by_known")
        ]

    def __str__(self) -> str:
        return f"profile {self.pk}"
