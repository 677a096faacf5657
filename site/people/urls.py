from django.urls import path

from people import views

urlpatterns = [path("", views.account_home, name="account_home")]
