"""The queues of the staff in the CMS: people and cohorts, with a count of what waits for somebody."""

from django.utils.functional import lazy
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.viewsets.base import ViewSetGroup

from centre.queues.cohorts import Cohorts
from centre.queues.people import AuditLines, Organisations
from centre.queues.places import Enrolments, Requests, asking
from centre.queues.sets import Sets
from centre.queues.work import FailedWork
from notices.selectors.work import failed


def waiting() -> int:
    """How many requests nobody has answered, and how much due work nobody does any more. Two queries."""
    return asking() + failed().count()


def label() -> str:
    number = waiting()
    return _("People and cohorts (%(n)s)") % {"n": number} if number else _("People and cohorts")


class PeopleAndCohorts(ViewSetGroup):
    # Asked whenever the menu is drawn, which it is for those alone who may see one of these.
    menu_label = lazy(label, str)()
    menu_name = "people-and-cohorts"
    menu_icon = "group"
    menu_order = 250
    items = (Cohorts, Enrolments, Requests, Sets, Organisations, FailedWork, AuditLines)


@hooks.register("register_admin_viewset")
def queues() -> ViewSetGroup:
    return PeopleAndCohorts()
