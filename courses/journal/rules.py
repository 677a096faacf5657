"""Who may read and change what is written here. Staff are nobody in particular."""

from django.db.models import Q

from kernel.rules import Rule

# A journal entry: its owner, and nobody else.
own_entry = Rule(
    one=lambda user, entry: entry.owner_id == user.pk,
    rows=lambda user: Q(owner_id=user.pk),
)
# A share of a journal entry, for whom it was given: until it is taken back, and while its owner has an account.
read_shared = Rule(
    one=lambda user, share: (
        share.reader_id == user.pk and share.taken_back_at is None and share.entry.owner.is_active
    ),
    rows=lambda user: Q(reader_id=user.pk, taken_back_at__isnull=True, entry__owner__is_active=True),
)
# The same share, for whom gave it.
own_share = Rule(
    one=lambda user, share: share.entry.owner_id == user.pk,
    rows=lambda user: Q(entry__owner_id=user.pk),
)
