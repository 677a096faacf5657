"""`{% load when %}`: dates and times in words, in the reader's zone (people.middleware), with the zone named.

{{ meeting.starts_at|in_words }}       Tuesday 4 March 2025, 15:30 (Paris time)
{{ meeting.starts_at|time_in_words }}  15:30 (Paris time)
{{ enrolment.begun_at|date_in_words }} Tuesday 4 March 2025
"""

from datetime import date, datetime

from django import template

from people import zones

register = template.Library()


@register.filter
def in_words(instant: datetime | None) -> str:
    return zones.instant_in_words(instant) if instant else ""


@register.filter
def time_in_words(instant: datetime | None) -> str:
    return zones.time_in_words(instant) if instant else ""


@register.filter
def date_in_words(day: date | datetime | None) -> str:
    return zones.date_in_words(day) if day else ""
