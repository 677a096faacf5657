"""Who may see answers: the person who gave them. Everybody else sees figures (courses.evaluation.figures)."""

from django.db.models import Q

from kernel.rules import Rule

own_answers = Rule(
    one=lambda user, answers: answers.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)
