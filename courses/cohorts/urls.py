from django.urls import include, path

from courses.cohorts.views import learning

urlpatterns = [
    path("begin/<uuid:course_key>/", learning.enrol, name="enrol"),
    path("<uuid:enrolment_id>/completed/", learning.completed, name="completed"),
    path("<uuid:enrolment_id>/<uuid:step_key>/done", learning.mark_done, name="mark_done"),
    path("<uuid:enrolment_id>/<uuid:step_key>/reopen", learning.reopen, name="reopen_step"),
    path("", include("courses.cohorts.facilitating_urls")),
]
