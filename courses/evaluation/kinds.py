"""What people are told about evaluations."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, register

FOLLOW_UP = "evaluation_follow_up"

register(
    Kind(
        key=FOLLOW_UP,
        label=_("Three months after a course: looking again"),
        headline=_("Three months later: how is it going?"),
        body=_(
            "You completed “{course}” three months ago. If you like, look at your eight marks once more. "
            "It takes about five minutes, and you need not."
        ),
        button=_("Look again"),
    )
)
