"""Who may do what with a place on a course."""

from django.db.models import Q

from kernel.rules import Rule

learn = Rule(
    one=lambda user, enrolment: enrolment.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)
