"""Every address. Pages come last: Wagtail takes whatever is left below a language."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls

from centre.demo.views import demo_mail
from centre.views import health, site
from centre.views.media import media
from notices.views import calendar_feed

handler400 = "centre.views.errors.bad_request"
handler403 = "centre.views.errors.forbidden"
handler404 = "centre.views.errors.not_found"
handler500 = "centre.views.errors.server_error"

# Wagtail's own doors would let people past allauth's second factor.
to_sign_in = RedirectView.as_view(pattern_name="account_login", query_string=True)

urlpatterns = [
    path("healthz/live", health.live),
    path("healthz/ready", health.ready),
    path("robots.txt", site.robots),
    path("sitemap.xml", site.sitemap, name="sitemap"),
    path("cms/login/", to_sign_in),
    path("cms/password_reset/", to_sign_in),
    path("cms/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path(f"{settings.MEDIA_URL.strip('/')}/<path:path>", media),
    path("demo/mail/", demo_mail, name="demo_mail"),
    path("calendar/<slug:token>.ics", calendar_feed, name="calendar_feed"),
]

urlpatterns += i18n_patterns(
    path("my/", site.learner_home, name="learner_home"),
    path("search/", site.search, name="search"),
    path("styleguide/", site.show_styleguide, name="styleguide"),
    path("learn/", include("courses.cohorts.urls")),
    path("journal/", include("courses.journal.urls")),
    path("evaluation/", include("courses.evaluation.urls")),
    path("sets/", include("community.sets.urls")),
    path("notices/", include("notices.urls")),
    path("accounts/", include("people.urls")),
    path("accounts/", include("allauth.urls")),
    re_path(wagtail_urls.serve_pattern, site.show_page),
    path("", include(wagtail_urls)),
)
