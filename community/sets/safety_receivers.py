"""Telling the programme leads that something was reported: never what, by whom, or in which set."""

from __future__ import annotations

from community.sets.facts import ItemReported
from community.sets.safety_kinds import ITEM_REPORTED
from community.sets.selectors.safety import programme_leads
from kernel.facts import on
from notices.telling import notify


@on(ItemReported)
def tell_programme_leads(fact: ItemReported) -> None:
    for lead in programme_leads():
        notify(lead, ITEM_REPORTED, subject=ITEM_REPORTED, route="set_reports")
