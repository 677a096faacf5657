from django.urls import URLPattern, path

from courses.journal.views import entries

urlpatterns: list[URLPattern] = [
    path("", entries.journal, name="journal"),
    path("new/", entries.new, name="journal_new"),
    path("new/autosave/", entries.autosave_new, name="journal_autosave_new"),
    path("search/", entries.search, name="journal_search"),
    path("print/", entries.print_all, name="journal_print"),
    path("export/", entries.export, name="journal_export"),
    path("shared/", entries.shared, name="journal_shared"),
    path("shared/<uuid:share_id>/", entries.shared_entry, name="journal_shared_entry"),
    path("<uuid:entry_id>/", entries.entry, name="journal_entry"),
    path("<uuid:entry_id>/write/", entries.write, name="journal_write"),
    path("<uuid:entry_id>/autosave/", entries.autosave, name="journal_autosave"),
    path("<uuid:entry_id>/print/", entries.print_one, name="journal_print_entry"),
    path("<uuid:entry_id>/delete/", entries.delete, name="journal_delete"),
    path("<uuid:entry_id>/share/", entries.share, name="journal_share"),
    path("<uuid:entry_id>/share/<uuid:share_id>/take-back/", entries.take_back, name="journal_unshare"),
]
