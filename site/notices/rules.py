"""Who may read what people are told."""

from django.db.models import Q

from kernel.rules import Rule

# Nobody reads another's notices: not even the staff.
read = Rule(
    one=lambda user, notice: notice.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)
