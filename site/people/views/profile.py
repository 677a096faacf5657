"""What somebody says about themselves, and the zone they live in."""

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from kernel import clock
from people import actions, selectors, zones
from people.forms import ProfileForm, ZoneForm

# In the session: until when the question about the zone is put off.
LATER = "zone_asked_again_on"
PUT_OFF_FOR = timedelta(days=7)


@login_required
@never_cache
def profile(request: HttpRequest) -> HttpResponse:
    form = ProfileForm(request.POST or None, instance=selectors.profile_of(request.user), person=request.user)
    if form.is_valid():
        actions.change_profile(person=request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your changes are kept."))
        return redirect("profile")
    return render(request, "people/profile.html", {"form": form})


@login_required
def zone(request: HttpRequest) -> HttpResponse:
    """Say where one lives; or, from the learner home, put the question off for a week."""
    if request.method == "POST" and "later" in request.POST:
        request.session[LATER] = (clock.now() + PUT_OFF_FOR).date().isoformat()
        return redirect("learner_home")
    form = ZoneForm(request.POST or None, initial={"zone": zones.known(request.user.zone)})
    if form.is_valid():
        person = actions.choose_zone(person=request.user, by=request.user, zone=form.cleaned_data["zone"])
        place = zones.label(person.zone)
        messages.success(request, _("Dates and times are now shown as they are in %(zone)s.") % {"zone": place})
        return redirect("learner_home" if "home" in request.POST else "account_home")
    said = zones.label(request.user.zone) if zones.known(request.user.zone) else ""
    return render(request, "people/zone.html", {"form": form, "said": said})
