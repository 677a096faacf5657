"""One's own evaluation: questions, picture; and the figures of a programme for those who lead it."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Iterable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from courses.cohorts.models import Cohort, Enrolment
from courses.cohorts.rules import facilitate, learn
from courses.curriculum.models import Course
from courses.evaluation import actions, picture, reports, selectors
from courses.evaluation.forms import AnswersForm
from courses.evaluation.instruments import ATTAINMENT
from courses.evaluation.models import Moment
from people.selectors import consent_held

# Whoever runs programmes sees their figures.
STAFF_PERMISSION = "cohorts.view_cohort"


@login_required
@never_cache
def home(request: HttpRequest) -> HttpResponse:
    evaluations = selectors.evaluations_of(request.user, get_language())
    return render(request, "evaluation/home.html", {"evaluations": evaluations})


@login_required
@never_cache
def answer(request: HttpRequest, enrolment_id: uuid.UUID, moment: str) -> HttpResponse:
    """The questions of one moment. Kept as a draft ("keep"), or given for good; once given, they are shown."""
    evaluation = _evaluation(request, enrolment_id)
    if moment not in Moment.values:
        raise Http404
    asked = evaluation.at(moment)
    if asked.state == "given":
        return redirect("evaluation_picture", enrolment_id)
    sent = request.POST if request.method == "POST" else None
    form = AnswersForm(sent, instrument=evaluation.instrument, moment=moment, kept=asked.answers)
    if form.is_valid():
        give = "keep" not in request.POST
        actions.keep_answers(
            enrolment=evaluation.enrolment,
            moment=moment,
            by=request.user,
            language=get_language(),
            ratings=form.ratings_of("now"),
            then=form.ratings_of("then"),
            attainment=form.cleaned_data.get("attainment"),
            give=give,
        )
        if not give:
            messages.success(request, _("Your marks are kept. Come back and go on when it suits you."))
            return redirect("learner_home")
        messages.success(request, _("Thank you. Your marks are kept, and only you see them."))
        return redirect("evaluation_picture", enrolment_id)
    return render(request, "evaluation/answer.html", {"evaluation": evaluation, "asked": asked, "form": form})


@login_required
@never_cache
def show_picture(request: HttpRequest, enrolment_id: uuid.UUID) -> HttpResponse:
    """Where the marks stood at the start and later, as a picture and as a table."""
    evaluation = _evaluation(request, enrolment_id)
    given = evaluation.given
    context = {
        "evaluation": evaluation,
        "picture": picture.draw(evaluation.instrument, given) if given else None,
        "attainments": [
            (answers.get_moment_display(), ATTAINMENT[answers.attainment])
            for answers in given.values()
            if answers.attainment is not None
        ],
        "counts_in_figures": consent_held(request.user, reports.PURPOSE) is not None,
    }
    return render(request, "evaluation/picture.html", context)


def _evaluation(request: HttpRequest, enrolment_id: uuid.UUID) -> selectors.Evaluation:
    mine = learn.visible(Enrolment.objects.select_related("course"), request.user)
    evaluation = selectors.evaluation_of(get_object_or_404(mine, public_id=enrolment_id), get_language())
    if evaluation is None:
        raise Http404
    return evaluation


@login_required
@never_cache
def cohort_report(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    """The figures of one cohort, for its facilitators and the staff."""
    cohort = _cohort(request, cohort_id)
    context = {"title": cohort.name, "reports": reports.of_cohort(cohort), "cohort": cohort}
    return render(request, "evaluation/report.html", context)


@login_required
@never_cache
def cohort_report_csv(request: HttpRequest, cohort_id: uuid.UUID) -> HttpResponse:
    return _csv(reports.of_cohort(_cohort(request, cohort_id)), f"evaluation-{cohort_id}.csv")


@login_required
@never_cache
def course_report(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    """The figures of a whole course, for the staff."""
    course = _course(request, course_key)
    context = {"title": course.name, "reports": reports.of_course(course), "course": course}
    return render(request, "evaluation/report.html", context)


@login_required
@never_cache
def course_report_csv(request: HttpRequest, course_key: uuid.UUID) -> HttpResponse:
    return _csv(reports.of_course(_course(request, course_key)), f"evaluation-{course_key}.csv")


def _cohort(request: HttpRequest, cohort_id: uuid.UUID) -> Cohort:
    seen = (
        Cohort.objects if request.user.has_perm(STAFF_PERMISSION) else facilitate.visible(Cohort.objects, request.user)
    )
    return get_object_or_404(seen, public_id=cohort_id)


def _course(request: HttpRequest, course_key: uuid.UUID) -> Course:
    if not request.user.has_perm(STAFF_PERMISSION):
        raise Http404
    return get_object_or_404(Course, key=course_key)


# Language-free, for whoever reads the file with a program.
COLUMNS = (
    *("instrument", "version", "comparison", "item", "n", "mean_first", "mean_second", "mean_change", "sd_of_change"),
    *("began", "finished", "dropped_out"),
)


def _csv(found: Iterable[reports.VersionReport], name: str) -> HttpResponse:
    """One line an item and comparison; an empty cell is a suppressed one."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(COLUMNS)
    for version in found:
        report = version.figures
        comparisons = {
            "before-after": report.lines,
            "then-after": report.thinking_back,
            "before-follow_up": report.follow_up,
        }
        for comparison, lines in comparisons.items():
            for line in lines:
                numbers = (line.before, line.after, line.change, line.spread)
                writer.writerow(
                    [
                        *(version.instrument.key, version.instrument.version, comparison, line.key, line.n),
                        *("" if number is None else f"{number:.2f}" for number in numbers),
                        *(report.began, report.finished, report.dropped_out),
                    ]
                )
    response = HttpResponse(buffer.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
