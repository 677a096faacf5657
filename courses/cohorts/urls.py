from django.urls import path

from courses.cohorts import views

urlpatterns = [
    path("begin/<uuid:course_key>/", views.enrol, name="enrol"),
    path("<uuid:enrolment_id>/completed/", views.completed, name="completed"),
    path("<uuid:enrolment_id>/<uuid:step_key>/done", views.mark_done, name="mark_done"),
    path("<uuid:enrolment_id>/<uuid:step_key>/reopen", views.reopen, name="reopen_step"),
]
