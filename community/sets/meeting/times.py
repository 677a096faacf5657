"""Times of the week that suit people, coarse enough to agree on: `tue_evening`, in the zone of whoever says it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

DAYS = {
    "mon": _("Monday"),
    "tue": _("Tuesday"),
    "wed": _("Wednesday"),
    "thu": _("Thursday"),
    "fri": _("Friday"),
    "sat": _("Saturday"),
    "sun": _("Sunday"),
}
PARTS = {"morning": _("morning"), "afternoon": _("afternoon"), "evening": _("evening")}
# The hour in the middle of each, to compare zones by.
HOURS = {"morning": 10, "afternoon": 15, "evening": 20}
TIMES = tuple(f"{day}_{part}" for day in DAYS for part in PARTS)
