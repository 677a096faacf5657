"""A learner's initiative: beginning, writing, milestones, what is new, who may read it. Everything goes through one's
own rows; only `read` opens it to those it is shared with."""

import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from courses.cohorts.models import Enrolment
from courses.cohorts.rules import learn
from courses.journal import rules
from courses.journal.actions import initiatives as actions
from courses.journal.forms.initiatives import InitiativeForm, MilestoneForm, SharingForm, TitleForm, UpdateForm
from courses.journal.models import Initiative, InitiativeUpdate, Milestone
from courses.journal.selectors import initiatives as selectors
from kernel.errors import Refused
from kernel.private import private, unrecorded
from people import zones

A_PAGE = 10


@private
@require_GET
def initiatives(request: HttpRequest) -> HttpResponse:
    """One's own, and where one may begin another."""
    page = Paginator(selectors.initiatives_of(request.user), A_PAGE).get_page(request.GET.get("page"))
    beginnings = selectors.beginnings_of(request.user, get_language())
    return render(request, "journal/initiatives.html", {"page_obj": page, "beginnings": beginnings})


@private
@require_GET
def of_course(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """From a step of a course to one's initiative in it: to read it, to begin it, or first to begin the course."""
    enrolment = learn.visible(Enrolment.objects, request.user).filter(course__key=course_key).first()
    if enrolment is None:
        return redirect("enrol", course_key)
    known = Initiative.objects.filter(enrolment=enrolment).first()
    return redirect(known) if known else redirect("initiative_begin", enrolment.public_id)


@private
def begin(request: HttpRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """A title is enough to begin; then comes the page with the questions."""
    enrolment = get_object_or_404(learn.visible(Enrolment.objects, request.user), public_id=enrolment_id)
    if known := Initiative.objects.filter(enrolment=enrolment).first():
        return redirect(known)
    form = TitleForm(request.POST or None)
    if form.is_valid():
        begun = actions.begin_initiative(
            enrolment=enrolment, title=form.cleaned_data["title"], language=get_language(), by=request.user
        )
        return redirect("initiative_edit", begun.public_id)
    return render(request, "journal/initiative_begin.html", {"form": form})


@private
@require_GET
def initiative(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    return _page(request, _own(request, initiative_id))


@private
def edit(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    """The questions on one page. What was written somewhere else meanwhile is shown beside it, to choose from."""
    here = _own(request, initiative_id)
    form = InitiativeForm(request.POST or None, initial={**_stored(here), "revision": here.revision})
    context = {
        "initiative": here,
        "form": form,
        "readers": selectors.readers(here),
        "key": _key(here),
        "sent": request.method == "POST",
    }
    if not form.is_valid():
        return render(request, "journal/initiative_edit.html", context)
    try:
        actions.write_initiative(initiative=here, by=request.user, **form.cleaned_data)
    except Refused:
        # The next save is on top of what is shown beside it.
        here = context["initiative"] = _own(request, initiative_id)
        stored = _stored(here)
        context["form"] = InitiativeForm(initial={**form.cleaned_data, "revision": here.revision})
        context["elsewhere"] = [
            {"name": form.fields[name].label, "value": text}
            for name, text in stored.items()
            if text != form.cleaned_data[name]
        ]
        return render(request, "journal/initiative_edit.html", context, status=409)
    messages.success(request, _("Your changes are kept."))
    return redirect(here)


@unrecorded
@require_POST
def autosave(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    """Keep what stands in the form now (centre/js/autosave.js). 409 with what is there when it is newer."""
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    here = _own(request, initiative_id)
    form = InitiativeForm(request.POST)
    if not form.is_valid():
        words = " ".join(str(error) for errors in form.errors.values() for error in errors)
        return JsonResponse({"said": words}, status=400)
    try:
        here = actions.write_initiative(initiative=here, by=request.user, **form.cleaned_data)
    except Refused as refused:
        now = _own(request, initiative_id)
        answer = {"said": refused.message, "revision": now.revision, "current": _stored(now)}
        return JsonResponse(answer, status=409)
    said = _("Saved at %(time)s.") % {"time": zones.time_in_words(here.changed_at)}
    answer = {"revision": here.revision, "saved_at": here.changed_at.isoformat(), "said": said, "key": _key(here)}
    if "leaving" in request.POST:
        messages.success(request, _("Your changes are kept."))
        answer["next"] = here.get_absolute_url()
    return JsonResponse(answer)


@private
@require_POST
def share(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    here = _own(request, initiative_id)
    form = SharingForm(request.POST)
    if not form.is_valid():
        return _page(request, here, sharing=form)
    here = actions.share_initiative(initiative=here, by=request.user, **form.cleaned_data)
    if selectors.readers(here):
        messages.success(request, _("This is kept. You can change it at any time."))
    else:
        messages.success(request, _("Only you read your initiative now."))
    return redirect(here)


@private
@require_GET
def read(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    """What those read whom it is shared with; its owner sees the same."""
    shown = rules.read_initiative.visible(Initiative.objects.select_related("owner", "enrolment"), request.user)
    return _sheet(request, get_object_or_404(shown, public_id=initiative_id))


@private
@require_GET
def print_one(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    return _sheet(request, _own(request, initiative_id), printing=True)


@private
@require_POST
def update(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    here = _own(request, initiative_id)
    form = UpdateForm(request.POST)
    if not form.is_valid():
        return _page(request, here, news=form)
    actions.add_update(
        initiative=here,
        text=form.cleaned_data["news"],
        attainment=form.cleaned_data["attainment"],
        by=request.user,
    )
    messages.success(request, _("Your update is kept."))
    return redirect(here)


@private
def delete_update(request: HttpRequest, initiative_id: uuid.UUID, update_id: uuid.UUID) -> HttpResponse:
    """Asks first: what is deleted does not come back."""
    here = _own(request, initiative_id)
    news = get_object_or_404(InitiativeUpdate, initiative=here, public_id=update_id)
    if request.method != "POST":
        return _sure(request, here, news.text)
    actions.delete_update(update=news, by=request.user)
    messages.success(request, _("It is deleted."))
    return redirect(here)


@private
@require_POST
def milestone(request: HttpRequest, initiative_id: uuid.UUID) -> HttpResponse:
    here = _own(request, initiative_id)
    form = MilestoneForm(request.POST)
    if not form.is_valid():
        return _page(request, here, milestone=form)
    actions.add_milestone(initiative=here, by=request.user, **form.cleaned_data)
    messages.success(request, _("The milestone is on your page."))
    return redirect(here)


@private
@require_POST
def mark_milestone(request: HttpRequest, initiative_id: uuid.UUID, milestone_id: uuid.UUID) -> HttpResponse:
    """Reached, or (with `not_yet`) not reached."""
    here = _own(request, initiative_id)
    point = get_object_or_404(Milestone, initiative=here, public_id=milestone_id)
    reached = "not_yet" not in request.POST
    actions.mark_milestone(milestone=point, reached=reached, by=request.user)
    messages.success(request, _("You have reached a milestone.") if reached else _("The milestone is open again."))
    return redirect(here)


@private
def delete_milestone(request: HttpRequest, initiative_id: uuid.UUID, milestone_id: uuid.UUID) -> HttpResponse:
    """Asks first: what is deleted does not come back."""
    here = _own(request, initiative_id)
    point = get_object_or_404(Milestone, initiative=here, public_id=milestone_id)
    if request.method != "POST":
        return _sure(request, here, point.text)
    actions.delete_milestone(milestone=point, by=request.user)
    messages.success(request, _("It is deleted."))
    return redirect(here)


def _own(request: HttpRequest, initiative_id: uuid.UUID) -> Initiative:
    own = rules.own_initiative.visible(Initiative.objects.select_related("enrolment"), request.user)
    return get_object_or_404(own, public_id=initiative_id)


def _stored(here: Initiative) -> dict[str, str]:
    return {name: getattr(here, name) for name in actions.PARTS}


def _key(here: Initiative) -> str:
    """Under which a device keeps what is not yet saved."""
    return f"initiative:{here.public_id}"


def _page(request: HttpRequest, here: Initiative, **forms) -> HttpResponse:
    """The initiative with everything that can be done to it; a form that needs another look stands in its place."""
    sharing = SharingForm(
        initial={"facilitators": here.shared_with_facilitators, "set_members": here.shared_with_set},
        auto_id="sharing_%s",
    )
    context = {
        "initiative": here,
        "readers": selectors.readers(here),
        "milestones": here.milestones.all(),
        "page_obj": Paginator(here.updates.all(), A_PAGE).get_page(request.GET.get("page")),
        "story": selectors.latest_story(here),
        "milestone": MilestoneForm(),
        "news": UpdateForm(),
        "sharing": sharing,
        **forms,
    }
    return render(request, "journal/initiative.html", context)


def _sheet(request: HttpRequest, shown: Initiative, *, printing: bool = False) -> HttpResponse:
    """The whole initiative to read, with nothing to press."""
    context = {
        "initiative": shown,
        "mine": shown.owner_id == request.user.pk,
        "printing": printing,
        "readers": selectors.readers(shown),
        "milestones": shown.milestones.all(),
        "page_obj": Paginator(shown.updates.all(), 100 if printing else A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "journal/initiative_read.html", context)


def _sure(request: HttpRequest, here: Initiative, words: str) -> HttpResponse:
    return render(request, "journal/initiative_delete.html", {"initiative": here, "words": words})
