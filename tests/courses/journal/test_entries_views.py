import json
import uuid

import pytest
from django.test import Client
from django.urls import reverse

from courses.journal.actions import entries as actions
from courses.journal.models import Entry, EntryShare
from kernel import clock
from tests.courses.journal.conftest import SECRET, at, new_words, words_of
from tests.factories import EnrolmentFactory, UserFactory
from tests.factories.journal import EntryFactory, EntryShareFactory
from tests.helpers import COURSE, LANGUAGES, shipped_page, soup, words

pytestmark = pytest.mark.django_db


class TestWriting:
    def test_a_page_by_plain_forms(self, client, person):
        page = soup(client.get(at("journal_new")))
        form = page.main.find("form", class_="writing")
        sent = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
        sent |= {"body": "**Tired**\n\ntoday", "language": "en", "title": "A day"}
        shown = client.post(form["action"], sent, follow=True)
        assert "Your text is kept." in words(shown)
        assert soup(shown).main.find("strong", string="Tired")
        again = client.post(form["action"], sent, follow=True)
        assert again.status_code == 200
        assert Entry.objects.get(owner=person).body == "**Tired**\n\ntoday"

    def test_save_and_stop_leads_home(self, client, person):
        response = client.post(at("journal_new"), new_words(stop="1"))
        assert response.url == "/en/my/"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_question_of_the_course(self, client, person, reflection, language):
        page = reflection[language]
        url = at("journal_new", language=language) + f"?step={page.translation_key}&question=0"
        main = soup(client.get(url)).main
        question = main.find(class_="question").blockquote.get_text(strip=True)
        assert question in soup(client.get(page.get_url())).get_text()
        step = main.find("input", {"name": "step"})["value"]
        client.post(at("journal_new", language=language), new_words(step=step, question="0", language=language))
        entry = Entry.objects.get(owner=person)
        assert (entry.prompt, str(entry.step_key)) == (question, step)
        shown = soup(client.get(at("journal_entry", entry.public_id))).main.blockquote
        assert (shown.get_text(strip=True), shown["lang"]) == (question, language)

    @pytest.mark.parametrize(
        "query", ["step=00000000-0000-4000-8000-000000000000", "step=x", "step=%00", "question=99"]
    )
    def test_a_forged_question_is_not_here(self, client, person, reflection, query):
        step = f"&step={reflection['en'].translation_key}" if query.startswith("question") else ""
        assert client.get(f"{at('journal_new')}?{query}{step}").status_code == 404

    def test_a_text_whose_question_is_gone_is_not_lost(self, client, person):
        response = client.post(at("journal_new"), new_words(step=str(uuid.uuid4()), question="0", body="Keep me."))
        assert "not in the course any more" in words(response)
        form = soup(response).main.find("form", class_="writing")
        assert form.textarea.get_text(strip=True) == "Keep me."
        assert not form.find("input", {"name": "step"}).get("value")

    def test_an_empty_page_is_not_kept(self, client, person):
        response = client.post(at("journal_new"), new_words(title=" ", body="\n"))
        assert "Write a word or a line first" in words(response)
        assert not Entry.objects.filter(owner=person).exists()

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"title": "x" * 100_000}, "200 characters"),
            ({"body": "x" * 50_001}, "50,000 characters"),
            ({"language": "xx"}, "another look"),
            ({"revision": "-1"}, "another look"),
            ({"revision": "9" * 30}, "another look"),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_what_does_not_fit_is_said_and_stays_in_the_form(self, client, person, sent, said):
        entry = EntryFactory(owner=person)
        response = client.post(at("journal_write", entry.public_id), words_of(body="Mine.") | sent)
        assert response.status_code == 200
        assert said in words(response)
        assert soup(response).main.textarea.get_text(strip=True) == (sent.get("body") or "Mine.")
        entry.refresh_from_db()
        assert entry.revision == 1

    def test_line_ends_and_nuls_of_any_kind(self, client, person):
        entry = EntryFactory(owner=person)
        client.post(at("journal_write", entry.public_id), words_of(body="a\r\nb\rc\0d", title="\0"))
        entry.refresh_from_db()
        assert (entry.body, entry.title) == ("a\nb\ncd", "")

    def test_over_a_newer_text_both_are_shown_and_either_or_both_can_be_kept(self, client, person):
        entry = EntryFactory(owner=person, revision=2, body="Written there.")
        url = at("journal_write", entry.public_id)
        response = client.post(url, words_of(body="Written here."))
        assert response.status_code == 409
        main = soup(response).main
        assert "Written there." in words(response)
        assert main.textarea.get_text(strip=True) == "Written here."
        form = main.find("form", class_="writing")
        assert form.has_attr("data-autosave-hold")
        revision = form.find("input", {"name": "revision"})["value"]
        client.post(url, words_of(body="Written here.", revision=revision, keep="both"))
        entry.refresh_from_db()
        assert entry.body == "Written there.\n\nWritten here."

    def test_a_second_new_page_with_the_same_draft_and_other_words_shows_both(self, client, person):
        sent = new_words(body="First.")
        client.post(at("journal_new"), sent)
        response = client.post(at("journal_new"), sent | {"body": "Second."})
        assert response.status_code == 409
        assert "First." in words(response)
        entry = Entry.objects.get(owner=person)
        assert soup(response).main.find("form", class_="writing")["action"] == at("journal_write", entry.public_id)


class TestAutosave:
    def save(self, client, sent, entry=None):
        url = at("journal_autosave", entry.public_id) if entry else at("journal_autosave_new")
        return client.post(url, sent)

    def test_a_new_page_and_how_to_go_on(self, client, person):
        answer = self.save(client, new_words()).json()
        entry = Entry.objects.get(owner=person)
        assert answer["revision"] == entry.revision == 1
        assert answer["url"] == at("journal_write", entry.public_id)
        assert answer["saved_at"] == entry.changed_at.isoformat()
        assert answer["said"].startswith("Saved at")
        again = client.post(answer["autosave"], words_of(body="More.", revision=answer["revision"])).json()
        assert again["revision"] == 2

    def test_a_retry_is_one_page(self, client, person):
        sent = new_words()
        assert self.save(client, sent).json() == self.save(client, sent).json()
        assert Entry.objects.filter(owner=person).count() == 1

    def test_nothing_yet_is_nothing_kept(self, client, person):
        assert self.save(client, new_words(title="", body="")).json() == {"revision": 0}
        assert not Entry.objects.filter(owner=person).exists()

    def test_an_existing_page_may_be_emptied(self, client, person):
        entry = EntryFactory(owner=person)
        assert self.save(client, words_of(title="", body=""), entry).json()["revision"] == 2

    def test_over_a_newer_text_answers_with_it_and_keeps_it(self, client, person):
        entry = EntryFactory(owner=person, revision=5, body="Newer.", title="T")
        response = self.save(client, words_of(body="Older."), entry)
        assert response.status_code == 409
        assert response.json()["current"] == {"title": "T", "body": "Newer.", "language": "en"}
        assert response.json()["revision"] == 5
        entry.refresh_from_db()
        assert entry.body == "Newer."

    def test_what_does_not_fit_is_said(self, client, person):
        response = self.save(client, words_of(body="x" * 50_001), EntryFactory(owner=person))
        assert response.status_code == 400
        assert "50,000" in response.json()["said"]
        gone = self.save(client, new_words(step=str(uuid.uuid4())))
        assert gone.status_code == 400

    def test_leaving_says_where_to(self, client, person):
        entry = EntryFactory(owner=person)
        answer = self.save(client, words_of(leaving="1"), entry).json()
        assert answer["next"] == at("journal_entry", entry.public_id)
        assert "Your text is kept." in words(client.get(answer["next"]))
        stopped = self.save(client, words_of(leaving="1", stop="1", revision=2), entry).json()
        assert stopped["next"] == "/en/my/"

    def test_signed_out_is_told_so_that_a_script_understands(self, client):
        entry = EntryFactory()
        for response in (self.save(client, new_words()), self.save(client, words_of(), entry)):
            assert response.status_code == 401
            assert response["Content-Type"] == "application/json"

    def test_a_foreign_form_is_not_taken(self, person):
        client = Client(enforce_csrf_checks=True)
        client.force_login(person)
        assert self.save(client, new_words()).status_code == 403

    def test_by_get_nothing_happens(self, client, person):
        assert client.get(at("journal_autosave_new")).status_code == 405


class TestReading:
    def test_an_empty_journal_says_how_to_begin(self, client, person):
        page = client.get(at("journal"))
        assert "Your journal is empty" in words(page)
        assert soup(page).main.find("a", href=at("journal_new"))

    def test_opens_on_the_last_page(self, client, person):
        EntryFactory(owner=person, title="Long ago", changed_at=clock.now().replace(year=2020))
        last = EntryFactory(owner=person, title="Just now", body="**word** <b>" * 100)
        main = soup(client.get(at("journal"))).main
        assert main.find(class_="next-step").find("a", href=at("journal_write", last.public_id))
        assert len(main.select(".results li")) == 2
        assert main.select(".results p")[0].text.startswith("word <b>word <b>")
        assert len(main.select(".results p")[0].text.split()) == 24

    @pytest.mark.parametrize("name", ["journal_print", "journal_entry", "journal_print_entry"])
    def test_what_somebody_wrote_is_shown_safely_in_its_language(self, client, person, name):
        entry = EntryFactory(owner=person, body="*Oui* <script>alert(1)</script>", language="fr")
        page = soup(client.get(at(name, *(() if name == "journal_print" else (entry.public_id,)))))
        assert page.main.select_one("[lang=fr] em").text == "Oui"
        assert not page.main.find("script")

    def test_export_is_one_file_that_is_kept_nowhere(self, client, person, reflection):
        EntryFactory(owner=person, title="Première", body="*Oui*", language="fr")
        EntryFactory(body=SECRET)
        response = client.post(at("journal_export"))
        assert response["Content-Disposition"].startswith('attachment; filename="journal-')
        assert "no-store" in response["Cache-Control"]
        assert "<em>Oui</em>" in response.text
        assert SECRET not in response.text

    def test_search_goes_by_no_address(self, client, person):
        for number in range(12):
            EntryFactory(owner=person, title=f"Énergie {number}")
        EntryFactory(owner=person, title="Rest")
        page = soup(client.post(at("journal_search"), {"q": "energie"}))
        assert len(page.main.select(".results li")) == 10
        assert page.main.select_one(".results mark strong").text == "Énergie"
        second = soup(client.post(at("journal_search"), {"q": "energie", "page": "2"}))
        assert len(second.main.select(".results li")) == 2
        assert client.get(at("journal_search"), {"q": "energie"}).url == at("journal")
        for odd in ("\0", "%", "x" * 100_000, "🦉"):
            assert client.post(at("journal_search"), {"q": odd, "page": "-7"}).status_code == 200

    def test_deleting_is_asked_first(self, client, person):
        entry = EntryFactory(owner=person)
        url = at("journal_delete", entry.public_id)
        assert client.get(url).status_code == 200
        assert Entry.objects.filter(pk=entry.pk).exists()
        assert client.post(url).url == at("journal")
        assert client.get(at("journal_entry", entry.public_id)).status_code == 404


class TestSharing:
    def test_with_one_person_until_it_is_taken_back(self, client, person, friend):
        entry = EntryFactory(owner=person, body="For you.")
        url = at("journal_share", entry.public_id)
        form = soup(client.get(url)).main.find("form", class_="panel")
        assert friend.email not in form.text
        choice = form.find("input", {"name": "reader"})["value"]
        assert "Bea can read this page now." in words(client.post(url, {"reader": choice}, follow=True))
        share = EntryShare.objects.get(entry=entry)
        reader = Client()
        reader.force_login(friend)
        theirs = at("journal_shared_entry", share.public_id)
        assert soup(reader.get(at("journal_shared"))).main.find("a", href=theirs)
        actions.save_entry(entry=entry, by=person, revision=1, title="", body="For you, later.", language="en")
        assert "For you, later." in words(reader.get(theirs))
        assert reader.get(at("journal_entry", entry.public_id)).status_code == 404
        client.post(at("journal_unshare", entry.public_id, share.public_id))
        assert reader.get(theirs).status_code == 404
        assert "For you" not in words(reader.get(at("journal_shared")))

    @pytest.mark.parametrize("reader", ["stranger", "nobody", "", "\0"])
    def test_with_somebody_one_does_not_know_is_not_done(self, client, person, friend, reader):
        entry = EntryFactory(owner=person)
        sent = {"stranger": str(UserFactory().public_id), "nobody": str(uuid.uuid4())}.get(reader, reader)
        response = client.post(at("journal_share", entry.public_id), {"reader": sent})
        assert "choose one" in words(response)
        assert not EntryShare.objects.filter(entry=entry).exists()

    @pytest.mark.parametrize("end", ["reader", "owner"])
    def test_an_account_that_ends_ends_it(self, friend, end):
        share = EntryShareFactory(reader=friend)
        reader = Client()
        reader.force_login(friend)
        url = at("journal_shared_entry", share.public_id)
        assert reader.get(url).status_code == 200
        gone = friend if end == "reader" else share.entry.owner
        gone.is_active = False
        gone.save()
        assert reader.get(url).status_code in (302, 404)

    def test_a_share_is_taken_back_under_its_own_page_alone(self, client, person):
        share = EntryShareFactory(entry__owner=person)
        other = EntryFactory(owner=person)
        assert client.post(at("journal_unshare", other.public_id, share.public_id)).status_code == 404


OWN = ["entry", "write", "autosave", "print_entry", "delete", "share"]


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("who", ["learner", "staff"])
def test_anothers_page_is_not_here(client, who, name, method):
    entry = EntryFactory(body=SECRET)
    client.force_login(UserFactory(is_staff=who == "staff", is_superuser=who == "staff"))
    response = getattr(client, method)(at(f"journal_{name}", entry.public_id), words_of())
    assert response.status_code in (404, 405)
    assert SECRET not in response.text
    entry.refresh_from_db()
    assert entry.body == SECRET


@pytest.mark.parametrize("name", ["journal", "journal_new", "journal_print", "journal_shared", "journal_search"])
def test_strangers_are_asked_to_sign_in(client, name):
    response = client.get(at(name, language="fr"))
    assert response.url.startswith("/fr/accounts/login/?next=/fr/journal/")
    assert "no-store" in response["Cache-Control"]


def test_no_page_is_kept_by_anybody(client, person, friend):
    entry = EntryFactory(owner=person)
    share = EntryShareFactory(reader=person)
    urls = [at(f"journal_{name}", entry.public_id) for name in OWN if name != "autosave"]
    urls += [at(name) for name in ("journal", "journal_new", "journal_print", "journal_shared")]
    urls += [at("journal_shared_entry", share.public_id)]
    for url in urls:
        response = client.get(url)
        assert response.status_code == 200, url
        assert "no-store" in response["Cache-Control"], url
        assert response["Referrer-Policy"] == "same-origin"
        assert response.headers.get("X-Page-Cache") != "hit"


class TestPanels:
    def test_under_a_step_that_asks_for_who_is_on_the_course(self, client, person, reflection):
        url = reflection["fr"].get_url()
        assert not soup(client.get(url)).main.find(id="journal-panel"), "without a place there is nothing to say"
        EnrolmentFactory(person=person)
        entry = EntryFactory(owner=person, step_key=reflection["fr"].translation_key, title="Ma page")
        EntryFactory(step_key=reflection["fr"].translation_key, title="Not mine")
        panel = soup(client.get(url)).main.find(id="journal-panel").parent
        assert panel.find("a", href=lambda href: href.endswith(f"step={entry.step_key}&question=0"))
        assert panel.find("a", href=at("journal_entry", entry.public_id, language="fr")).text == "Ma page"
        assert "Not mine" not in panel.text
        welcome = shipped_page("en", *COURSE, "where-i-stand", "welcome")
        assert not soup(client.get(welcome.get_url())).main.find(id="journal-panel")

    def test_at_home_the_way_back(self, client, person):
        assert soup(client.get("/en/my/")).main.find("a", href=at("journal_new"))
        EntryFactory(owner=person, title=SECRET)
        page = soup(client.get("/en/my/"))
        assert page.main.find("a", href=at("journal"))
        assert SECRET not in page.text


@pytest.mark.parametrize("rows", [1, 3])
class TestQueries:
    """The session, the person, and then:"""

    FRAME = 2

    @pytest.fixture(autouse=True)
    def rows_there(self, client, person, reflection, rows):
        for _number in range(rows):
            entry = EntryFactory(owner=person, step_key=reflection["en"].translation_key, prompt="?")
            EntryShareFactory(entry=entry)
            EntryShareFactory(reader=person)
        self.entry = entry
        client.get("/en/my/")

    @pytest.mark.parametrize(
        ("name", "queries"),
        [("journal", 3), ("journal_print", 2), ("journal_entry", 3), ("journal_write", 2), ("journal_shared", 2)],
    )
    def test_cost_the_same(self, client, name, queries, django_assert_num_queries):
        url = at(name, *([self.entry.public_id] if name in ("journal_entry", "journal_write") else []))
        client.get(url)
        with django_assert_num_queries(self.FRAME + queries):
            client.get(url)

    def test_a_step_that_asks_costs_one_more_than_another(self, client, person, reflection, django_assert_num_queries):
        EnrolmentFactory(person=person)
        for page, more in ((shipped_page("en", *COURSE, "where-i-stand", "welcome"), 0), (reflection["en"], 1)):
            client.get(page.get_url())
            with django_assert_num_queries(5 + more):
                client.get(page.get_url())

    def test_searching_too(self, client, django_assert_num_queries):
        client.post(at("journal_search"), {"q": "day"})
        with django_assert_num_queries(self.FRAME + 1):
            client.post(at("journal_search"), {"q": "day"})


def test_a_json_answer_quotes_nobody(client, person):
    """What is answered to a save holds the times and addresses of the page, not its words."""
    answer = json.dumps(client.post(at("journal_autosave_new"), new_words(body=SECRET)).json())
    assert SECRET not in answer
    assert reverse("journal_new") not in answer


def test_a_full_journal_loses_no_word_of_what_is_written_next(client, person, monkeypatch):
    monkeypatch.setattr("courses.journal.actions.entries.MOST_ENTRIES", 1)
    EntryFactory(owner=person)
    page = client.post(at("journal_new"), new_words(body=SECRET))
    assert "Your journal is full" in words(page)
    assert SECRET in soup(page).find("textarea").text
    answer = client.post(at("journal_autosave_new"), new_words(body=SECRET))
    assert answer.status_code == 400
    assert "Your journal is full" in answer.json()["said"]
    assert Entry.objects.filter(owner=person).count() == 1
