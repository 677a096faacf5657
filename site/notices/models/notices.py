"""Notices, and how each person wants to have them."""

import uuid
from datetime import time

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kernel import clock

LEAST_MINUTES_FOR_MAIL = 4 * 60


class Notice(models.Model):
    """Something a person is told. Several about one subject are one row that counts, until it is read.

    `kind` names the words (notices.kinds); `values` fills them in: names, titles and numbers, never what somebody wrote
    in private. Read by the person alone. Deleted 90 days after it was read, or a year after it happened.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="notices", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=40)
    # What it is about, for example "cohort:<public id>".
    subject = models.CharField(_("subject"), max_length=120)
    values = models.JSONField(_("values"), default=dict, blank=True)
    # Where it leads: the name of an address and its arguments, so that each reader gets it in their language.
    route = models.CharField(_("address name"), max_length=80, blank=True)
    route_args = models.JSONField(_("address arguments"), default=list, blank=True)
    count = models.PositiveIntegerField(_("how many"), default=1)
    happened_at = models.DateTimeField(_("happened at"), default=clock.now)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    # The last time. What happened later is news that was not mailed yet.
    mailed_at = models.DateTimeField(_("mailed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("notice")
        verbose_name_plural = _("notices")
        ordering = ["-happened_at", "-pk"]
        indexes = [models.Index(fields=["person", "-happened_at"], name="notices_of_person")]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "subject"], condition=Q(read_at__isnull=True), name="one_unread_per_subject"
            ),
            models.CheckConstraint(condition=Q(count__gte=1), name="notice_counts"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_unmailed(self) -> bool:
        """It was never mailed, or there is news since. The same in SQL: `selectors.mailing.unmailed`."""
        return self.mailed_at is None or self.happened_at > self.mailed_at


class How(models.TextChoices):
    NOW = "now", _("by e-mail, when it happens")
    DAILY = "daily", _("in one e-mail a day")
    WEEKLY = "weekly", _("in one e-mail a week")
    HERE = "here", _("only here, no e-mail")


class Preference(models.Model):
    """How one person wants one kind of notice. Without a row, as the kind proposes. Exported and erased with them."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=40)
    how = models.CharField(_("how"), max_length=10, choices=How.choices)

    class Meta:
        verbose_name = _("preference")
        verbose_name_plural = _("preferences")
        constraints = [
            models.UniqueConstraint(fields=["person", "kind"], name="one_preference_per_kind"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="preference_how_known"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.how}"


class Habits(models.Model):
    """When mail suits one person, in wall time of their zone. Without a row, the defaults. Exported and erased with
    them."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("person"),
    )
    quiet_from = models.TimeField(_("quiet from"), default=time(21))
    quiet_until = models.TimeField(_("quiet until"), default=time(8))
    digest_at = models.TimeField(_("time of the daily or weekly e-mail"), default=time(9))
    # ISO: Monday is 1.
    digest_weekday = models.PositiveSmallIntegerField(
        _("day of the weekly e-mail"), default=1, validators=[MaxValueValidator(7)]
    )

    class Meta:
        verbose_name = _("habits")
        verbose_name_plural = _("habits")
        constraints = [models.CheckConstraint(condition=Q(digest_weekday__range=(1, 7)), name="habits_weekday_is_iso")]

    def __str__(self) -> str:
        return f"habits {self.pk}"

    def clean(self) -> None:
        """There is time for mail, and the mail of the day comes in it."""
        if None in (self.quiet_from, self.quiet_until, self.digest_at, self.digest_weekday):
            return  # the fields have said so
        if not 1 <= self.digest_weekday <= 7:
            raise ValidationError({"digest_weekday": _("Choose a day of the week.")})
        if 24 * 60 - self.quiet_minutes < LEAST_MINUTES_FOR_MAIL:
            raise ValidationError({"quiet_until": _("Leave at least four hours of the day when e-mail may come.")})
        if self.is_quiet(self.digest_at):
            raise ValidationError(
                {
                    "digest_at": _(
                        "This time lies in your quiet hours. Choose one outside them, or change the quiet hours."
                    )
                }
            )

    @property
    def quiet_minutes(self) -> int:
        begin, end = (at.hour * 60 + at.minute for at in (self.quiet_from, self.quiet_until))
        return (end - begin) % (24 * 60)

    def is_quiet(self, wall: time) -> bool:
        """Whether a wall time lies in the quiet hours, which may span midnight. The same time twice means none."""
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= wall < self.quiet_until
        return wall >= self.quiet_from or wall < self.quiet_until
