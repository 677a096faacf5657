"""What is not kept."""

from datetime import timedelta

from django.db.models import Q

from kernel import clock
from notices.models import DueState, DueWork, Notice

READ_NOTICES = timedelta(days=90)
NOTICES = timedelta(days=365)
DONE_WORK = timedelta(days=30)


def tidy() -> None:
    """Delete notices 90 days after they were read, or a year after they happened, and due work 30 days after."""
    now = clock.now()
    Notice.objects.filter(Q(read_at__lt=now - READ_NOTICES) | Q(happened_at__lt=now - NOTICES)).delete()
    DueWork.objects.filter(state=DueState.DONE, done_at__lt=now - DONE_WORK).delete()
