from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from people import actions
from people.forms import ProfileForm


@login_required
def account_home(request: HttpRequest) -> HttpResponse:
    """The account page: name and language, and the ways to everything allauth looks after."""
    form = ProfileForm(request.POST or None, instance=request.user)
    if form.is_valid():
        actions.change_profile(person=request.user, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your changes are kept."))
        return redirect("account_home")
    return render(request, "people/account_home.html", {"form": form})
