"""What people are told about cohorts."""

from django.utils.translation import gettext_lazy as _

from notices.kinds import Kind, register

SEE_COHORT = _("Look at your cohort")

register(
    Kind(
        key="place_given",
        label=_("You have a place in a cohort"),
        headline=_("You have a place in {cohort}"),
        body=_("Welcome. The dates, and how to join the meetings, are on the cohort’s page."),
        button=SEE_COHORT,
        essential=True,
    ),
    Kind(
        key="on_waiting_list",
        label=_("You are on a waiting list"),
        headline=_("You are on the waiting list of {cohort}"),
        body=_("The cohort is full now. When a place becomes free it goes to the next on the list by itself."),
        button=_("See where you are on the list"),
    ),
    Kind(
        key="moved_up",
        label=_("A place has become free for you"),
        headline=_("A place has become free: you are now in {cohort}"),
        body=_(
            "You were next on the waiting list. If it does not suit you any more, you can give the place on with one "
            "press."
        ),
        button=SEE_COHORT,
        essential=True,
    ),
    Kind(
        key="request_declined",
        label=_("A cohort has no place for you"),
        headline=_("{cohort} cannot give you a place"),
        body=_("This says nothing about you. You can begin the course at your own pace, or look for another cohort."),
        button=_("See the cohorts that are open"),
    ),
    Kind(
        key="cohort_cancelled",
        label=_("Your cohort does not take place"),
        headline=_("{cohort} will not take place"),
        body=_("We are sorry. All that you have done is kept: you can go on at your own pace, or join another cohort."),
        button=SEE_COHORT,
        essential=True,
    ),
    Kind(
        key="cohort_closed",
        label=_("A cohort takes nobody new any more"),
        headline=_("{cohort} takes nobody new any more"),
        body=_("So there will be no place from the waiting list. You can begin the course at your own pace."),
        button=_("See the cohorts that are open"),
    ),
    Kind(
        key="timetable_changed",
        label=_("The timetable of your cohort has changed"),
        headline=_("{cohort}: the timetable has changed"),
        body=_("Look at the new dates and put them into your calendar."),
        button=_("See the timetable"),
    ),
    Kind(
        key="session_soon",
        label=_("Your cohort meets tomorrow"),
        headline=_("{cohort}: you meet on {when}"),
        body=_("How to join the meeting is on the cohort’s page. If you cannot come, that is all right."),
        button=SEE_COHORT,
        reminder=True,
    ),
    Kind(
        key="place_asked",
        label=_("Somebody asks for a place in a cohort that you lead"),
        headline=_("{cohort}: somebody asks for a place"),
        many=_("{cohort}: {count} people ask for a place"),
        body=_("You decide. Whoever asks is told what you have decided."),
        button=_("See who asks"),
    ),
    Kind(
        key="cohort_message",
        label=_("Messages from those who lead your cohort"),
        headline=_("{cohort}: a message from those who lead it"),
        many=_("{cohort}: {count} messages from those who lead it"),
        body=_("The message itself is on its own page, so that only you read it."),
        button=_("Read the message"),
    ),
)
