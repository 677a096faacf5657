from django.urls import path

from people import views
from people.views import codes

urlpatterns = [
    # Before allauth's own of the same addresses and names.
    path("login/code/confirm/", codes.confirm_login_code, name="account_confirm_login_code"),
    path("confirm-email/", codes.confirm_email_code, name="account_email_verification_sent"),
    path(
        "password/reset/confirm/",
        codes.confirm_password_reset_code,
        name="account_confirm_password_reset_code",
    ),
    path("", views.account_home, name="account_home"),
    path("profile/", views.profile, name="profile"),
    path("zone/", views.zone, name="zone"),
    path("consents/", views.consents, name="consents"),
    path("activity/", views.activity, name="audit"),
    path("organisations/", views.organisations, name="organisations"),
    path("organisations/<uuid:public_id>/", views.organisation, name="organisation"),
    path("organisations/<uuid:public_id>/invite/", views.organisation_invite, name="organisation_invite"),
    path(
        "organisations/<uuid:public_id>/members/<uuid:membership_id>/",
        views.organisation_member,
        name="organisation_member",
    ),
    path(
        "organisations/<uuid:public_id>/invitations/<uuid:invitation_id>/",
        views.organisation_invitation,
        name="organisation_invitation",
    ),
    path("invitations/<str:token>/", views.invitation, name="invitation"),
    path("my-data/", views.my_data, name="my_data"),
    path("my-data/download/", views.my_data_download, name="my_data_download"),
    path("erase/", views.erase, name="erase"),
    path("erase/back/", views.erase_back, name="erase_back"),
    path("erase/<str:token>/", views.erase_confirm, name="erase_confirm"),
    path("pause/", views.pause, name="pause"),
    path("pause/end/", views.pause_end, name="pause_end"),
    path("pause/welcome/", views.pause_welcome_away, name="pause_welcome_away"),
]
