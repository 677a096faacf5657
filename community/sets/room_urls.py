"""The addresses of a meeting's room, and of what keeps it safe; part of urls.py."""

from django.urls import path

from community.sets.views import room, safety

meeting = "meetings/<uuid:meeting_id>/"
urlpatterns = [
    path(f"{meeting}do/", room.do, name="meeting_do"),
    path(f"{meeting}events/", room.events, name="meeting_events"),
    path(f"{meeting}pack/", room.pack, name="meeting_pack"),
    path(f"{meeting}items/<int:seq>/helped/", safety.helped, name="helped"),
    path(f"{meeting}withdraw/", safety.withdraw_item, name="withdraw_item"),
    path(f"{meeting}items/<int:seq>/report/", safety.report_item, name="report_item"),
    path("reports/", safety.reports, name="set_reports"),
    path("reports/<uuid:report_id>/", safety.report, name="set_report"),
]
