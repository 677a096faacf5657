"""What the deeds around accounts are called where the person concerned reads them. Neutral: the line may be about you,
or about somebody else whom you did it for."""

from django.utils.translation import gettext_lazy as _

from people.audit import describe

describe("profile.changed", _("A profile was changed."))
describe("data.downloaded", _("Everything that the Centre knows about an account was downloaded."))
describe("erasure.asked", _("The erasure of an account was asked for."))
describe("erasure.confirmed", _("The erasure of an account was confirmed."))
describe("erasure.withdrawn", _("The erasure of an account was called off."))
describe("consent.given", _("An agreement was given."))
describe("consent.withdrawn", _("An agreement was taken back."))
describe("membership.begun", _("Somebody became a member of an organisation."))
describe("membership.role_changed", _("What a member does in an organisation was changed."))
describe("membership.ended", _("A membership of an organisation was ended."))
describe("invitation.sent", _("An invitation to join an organisation was sent."))
describe("invitation.sent_again", _("An invitation to join an organisation was sent again."))
describe("invitation.withdrawn", _("An invitation to join an organisation was taken back."))
describe("invitation.accepted", _("An invitation to join an organisation was accepted."))
