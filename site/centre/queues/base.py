"""Queues: lists in the CMS with a page for each thing, and verbs that run the same actions as everywhere else.

A queue never saves a model by itself and never shows a field it does not name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib.admin.utils import quote
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views import View
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.generic.permissions import PermissionCheckedMixin
from wagtail.admin.viewsets.model import ModelViewSet

from kernel.errors import NotAllowed, Refused
from people.models import User


class Nothing(forms.Form):
    """A verb that asks for nothing but a yes."""


class PersonByEmail(forms.Form):
    """Somebody who has an account, by the address they sign in with."""

    email = forms.EmailField(label=gettext_lazy("Their e-mail address"))

    def clean_email(self) -> str:
        try:
            self.person = User.objects.get(email=User.objects.normalise(self.cleaned_data["email"]), is_active=True)
        except User.DoesNotExist:
            raise forms.ValidationError(
                _("Nobody signs in with this address. Ask them to make an account first, or look at the letters again.")
            ) from None
        return self.cleaned_data["email"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        return data | ({"person": self.person} if hasattr(self, "person") else {})


@dataclass(frozen=True)
class Verb:
    """Something that may be done to a thing of the queue.

    run    (thing, by, cleaned data) -> None: one action; what it refuses is shown as a sentence
    open   thing -> bool: whether the button is there
    form   (data or None, thing) -> a form; asks for nothing when not given
    """

    name: str
    label: Any
    sentence: Any
    run: Callable[[Any, Any, dict[str, Any]], Any]
    open: Callable[[Any], bool] = lambda thing: True
    form: Callable[[Any, Any], forms.Form] = lambda data, thing: Nothing(data)
    danger: bool = False


@dataclass(frozen=True)
class Table:
    """Rows beneath the page of a thing."""

    title: str
    head: tuple[str, ...]
    rows: list[tuple[Any, ...]]


class Index(generic.IndexView):
    """The list, of what the viewset says is in it."""

    any_permission_required = ["add", "change", "view"]
    queue: Queue = None

    def get_base_queryset(self) -> QuerySet:
        return self.queue.rows()


class Inspect(generic.InspectView):
    template_name = "centre/queues/inspect.html"
    any_permission_required = ["add", "change", "view"]
    queue: Queue = None

    def get_object(self, queryset: QuerySet | None = None) -> Model:
        return get_object_or_404(self.queue.rows(), pk=self.pk)

    def get_page_subtitle(self) -> str:
        return self.queue.title_of(self.object)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        verbs = [verb for verb in self.queue.verbs if verb.open(self.object)]
        may = self.user_has_permission("change")
        links = [(verb, reverse(self.queue.get_url_name(verb.name), args=[self.object.pk])) for verb in verbs if may]
        return {**super().get_context_data(**kwargs), "verbs": links, "tables": self.queue.tables(self.object)}

    def get_field_display_value(self, field_name: str, field: Any) -> Any:
        value = super().get_field_display_value(field_name, field)
        return "–" if value in (None, "") else value


class Do(PermissionCheckedMixin, WagtailAdminTemplateMixin, View):
    """The page that asks before a verb is done, with its form."""

    template_name = "centre/queues/do.html"
    permission_required = "change"
    queue: Queue = None
    verb: Verb = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.thing = get_object_or_404(self.queue.rows(), pk=kwargs["pk"])
        self.form = self.verb.form(request.POST if request.method == "POST" else None, self.thing)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self.render_to_response(self.get_context_data())

    def post(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not self.form.is_valid():
            return self.render_to_response(self.get_context_data(), status=400)
        try:
            self.verb.run(self.thing, request.user, self.form.cleaned_data)
        except Refused as refusal:
            messages.error(request, refusal.message)
        except NotAllowed:
            raise Http404 from None
        else:
            messages.success(request, _("Done: %(verb)s") % {"verb": self.verb.label})
        return redirect(self.queue.url_of(self.thing))

    def get_page_title(self) -> str:
        return str(self.verb.label)

    def get_page_subtitle(self) -> str:
        return self.queue.title_of(self.thing)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = super().get_context_data(**kwargs)
        return {**context, "verb": self.verb, "form": self.form, "back": self.queue.url_of(self.thing)}


class Queue(ModelViewSet):
    """Subclasses name the model, the columns, the fields of the page, and the verbs; `pages` what there is of it."""

    index_view_class = Index
    inspect_view_class = Inspect
    inspect_view_enabled = True
    copy_view_enabled = False
    add_to_reference_index = False
    list_per_page = 50
    form_fields: list[str] = []
    pages = ("index", "index_results", "inspect")
    verbs: tuple[Verb, ...] = ()
    ordering: Any = None

    def rows(self) -> QuerySet:
        return self.model.objects.all()

    def title_of(self, thing: Model) -> str:
        return str(thing)

    def tables(self, thing: Model) -> list[Table]:
        return []

    def url_of(self, thing: Model) -> str:
        """The page of a thing; the list, when it has left the queue."""
        if self.rows().filter(pk=thing.pk).exists():
            return reverse(self.get_url_name("inspect"), args=[quote(thing.pk)])
        return reverse(self.get_url_name("index"))

    @cached_property
    def url_prefix(self) -> str:
        return f"queues/{self.name}"

    @cached_property
    def url_namespace(self) -> str:
        return f"queue_{self.name}"

    def get_common_view_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        found = super().get_common_view_kwargs(queue=self, **kwargs)
        absent = {page for page in ("history", "usage", "add", "edit", "delete") if page not in self.pages}
        return found | {f"{page}_url_name": None for page in absent}

    def get_urlpatterns(self) -> list[URLPattern]:
        found = [pattern for pattern in super().get_urlpatterns() if pattern.name in self.pages]
        return found + [
            path(f"{verb.name}/<int:pk>/", self.construct_view(Do, verb=verb), name=verb.name) for verb in self.verbs
        ]

    def register_admin_url_finder(self) -> None:
        """Nothing of a queue is shown by Wagtail's own reports."""


class Plain(Column):
    """A column that is told by a function of the row."""

    def __init__(self, name: str, label: Any, value: Callable[[Any], Any]) -> None:
        super().__init__(name, label=label)
        self.value = value

    def get_value(self, instance: Any) -> Any:
        found = self.value(instance)
        return "–" if found in (None, "") else found
