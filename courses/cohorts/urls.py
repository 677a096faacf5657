from django.urls import include, path

from courses.cohorts.views import cohorts, joining, learning

urlpatterns = [
    path("begin/<uuid:course_key>/", learning.enrol, name="enrol"),
    path("<uuid:enrolment_id>/completed/", learning.completed, name="completed"),
    path("<uuid:enrolment_id>/<uuid:step_key>/done", learning.mark_done, name="mark_done"),
    path("<uuid:enrolment_id>/<uuid:step_key>/reopen", learning.reopen, name="reopen_step"),
    path("cohorts/", joining.cohorts, name="cohorts"),
    path("cohorts/join/", joining.join_by_code, name="join_by_code"),
    path("cohorts/join/<str:code>/", joining.join_by_code, name="join_by_code"),
    path("cohorts/<uuid:cohort_id>/", cohorts.cohort, name="cohort"),
    path("cohorts/<uuid:cohort_id>/timetable.ics", cohorts.cohort_timetable, name="cohort_timetable"),
    path("cohorts/<uuid:cohort_id>/join/", joining.join_cohort, name="join_cohort"),
    path("cohorts/<uuid:cohort_id>/stop-waiting/", joining.stop_waiting, name="stop_waiting"),
    path("cohorts/<uuid:cohort_id>/leave/", joining.leave_cohort, name="leave_cohort"),
    path("cohorts/<uuid:cohort_id>/transfer/", joining.transfer, name="transfer"),
    path("cohorts/<uuid:cohort_id>/steps/<uuid:step_id>/", cohorts.cohort_own_step, name="cohort_own_step"),
    path("cohorts/<uuid:cohort_id>/lead/", cohorts.cohort_lead, name="cohort_lead"),
    path("", include("courses.cohorts.facilitating_urls")),
]
