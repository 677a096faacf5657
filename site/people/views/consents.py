from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from people import actions, selectors
from people.consents import title_of

PER_PAGE = 20


@login_required
@never_cache
def consents(request: HttpRequest) -> HttpResponse:
    """What one agreed to, when and in which words. `give` and `take_back` name a purpose."""
    person = request.user
    if purpose := request.POST.get("give"):
        actions.give_consent(person=person, by=person, purpose=purpose, language=get_language())
        messages.success(request, _("You have agreed. You can take this back here at any time."))
        return redirect("consents")
    if purpose := request.POST.get("take_back"):
        if actions.withdraw_consent(person=person, by=person, purpose=purpose):
            messages.success(request, _("You have taken your agreement back."))
        return redirect("consents")
    earlier = Paginator(selectors.consents_given(person), PER_PAGE).get_page(request.GET.get("page"))
    lines = [(title_of(consent.purpose), consent) for consent in earlier]
    context = {"asked": selectors.consents_asked(person), "earlier": earlier, "lines": lines}
    return render(request, "people/consents.html", context)
