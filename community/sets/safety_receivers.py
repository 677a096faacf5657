"""Telling the programme leads that something was reported: never what, by whom, or in which set."""

from __future__ import annotations

from community.sets.facts import ItemReported
from community.sets.models import Report
from community.sets.safety_kinds import ITEM_REPORTED
from community.sets.selectors.safety import programme_leads
from kernel.facts import on
from notices.telling import notify


@on(ItemReported)
def tell_programme_leads(fact: ItemReported) -> None:
    report = Report.objects.select_related("meeting").filter(public_id=fact.report).first()
    for lead in programme_leads(report) if report else ():
        notify(lead, ITEM_REPORTED, subject=ITEM_REPORTED, route="set_reports")
