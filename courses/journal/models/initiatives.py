"""The initiative: what a learner sets out to change."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from courses.cohorts.models import Enrolment
from kernel import clock
from kernel.sealed import SealedTextField

# Goal attainment, as its owner sees it, in words.
NEARNESS = {
    -2: _("Much further away than I hoped"),
    -1: _("A little further away than I hoped"),
    0: _("As near as I hoped"),
    1: _("A little nearer than I hoped"),
    2: _("Much nearer than I hoped"),
}


class Initiative(models.Model):
    """One project for each place on a course. Sealed at rest.

    Read by its owner; by the facilitators of their cohort and the members of their set when the owner says so, and by
    nobody else: a public story is a text of its own (StoryOffer). Kept until the account is erased, with which it goes.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="initiatives", verbose_name=_("owner")
    )
    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.CASCADE, related_name="initiative", verbose_name=_("enrolment")
    )
    title = SealedTextField(_("its name"))
    aim = SealedTextField(_("aim"), blank=True, default="")
    who_for = SealedTextField(_("who it is for"), blank=True, default="")
    who_decides = SealedTextField(_("who decides"), blank=True, default="")
    first_steps = SealedTextField(_("first steps"), blank=True, default="")
    what_changed = SealedTextField(_("what changed"), blank=True, default="")
    language = models.CharField(_("language"), max_length=8, choices=settings.LANGUAGES)
    revision = models.PositiveIntegerField(default=0, editable=False)
    shared_with_facilitators = models.BooleanField(_("the facilitators of my cohort may read it"), default=False)
    shared_with_set = models.BooleanField(_("the members of my set may read it"), default=False)
    begun_at = models.DateTimeField(_("begun at"), default=clock.now)
    changed_at = models.DateTimeField(_("changed at"), default=clock.now)

    class Meta:
        verbose_name = _("initiative")
        verbose_name_plural = _("initiatives")
        ordering = ["-changed_at", "-pk"]

    def __str__(self) -> str:
        return str(self.public_id)

    def get_absolute_url(self) -> str:
        return reverse("initiative", args=[self.public_id])


class Milestone(models.Model):
    """Something on the way that can be ticked off. Read, kept and erased with its initiative."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="milestones", verbose_name=_("initiative")
    )
    text = SealedTextField(_("milestone"))
    by_date = models.DateField(_("by when"), null=True, blank=True)
    reached_at = models.DateTimeField(_("reached at"), null=True, blank=True)
    made_at = models.DateTimeField(_("made at"), default=clock.now)

    class Meta:
        verbose_name = _("milestone")
        verbose_name_plural = _("milestones")
        ordering = [models.F("by_date").asc(nulls_last=True), "pk"]

    def __str__(self) -> str:
        return str(self.public_id)


class InitiativeUpdate(models.Model):
    """What is new with an initiative, in a few words. Read, kept and erased with it."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    initiative = models.ForeignKey(
        Initiative, on_delete=models.CASCADE, related_name="updates", verbose_name=_("initiative")
    )
    text = SealedTextField(_("what is new"))
    # How near the goal, as its owner sees it: goal attainment from -2 (further away) over 0 (as hoped) to 2.
    attainment = models.SmallIntegerField(_("how near the goal"), null=True, blank=True)
    at = models.DateTimeField(_("written at"), default=clock.now)

    class Meta:
        verbose_name = _("update of an initiative")
        verbose_name_plural = _("updates of initiatives")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(attainment__isnull=True) | Q(attainment__range=(-2, 2)), name="attainment_on_scale"
            )
        ]

    def __str__(self) -> str:
        return str(self.public_id)

    @property
    def nearness(self) -> str:
        """How near the goal, in words; empty when nothing was said."""
        return NEARNESS.get(self.attainment, "")
