from django.urls import path

from courses.evaluation import views

urlpatterns = [
    path("", views.home, name="evaluation"),
    path("report/<uuid:cohort_id>/", views.cohort_report, name="evaluation_report"),
    path("report/<uuid:cohort_id>/figures.csv", views.cohort_report_csv, name="evaluation_report_csv"),
    path("report/course/<uuid:course_key>/", views.course_report, name="evaluation_course_report"),
    path("report/course/<uuid:course_key>/figures.csv", views.course_report_csv, name="evaluation_course_report_csv"),
    path("<uuid:enrolment_id>/", views.show_picture, name="evaluation_picture"),
    path("<uuid:enrolment_id>/<slug:moment>/", views.answer, name="evaluation_answer"),
]
