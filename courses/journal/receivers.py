"""What this app hears: a consent that is taken back, a story that is published."""

from wagtail.signals import page_published

from courses.journal.actions import stories
from kernel.facts import on
from pages.models import StoryPage
from people.consents import PUBLIC_STORY
from people.facts import ConsentWithdrawn


@on(ConsentWithdrawn)
def stories_leave(fact: ConsentWithdrawn) -> None:
    if fact.purpose == PUBLIC_STORY:
        stories.withdraw_without_consent(fact.person)


def tell_the_author(sender: type[StoryPage], *, instance: StoryPage, revision=None, **_) -> None:
    """Wagtail's word that a page is published: by a button, by approval in a workflow, or on the day it was set for,
    where its hook knows of the button alone."""
    stories.note_published(page=instance, by=revision.user if revision else None)


page_published.connect(tell_the_author, sender=StoryPage, dispatch_uid="journal.tell_the_author")
