"""Messages of a cohort: written by its facilitators, read by those they are for."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.cohorts.actions.messages import send_message
from courses.cohorts.forms.facilitating import MessageForm
from courses.cohorts.models import Cohort, CohortMessage
from courses.cohorts.rules import belong, facilitate, read_message
from courses.cohorts.selectors.facilitating import learners
from courses.cohorts.selectors.messages import messages_of
from courses.cohorts.views.facilitating import posted
from kernel.markup import to_html

MESSAGES_PER_PAGE = 20


@login_required
@never_cache
def cohort_messages(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """What was written in this cohort; with the form to write, for whoever leads it."""
    cohort = get_object_or_404((facilitate | belong).visible(Cohort.objects, request.user), public_id=cohort_id)
    leads = facilitate.allows(request.user, cohort)
    form = None
    if leads:
        form = MessageForm(
            posted(request),
            learners=list(learners(cohort)),
            initial={"to": request.GET.get("to", "")},
        )
    elif request.method == "POST":
        raise Http404
    if request.method == "POST" and form.is_valid():
        send_message(
            cohort=cohort,
            by=request.user,
            text=form.cleaned_data["text"],
            language=get_language(),
            to=form.recipient,
        )
        messages.success(request, _("Your message is sent."))
        return redirect("cohort_messages", cohort.public_id)
    page = Paginator(messages_of(cohort, request.user), MESSAGES_PER_PAGE).get_page(request.GET.get("page"))
    context = {"cohort": cohort, "form": form, "leads": leads, "page": page}
    return render(request, "cohorts/messages.html", context, status=400 if form and form.errors else 200)


@login_required
@never_cache
def cohort_message(request: HttpRequest, cohort_id: uuid.UUID, message_id: uuid.UUID) -> HttpResponse:
    """One message, in the words of whoever wrote it."""
    rows = read_message.visible(CohortMessage.objects.select_related("cohort", "sender", "to__person"), request.user)
    message = get_object_or_404(rows, public_id=message_id, cohort__public_id=cohort_id)
    context = {
        "cohort": message.cohort,
        "message": message,
        "text": to_html(message.text),
        "leads": facilitate.allows(request.user, message.cohort),
    }
    return render(request, "cohorts/message.html", context)
