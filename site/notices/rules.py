"""Who may do what with notices, and with the work behind them."""

from django.db.models import Q

from kernel.rules import Rule

# Nobody reads another's notices: not even the staff.
read = Rule(
    one=lambda user, notice: notice.person_id == user.pk,
    rows=lambda user: Q(person_id=user.pk),
)
# Due work names people by public id and holds no words: the staff put back what failed.
tend_work = Rule(
    one=lambda user, work: user.is_staff,
    rows=lambda user: Q() if user.is_staff else Q(pk__in=()),
)
