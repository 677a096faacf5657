"""What the house hears from accounts and passes on to notices."""

from centre.kinds import ORGANISATION_JOINED
from kernel.facts import on
from notices.telling import notify
from people.facts import MembershipBegun
from people.models import Membership
from people.selectors import leads_of


@on(MembershipBegun)
def tell_the_leads(fact: MembershipBegun) -> None:
    """Whoever leads the organisation, but not about themselves."""
    membership = (
        Membership.objects.select_related("organisation").filter(public_id=fact.membership, until__isnull=True).first()
    )
    if membership is None:
        return
    organisation = membership.organisation
    for lead in leads_of(organisation).exclude(pk=membership.person_id):
        notify(
            lead,
            ORGANISATION_JOINED,
            subject=str(organisation.public_id),
            values={"organisation": organisation.name},
            route="organisation",
            route_args=[organisation.public_id],
        )
