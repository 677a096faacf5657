"""The addresses of whoever leads a cohort, and of what they write; part of urls.py."""

from django.urls import path

from courses.cohorts.views import editing, facilitating, messages

cohort = "cohorts/<uuid:cohort_id>/"
urlpatterns = [
    path(f"{cohort}facilitate/", facilitating.facilitate, name="facilitate"),
    path(f"{cohort}facilitate/export.csv", facilitating.cohort_export, name="cohort_export"),
    path(f"{cohort}facilitate/meetings/<uuid:session_id>/", facilitating.attendance, name="attendance"),
    path(f"{cohort}facilitate/requests/<uuid:request_id>/", facilitating.answer_request, name="answer_request"),
    path(f"{cohort}facilitate/<uuid:enrolment_id>/", facilitating.facilitate_learner, name="facilitate_learner"),
    path(f"{cohort}messages/", messages.cohort_messages, name="cohort_messages"),
    path(f"{cohort}messages/<uuid:message_id>/", messages.cohort_message, name="cohort_message"),
    path(f"{cohort}edit/", editing.cohort_edit, name="cohort_edit"),
    path(f"{cohort}edit/timetable/", editing.edit_timetable, name="edit_timetable"),
    path(f"{cohort}edit/steps/new/", editing.new_own_step, name="new_own_step"),
    path(f"{cohort}edit/steps/<uuid:step_id>/", editing.edit_own_step, name="edit_own_step"),
    path(f"{cohort}edit/steps/<uuid:step_id>/remove/", editing.remove_own_step, name="remove_own_step"),
]
