from django.urls import path

from notices import views

urlpatterns = [
    path("", views.notices, name="notices"),
    path("read-all/", views.read_all, name="notices_read_all"),
    path("preferences/", views.notice_preferences, name="notice_preferences"),
    path("unsubscribe/<str:token>/", views.unsubscribe, name="unsubscribe"),
    path("calendar/", views.calendar_settings, name="calendar_settings"),
    path("<uuid:notice_id>/", views.notice, name="notice"),
]
