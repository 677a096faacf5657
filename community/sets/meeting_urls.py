"""The addresses of meetings, around their room; part of urls.py."""

from django.urls import path

from community.sets.views import scheduling

meeting = "meetings/<uuid:meeting_id>/"
urlpatterns = [
    path("<uuid:set_id>/meetings/new/", scheduling.schedule_meeting, name="schedule_meeting"),
    path(meeting, scheduling.meeting, name="meeting"),
    path(f"{meeting}times/", scheduling.answer_times, name="answer_times"),
    path(f"{meeting}times/<uuid:option_id>/choose/", scheduling.choose_time, name="choose_time"),
    path(f"{meeting}move/", scheduling.move_meeting, name="move_meeting"),
    path(f"{meeting}cancel/", scheduling.cancel_meeting, name="cancel_meeting"),
    path(f"{meeting}meeting.ics", scheduling.meeting_ics, name="meeting_ics"),
]
