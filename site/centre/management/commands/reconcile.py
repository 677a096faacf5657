from django.core.management.base import BaseCommand

from community.sets.meeting_telling import remind_of_commitment
from community.sets.models import Commitment, CommitmentState
from courses.cohorts.actions import look_at_completion
from courses.cohorts.facts import CourseCompleted
from courses.cohorts.models import Enrolment, EnrolmentState
from courses.evaluation.receivers import plan_follow_up
from courses.journal.actions.stories import withdraw_without_consent


class Command(BaseCommand):
    help = "Make up for facts that were told and not heard. It may be run at any time; a second run changes nothing."

    def handle(self, *args, verbosity: int, **options):
        active = Enrolment.objects.filter(state=EnrolmentState.ACTIVE).order_by("pk")
        completed = sum(look_at_completion(enrolment=enrolment).is_completed for enrolment in active.iterator())
        for enrolment in Enrolment.objects.filter(state=EnrolmentState.COMPLETED).order_by("pk").iterator():
            plan_follow_up(CourseCompleted(enrolment=enrolment.public_id))
        promised = Commitment.objects.filter(state=CommitmentState.OPEN, by_when__isnull=False).order_by("pk")
        for commitment in promised.select_related("seat__person").defer("what", "first_step", "learnt").iterator():
            remind_of_commitment(commitment)
        withdrawn = withdraw_without_consent()
        if verbosity:
            self.stdout.write(f"Courses completed: {completed}. Stories taken back: {withdrawn}.")
