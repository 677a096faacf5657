import uuid

import pytest

from courses.journal.actions import entries as actions
from courses.journal.models import Entry, EntryShare
from courses.journal.selectors.entries import companions
from courses.journal.selectors.prompts import prompt, prompts_in, tell_steps
from courses.journal.selectors.searching import find, show, wanted_words
from kernel.errors import NotAllowed, Refused
from notices.models import Notice
from people.models import AuditLine
from tests.courses.journal.conftest import SECRET
from tests.factories import UserFactory
from tests.factories.cohorts import CohortFactory, FacilitationFactory, PlaceFactory
from tests.factories.journal import EntryFactory, EntryShareFactory
from tests.helpers import COURSE, shipped_page

pytestmark = pytest.mark.django_db


def begin(person, **more):
    words = {"draft": uuid.uuid4(), "title": "", "body": "Words.", "language": "en", **more}
    return actions.begin_entry(by=person, **words)


class TestBegin:
    def test_the_same_draft_sent_twice_is_one_page(self):
        person, draft = UserFactory(), uuid.uuid4()
        one, two = (begin(person, draft=draft) for _ in range(2))
        assert one == two
        assert Entry.objects.get(owner=person).revision == 1

    def test_the_same_draft_with_other_words_is_a_conflict_and_keeps_the_first(self):
        person, draft = UserFactory(), uuid.uuid4()
        begin(person, draft=draft)
        with pytest.raises(Refused, match="newer_text"):
            begin(person, draft=draft, body="Others.")
        assert Entry.objects.get(owner=person).body == "Words."

    def test_two_people_with_the_same_draft_have_a_page_each(self):
        draft = uuid.uuid4()
        one, two = (begin(UserFactory(), draft=draft) for _ in range(2))
        assert one.public_id != two.public_id

    @pytest.mark.parametrize("language", ["en", "fr", "es"])
    def test_keeps_the_question_in_the_words_of_the_page(self, reflection, language):
        page = reflection[language]
        (asked,) = prompts_in(page)
        entry = begin(UserFactory(), step_key=page.translation_key, language=language)
        assert entry.prompt == asked.words == prompt(page.translation_key, 0, language).words
        (told,) = tell_steps([Entry.objects.get(pk=entry.pk)], "en")
        assert told.step.title == reflection["en"].title
        assert told.prompt_language == language

    def test_a_reflection_without_a_question_asks_what_it_is_about(self):
        page = shipped_page("en", *COURSE, "carrying-on", "looking-again")
        assert [found.words for found in prompts_in(page)] == [page.summary]

    @pytest.mark.parametrize("forged", ["no step", "no question", "no prompt"])
    def test_a_forged_step_is_not_here(self, reflection, forged):
        key = {
            "no step": uuid.uuid4(),
            "no question": reflection["en"].translation_key,
            "no prompt": shipped_page("en", *COURSE, "where-i-stand", "welcome").translation_key,
        }[forged]
        person = UserFactory()
        with pytest.raises(NotAllowed):
            begin(person, step_key=key, question=7 if forged == "no question" else 0)
        assert not Entry.objects.filter(owner=person).exists()


class TestSave:
    def test_raises_the_revision_and_only_when_something_changed(self):
        entry = EntryFactory()
        for _ in range(2):
            saved = actions.save_entry(entry=entry, by=entry.owner, revision=1, title="", body="New.", language="fr")
        assert (saved.revision, saved.body, saved.language) == (2, "New.", "fr")

    def test_over_a_newer_text_is_refused_and_changes_nothing(self):
        entry = EntryFactory(revision=3, body="Newer.")
        with pytest.raises(Refused, match="newer_text"):
            actions.save_entry(entry=entry, by=entry.owner, revision=2, title="", body="Older.", language="en")
        entry.refresh_from_db()
        assert (entry.revision, entry.body) == (3, "Newer.")

    def test_nobody_else_saves_deletes_or_shares(self, friend):
        entry = EntryFactory()
        share = EntryShareFactory(entry=entry, reader=friend)
        for deed in (
            lambda: actions.save_entry(entry=entry, by=friend, revision=1, title="", body="", language="en"),
            lambda: actions.delete_entry(entry=entry, by=friend),
            lambda: actions.share_entry(entry=entry, reader=friend.public_id, by=friend),
            lambda: actions.take_back(share=share, by=friend),
        ):
            with pytest.raises(NotAllowed):
                deed()
        share.refresh_from_db()
        assert share.taken_back_at is None

    def test_a_page_deleted_in_another_tab_is_not_here(self):
        entry = EntryFactory()
        Entry.objects.filter(pk=entry.pk).delete()
        with pytest.raises(NotAllowed):
            actions.save_entry(entry=entry, by=entry.owner, revision=1, title="", body="", language="en")


class TestShare:
    def test_tells_who_and_never_what(self, person, friend):
        entry = EntryFactory(owner=person, title=SECRET, body=SECRET)
        share = actions.share_entry(entry=entry, reader=friend.public_id, by=person)
        notice = Notice.objects.get(person=friend)
        assert notice.kind == "journal_shared"
        assert "Ana" in str(notice.values)
        assert SECRET not in str(notice.__dict__)
        assert share.reader == friend

    def test_in_the_name_of_somebody_who_has_told_us_none_gives_no_address(self, person, friend):
        person.name = ""
        person.save()
        actions.share_entry(entry=EntryFactory(owner=person), reader=friend.public_id, by=person)
        assert "@" not in str(Notice.objects.get(person=friend).values)

    def test_twice_is_once_and_again_after_taking_back(self, person, friend):
        entry = EntryFactory(owner=person)
        one, two = (actions.share_entry(entry=entry, reader=friend.public_id, by=person) for _ in range(2))
        assert one == two
        assert Notice.objects.filter(person=friend).count() == 1
        for _ in range(2):
            actions.take_back(share=one, by=person)
        assert actions.share_entry(entry=entry, reader=friend.public_id, by=person) != one
        verbs = ["journal_entry.shared", "journal_entry.taken_back", "journal_entry.shared"]
        assert list(AuditLine.objects.filter(by=person).order_by("pk").values_list("verb", flat=True)) == verbs

    @pytest.mark.parametrize("end", ["take_back", "delete"])
    def test_an_unread_notice_goes_with_it(self, person, friend, end):
        entry = EntryFactory(owner=person)
        share = actions.share_entry(entry=entry, reader=friend.public_id, by=person)
        if end == "delete":
            actions.delete_entry(entry=entry, by=person)
            assert not EntryShare.objects.filter(pk=share.pk).exists()
        else:
            actions.take_back(share=share, by=person)
        assert not Notice.objects.filter(person=friend).exists()

    def test_a_stranger_is_refused_with_a_sentence(self, person, friend):
        with pytest.raises(Refused, match="not_a_companion"):
            actions.share_entry(entry=EntryFactory(owner=person), reader=UserFactory().public_id, by=person)


class TestCompanions:
    def test_are_the_people_of_ones_own_live_cohorts_facilitators_first(self, person, friend):
        cohort = person.enrolments.get().cohort
        FacilitationFactory(cohort=cohort, person__name="Fay")
        PlaceFactory(cohort=cohort, person__name="")
        PlaceFactory(cohort=cohort, person__name="Gone", person__is_active=False)
        PlaceFactory(cohort=cohort, person__name="Left", state="withdrawn")
        FacilitationFactory(cohort=cohort, person__name="Was", ended=True)
        PlaceFactory(person__name="Elsewhere")
        found = companions(person)
        assert [(one.name, one.is_facilitator) for one in found] == [("Fay", True), ("Bea", False)]
        assert not any("@" in str(one) for one in found)

    @pytest.mark.parametrize("state", ["draft", "cancelled"])
    def test_nobody_of_a_cohort_that_is_not(self, state):
        cohort = CohortFactory(state=state)
        place = PlaceFactory(cohort=cohort)
        PlaceFactory(cohort=cohort)
        assert companions(place.person) == []

    @pytest.mark.parametrize("more", [1, 3])
    def test_cost_the_same(self, person, friend, more, django_assert_num_queries):
        cohort = person.enrolments.get().cohort
        for _number in range(more):
            PlaceFactory(cohort=cohort)
        with django_assert_num_queries(3):
            assert len(companions(person)) == more + 1


class TestSearch:
    def test_finds_beginnings_of_words_blind_to_accents_and_case(self):
        person = UserFactory()
        hit = EntryFactory(owner=person, title="L’Éducation", body="Un cœur fatigué")
        EntryFactory(owner=person, body="something else")
        EntryFactory(body="cœur fatigué de quelqu'un d'autre")
        assert find(person, "COEUR educ") == [hit]
        assert find(person, "igué") == []
        assert find(person, "a") == find(person, "") == find(person, "!!") == []

    def test_marks_what_was_found_in_its_place(self):
        entry = EntryFactory(body="one two three four five six seven eight nine ten <b>Cœur</b> done", title="")
        found = show(entry, wanted_words("coeur"))
        assert found.excerpt.startswith("… three")
        assert "&lt;b&gt;<mark><strong>Cœur</strong></mark>&lt;/b&gt; done" in found.excerpt
