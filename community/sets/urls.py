from django.urls import include, path

urlpatterns = [
    path("", include("community.sets.set_urls")),
    path("", include("community.sets.meeting_urls")),
    path("", include("community.sets.room_urls")),
]
