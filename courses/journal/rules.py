"""Who may read and change what is written here. Staff are nobody in particular."""

from django.db.models import Q
from wagtail.permissions import page_permission_policy

from courses.cohorts import rules as cohorts
from courses.cohorts.models import TAKES_PLACE, Cohort
from kernel.rules import Rule
from pages.models import StoriesPage

# A journal entry: its owner, and nobody else.
own_entry = Rule(
    one=lambda user, entry: entry.owner_id == user.pk,
    rows=lambda user: Q(owner_id=user.pk),
)
# A share of a journal entry, for whom it was given: until it is taken back, and while its owner has an account.
read_shared = Rule(
    one=lambda user, share: share.reader_id == user.pk and share.taken_back_at is None and share.entry.owner.is_active,
    rows=lambda user: Q(reader_id=user.pk, taken_back_at__isnull=True, entry__owner__is_active=True),
)
# The same share, for whom gave it.
own_share = Rule(
    one=lambda user, share: share.entry.owner_id == user.pk,
    rows=lambda user: Q(entry__owner_id=user.pk),
)

# An initiative: its owner.
own_initiative = Rule(
    one=lambda user, initiative: initiative.owner_id == user.pk,
    rows=lambda user: Q(owner_id=user.pk),
)
# An initiative: its owner and, when the owner says so, who leads the cohort in which the owner has a place now.
read_initiative = own_initiative | Rule(
    one=lambda user, initiative: (
        initiative.shared_with_facilitators
        and initiative.owner.is_active
        and initiative.enrolment.state in TAKES_PLACE
        and initiative.enrolment.cohort_id is not None
        and cohorts.facilitate.allows(user, initiative.enrolment.cohort)
    ),
    rows=lambda user: Q(
        shared_with_facilitators=True,
        owner__is_active=True,
        enrolment__state__in=TAKES_PLACE,
        enrolment__cohort__in=cohorts.facilitate.visible(Cohort.objects, user),
    ),
)
# A story that was offered: who offers it.
own_story = Rule(
    one=lambda user, offer: offer.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)


def languages_published(user):
    """The languages in whose stories this person may publish, as the page permissions of the CMS say."""
    pages = page_permission_policy.instances_user_has_permission_for(user, "publish")
    return StoriesPage.objects.filter(pk__in=pages.values("pk")).values_list("locale__language_code", flat=True)


# A story that was offered and not taken back: whoever may publish stories in its language.
moderate_story = Rule(
    one=lambda user, offer: offer.state != "withdrawn" and offer.language in set(languages_published(user)),
    rows=lambda user: ~Q(state="withdrawn") & Q(language__in=languages_published(user)),
)
