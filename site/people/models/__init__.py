"""Who a person is, and for whom they act."""

from people.models.audit import AuditLine
from people.models.consents import Consent
from people.models.erasure import Erasure
from people.models.organisations import Invitation, Membership, Organisation, OrganisationKind, Role
from people.models.pauses import Pause
from people.models.profile import Profile, ReachBy
from people.models.user import User, UserManager

__all__ = [
    "AuditLine",
    "Consent",
    "Erasure",
    "Invitation",
    "Membership",
    "Organisation",
    "OrganisationKind",
    "Pause",
    "Profile",
    "ReachBy",
    "Role",
    "User",
    "UserManager",
]
