"""No app forgets somebody: every table with a person in it belongs to a part of “my data”, or says here why not."""

from __future__ import annotations

import json

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import DO_NOTHING, PROTECT, RESTRICT, Model
from django.utils import translation

from people.contributions import contributions
from people.models import User
from tests.factories import UserFactory

# What editors did for the Centre, with CMS rights that the Centre gave them: it stays, without their name.
EDITING = "the Centre's pages and the CMS's own record of who worked on them: staff, in their work for the Centre"
NOT_THEIRS = {
    "wagtailcore.Page": EDITING,
    "wagtailcore.Revision": EDITING,
    "wagtailcore.PageLogEntry": EDITING,
    "wagtailcore.ModelLogEntry": EDITING,
    "wagtailcore.WorkflowState": EDITING,
    "wagtailcore.TaskState": EDITING,
    "wagtailcore.Comment": EDITING,
    "wagtailcore.CommentReply": EDITING,
    "wagtailcore.PageSubscription": EDITING,
    "wagtailcore.UploadedFile": EDITING,
    "wagtailadmin.EditingSession": EDITING,
    "wagtailadmin.FormState": EDITING,
    "wagtailimages.Image": EDITING,
    "wagtaildocs.Document": EDITING,
    "wagtail_localize.StringTranslation": EDITING,
    "wagtail_localize.SegmentOverride": EDITING,
    # Collected as the account itself.
    "people.User": "the person",
}


def hanging_on_people() -> set[type[Model]]:
    """Every model with a foreign key, one-to-one or many-to-many to a person, or to a model that itself hangs on one.
    What is not theirs leads no further."""
    found: set[type[Model]] = set()
    reached: set[type[Model]] = {User}
    while reached:
        found |= reached
        from_here = {model for model in reached if model is User or model._meta.label not in NOT_THEIRS}
        reached = {
            model
            for model in apps.get_models(include_auto_created=True)
            for field in model._meta.get_fields()
            if field.is_relation and not field.auto_created and field.related_model in from_here
            if not issubclass(model, apps.get_model("wagtailcore.Page"))
            if not model._meta.auto_created
        } - found
    return found - {User}


def contributed() -> set[type[Model]]:
    return {model for part in contributions() for model in part.models}


def test_every_table_with_a_person_in_it_is_told_and_erased():
    forgotten = sorted(model._meta.label for model in hanging_on_people() - contributed())
    assert [label for label in forgotten if label not in NOT_THEIRS] == []


def test_reasons_are_given_for_what_is_there():
    labels = {model._meta.label for model in hanging_on_people()} | {"wagtailcore.Page", "people.User"}
    assert set(NOT_THEIRS) <= labels
    assert not {model._meta.label for model in contributed()} & set(NOT_THEIRS)


def test_nothing_stands_in_the_way_of_erasing_somebody():
    """A protected key would keep the account for ever; one that does nothing leaves a bare number in a log."""
    blocking = [
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and not field.auto_created and field.related_model is User
        if getattr(field.remote_field, "on_delete", None) in (PROTECT, RESTRICT, DO_NOTHING)
    ]
    assert sorted(blocking) == ["wagtailcore.ModelLogEntry.user", "wagtailcore.PageLogEntry.user"]


def test_parts_are_in_the_order_of_the_ladder_whoever_was_imported_first():
    rungs = [settings.LADDER.index(_app(part.collect)) for part in contributions()]
    assert rungs == sorted(rungs)


def _app(function) -> str:
    return apps.get_containing_app_config(function.__module__).name


@pytest.mark.django_db
@pytest.mark.parametrize("part", contributions(), ids=lambda part: part.key)
def test_every_part_answers_for_somebody_new_and_speaks(part):
    assert json.dumps(part.collect(UserFactory()))
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            assert str(part.title).strip()
            assert str(part.rule).strip().endswith(".")
