"""The standing group."""

from django.urls import path

from community.sets.views import seats, sets

urlpatterns = [
    path("", sets.sets, name="sets"),
    path("find/", sets.find, name="find_sets"),
    path("propose/", sets.propose, name="propose_set"),
    path("join/", seats.join, name="join_set"),
    path("join/<str:code>/", seats.join, name="join_set"),
    path("<uuid:set_id>/", sets.one, name="set"),
    path("<uuid:set_id>/edit/", sets.edit, name="edit_set"),
    path("<uuid:set_id>/close/", sets.close, name="close_set"),
    path("<uuid:set_id>/code/", sets.new_code, name="new_code"),
    path("<uuid:set_id>/ground-rules/", sets.ground_rules, name="set_ground_rules"),
    path("<uuid:set_id>/ground-rules/accept/", sets.accept, name="accept_ground_rules"),
    path("<uuid:set_id>/ask/", seats.ask, name="ask_seat"),
    path("<uuid:set_id>/stop-asking/", seats.stop_asking, name="stop_asking"),
    path("<uuid:set_id>/requests/<uuid:request_id>/", seats.answer, name="answer_seat_request"),
    path("<uuid:set_id>/leave/", seats.leave, name="leave_set"),
    path("<uuid:set_id>/seats/<uuid:seat_id>/remove/", seats.remove, name="remove_seat"),
    path("<uuid:set_id>/hand-over/", seats.hand_over, name="hand_over_set"),
]
