"""The course as pages (CoursePage > SessionPage > StepPage) and the language-free programme behind them."""

import uuid

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField
from wagtail_localize.fields import SynchronizedField

from pages.blocks import RICH_TEXT
from pages.models import BasePage, ListPage


class Course(models.Model):
    """The language-free programme. Enrolments belong to it, and it outlives its pages.

    Found by `key`, which is the translation key of its pages in every language. Holds no person's data.
    """

    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4, editable=False)
    name = models.CharField(_("name"), max_length=255, help_text=_("For editors; readers see the title of the page."))

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")

    def __str__(self) -> str:
        return self.name


class CoursesPage(ListPage):
    parent_page_types = ["pages.HomePage"]
    subpage_types = ["curriculum.CoursePage"]
    template = "pages/list.html"

    class Meta:
        verbose_name = _("list of courses")


class CoursePage(BasePage):
    closing = RichTextField(
        _("closing words"),
        features=RICH_TEXT,
        blank=True,
        help_text=_("Said to somebody who has completed the course."),
    )

    parent_page_types = ["curriculum.CoursesPage"]
    subpage_types = ["curriculum.SessionPage"]
    template = "curriculum/course.html"
    content_panels = [*BasePage.content_panels, FieldPanel("closing")]
    kind_label = _("Course")

    class Meta:
        verbose_name = _("course page")

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        Course.objects.get_or_create(key=self.translation_key, defaults={"name": self.title})


class SessionPage(BasePage):
    parent_page_types = ["curriculum.CoursePage"]
    subpage_types = ["curriculum.StepPage"]
    template = "curriculum/session.html"
    kind_label = _("Course session")

    class Meta:
        verbose_name = _("session page")


class StepKind(models.TextChoices):
    READ = "read", _("Reading")
    LISTEN = "listen", _("Listening or watching")
    EXERCISE = "exercise", _("Exercise")
    PRACTICE = "practice", _("Skill practice")
    REFLECTION = "reflection", _("Reflection")
    SET_WORK = "set_work", _("Set work")
    COACHING_CALL = "coaching_call", _("Coaching call")
    SELF_CHECK = "self_check", _("Self-check")


class StepPage(BasePage):
    """One thing to do. Its `translation_key` is the step key that progress hangs on in every language."""

    kind = models.CharField(_("kind"), max_length=20, choices=StepKind.choices, default=StepKind.READ)
    minutes = models.PositiveSmallIntegerField(
        _("minutes needed"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
        help_text=_("An honest number, for somebody who is tired."),
    )
    required = models.BooleanField(
        _("needed to complete the course"),
        default=True,
        help_text=_("Somebody already on the course keeps the rule they began with."),
    )

    parent_page_types = ["curriculum.SessionPage"]
    subpage_types = []
    template = "curriculum/step.html"
    content_panels = [
        *BasePage.content_panels[:1],
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("kind"), FieldPanel("minutes")]), FieldPanel("required")], heading=_("The step")
        ),
        *BasePage.content_panels[1:],
    ]
    # The same step in every language: what is asked of a person does not depend on theirs.
    override_translatable_fields = [
        SynchronizedField("kind", overridable=False),
        SynchronizedField("minutes", overridable=False),
        SynchronizedField("required", overridable=False),
    ]
    kind_label = _("Course step")

    class Meta:
        verbose_name = _("step page")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=StepKind.values), name="step_kind_known"),
            models.CheckConstraint(condition=models.Q(minutes__range=(1, 240)), name="step_minutes_sensible"),
        ]

    def check_content(self) -> None:
        super().check_content()
        blocks_here = {block.block_type for block in self.body}
        if self.kind == StepKind.LISTEN and "media" not in blocks_here:
            raise ValidationError(
                {"body": _("A step for listening or watching needs an audio or video block, with its transcript.")}
            )
        if self.kind == StepKind.SELF_CHECK and "self_check" not in blocks_here:
            raise ValidationError({"body": _("A self-check step needs a self-check block.")})
