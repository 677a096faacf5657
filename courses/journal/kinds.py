"""What people are told about journals and initiatives."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, register
from people.audit import describe

register(
    Kind(
        key="journal_shared",
        label=_("Somebody shares a page of their journal with you"),
        # Never more than who it was: what they wrote, its title too, stays behind the rule.
        headline=_("{name} shares something from their journal with you"),
        body=_("It is for you alone. {name} can take it back at any time."),
        button=_("Read it"),
    ),
    Kind(
        key="story_published",
        label=_("Your story is published"),
        headline=_("Your story “{title}” is published"),
        body=_("Everybody can read it now. You can take it back at any time."),
        button=_("See your story"),
    ),
    Kind(
        key="story_answered",
        label=_("An editor answers about your story"),
        # The answer itself is read on the page it leads to.
        headline=_("An editor has answered about your story “{title}”"),
        button=_("Read the answer"),
    ),
)

describe("journal_entry.shared", _("A page of a journal was shared."))
describe("journal_entry.taken_back", _("A shared page of a journal was taken back."))
describe("journal_entry.deleted", _("A page of a journal was deleted."))
