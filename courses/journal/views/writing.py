"""Writing in the journal: the form that works by itself, and the addresses that a script saves to as one writes."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from courses.journal.actions import entries as actions
from courses.journal.forms.entries import EntryForm, NewEntryForm
from courses.journal.models import Entry
from courses.journal.rules import own_entry
from courses.journal.selectors.prompts import Prompt, prompt, step_name, tell_steps
from courses.journal.views.entries import own
from kernel.errors import NotAllowed, Refused
from kernel.private import private, unrecorded
from people import zones


@private
def new(request: HttpRequest) -> HttpResponse:
    """A new page: free, or with `?step=` and `&question=` an answer to what a step asks."""
    asked = _asked(request)
    if request.method == "POST":
        form = NewEntryForm(request.POST)
        if form.is_valid():
            try:
                return _leave(request, _begin(request, form))
            except Refused as refusal:
                if refusal.code == "newer_text":
                    return _both(request, _begun(request, form), form)
                form.add_error(None, refusal.message)
            except NotAllowed:
                form = _without_question(request.POST)
        return _editor(request, form, asked=asked, sent=True)
    initial = {"draft": uuid.uuid4(), "revision": 0, "language": get_language()}
    if asked:
        # Not the language of the question, when a step is not translated: the one they read the Centre in.
        initial |= {"step": asked.step_key, "question": asked.number}
    return _editor(request, NewEntryForm(initial=initial), asked=asked)


@private
def write(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    """Go on writing. What was saved elsewhere in the meantime is shown beside one's own, to choose from."""
    entry = own(request, entry_id)
    if request.method == "POST":
        form = EntryForm(_joined(request.POST, entry))
        if form.is_valid():
            try:
                return _leave(request, _save(request, entry, form))
            except Refused:
                return _both(request, own(request, entry_id), form)
        return _editor(request, form, entry=entry, sent=True)
    return _editor(request, EntryForm(initial=_stored(entry)), entry=entry)


@unrecorded
@require_POST
def autosave_new(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    form = NewEntryForm(request.POST)
    if form.has_error("body", "nothing_yet"):
        return JsonResponse({"revision": 0})
    try:
        if form.is_valid():
            return _saved(request, _begin(request, form))
    except Refused as refusal:
        if refusal.code == "newer_text":
            return _newer(_begun(request, form), refusal)
        form.add_error(None, refusal.message)
    except NotAllowed:
        form = _without_question(request.POST)
    return _not_saved(form)


@unrecorded
@require_POST
def autosave(request: HttpRequest, entry_id: uuid.UUID) -> HttpResponse:
    if not request.user.is_authenticated:
        return JsonResponse({}, status=401)
    entry = own(request, entry_id)
    form = EntryForm(_joined(request.POST, entry))
    if not form.is_valid():
        return _not_saved(form)
    try:
        return _saved(request, _save(request, entry, form))
    except Refused as refusal:
        return _newer(own(request, entry_id), refusal)


def _asked(request: HttpRequest) -> Prompt | None:
    """The question that the address or the form names, in the words it has now."""
    step, number = request.POST.get("step") or request.GET.get("step"), request.POST.get("question")
    number = number or request.GET.get("question") or "0"
    if not step:
        return None
    try:
        found = prompt(uuid.UUID(step), int(number[:3]), get_language())
    except ValueError:
        found = None
    if found is None and request.method != "POST":
        raise Http404
    return found


def _begin(request: HttpRequest, form: NewEntryForm) -> Entry:
    words = {name: form.cleaned_data[name] for name in ("title", "body", "language", "draft")}
    step, question = form.cleaned_data["step"], form.cleaned_data["question"] or 0
    return actions.begin_entry(
        by=request.user, step_key=step, question=question, prompt_language=get_language(), **words
    )


def _begun(request: HttpRequest, form: NewEntryForm) -> Entry:
    """What the same draft has become already."""
    public_id = actions.entry_id(request.user, form.cleaned_data["draft"])
    return get_object_or_404(own_entry.visible(Entry.objects, request.user), public_id=public_id)


def _save(request: HttpRequest, entry: Entry, form: EntryForm) -> Entry:
    words = {name: form.cleaned_data[name] for name in ("title", "body", "language", "revision")}
    return actions.save_entry(entry=entry, by=request.user, **words)


def _stored(entry: Entry) -> dict[str, Any]:
    return {name: getattr(entry, name) for name in ("title", "body", "language", "revision")}


def _joined(sent: QueryDict, entry: Entry) -> QueryDict:
    """What was sent; where both texts are to be kept, after the one that is there."""
    if sent.get("keep") != "both" or sent.get("revision") != str(entry.revision):
        return sent
    joined = sent.copy()
    joined["body"] = f"{entry.body}\n\n{sent.get('body', '')}"
    return joined


def _without_question(sent: QueryDict) -> NewEntryForm:
    """The same words without the question, which is not in the course any more: nobody loses a text over it."""
    free = sent.copy()
    free["step"] = free["question"] = ""
    form = NewEntryForm(free)
    words = _(
        "The question you were answering is not in the course any more. Save once more to keep your text without it."
    )
    form.add_error(None, words)
    return form


def _leave(request: HttpRequest, entry: Entry) -> HttpResponse:
    if "stop" in request.POST:
        messages.success(request, _("Your text is kept. Come back to it when it suits you."))
        return redirect("learner_home")
    messages.success(request, _("Your text is kept."))
    return redirect(entry)


def _saved(request: HttpRequest, entry: Entry) -> JsonResponse:
    at = zones.time_in_words(entry.changed_at)
    answer = {
        "revision": entry.revision,
        "saved_at": entry.changed_at.isoformat(),
        "said": _("Saved at %(time)s.") % {"time": at},
        "key": _key(entry),
        "url": reverse("journal_write", args=[entry.public_id]),
        "autosave": reverse("journal_autosave", args=[entry.public_id]),
    }
    if "leaving" in request.POST:
        answer["next"] = _leave(request, entry).url
    return JsonResponse(answer)


def _not_saved(form: EntryForm) -> JsonResponse:
    words = " ".join(str(error) for errors in form.errors.values() for error in errors)
    return JsonResponse({"said": words}, status=400)


def _newer(entry: Entry, refusal: Refused) -> JsonResponse:
    stored = _stored(entry)
    revision = stored.pop("revision")
    return JsonResponse({"said": refusal.message, "revision": revision, "current": stored}, status=409)


def _both(request: HttpRequest, entry: Entry, form: EntryForm) -> HttpResponse:
    """Their own text in the form, to be saved over the one that is there, which is shown beside it."""
    mine = {name: form.cleaned_data[name] for name in ("title", "body", "language")}
    form = EntryForm(initial={**mine, "revision": entry.revision})
    return _editor(request, form, entry=entry, newer=entry, sent=True, status=409)


def _editor(
    request: HttpRequest,
    form: EntryForm,
    *,
    entry: Entry | None = None,
    asked: Prompt | None = None,
    newer: Entry | None = None,
    sent: bool = False,
    status: int = 200,
) -> HttpResponse:
    """`sent`: the form holds what was just sent and could not be kept; a script then saves nothing by itself."""
    if entry:
        tell_steps([entry], get_language())
    context = {
        "form": form,
        "entry": entry,
        "newer": newer,
        "sent": sent,
        "step": entry.step if entry else step_name(asked.step_key, get_language()) if asked else None,
        "question": entry.prompt if entry else asked.words if asked else "",
        "question_language": entry.prompt_language if entry else asked.language if asked else "",
        "action": reverse("journal_write", args=[entry.public_id]) if entry else reverse("journal_new"),
        "autosave": reverse("journal_autosave", args=[entry.public_id]) if entry else reverse("journal_autosave_new"),
        "key": _key(entry) if entry else f"journal:new:{asked.step_key}:{asked.number}" if asked else "journal:new",
    }
    return render(request, "journal/write.html", context, status=status)


def _key(entry: Entry) -> str:
    """Under which a device keeps what is not yet saved."""
    return f"journal:{entry.public_id}"
