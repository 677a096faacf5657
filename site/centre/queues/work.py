"""Due work that failed: given up after several tries, or in doubt whether it was sent."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from centre.queues.base import Queue, Verb
from notices import due
from notices.models import DueWork
from notices.selectors.work import failed


class FailedWork(Queue):
    """Ids and the kind of error; what was in a mail is not kept here."""

    model = DueWork
    name = "due_work"
    icon = "warning"
    menu_label = _("Due work that failed")
    list_display = ["kind", "state", "due_at", "attempts", "last_error"]
    list_filter = ["kind", "state"]
    search_fields = ["kind", "subject", "last_error"]
    inspect_view_fields = ["kind", "subject", "period", "state", "due_at", "attempts", "last_error", "made_at"]
    verbs = (
        Verb(
            "again",
            _("Send again"),
            _("It is tried again at once. When it was in doubt, somebody may get the same mail twice."),
            run=lambda work, by, data: due.again(work=work, by=by),
        ),
    )

    def rows(self) -> QuerySet:
        return failed()
