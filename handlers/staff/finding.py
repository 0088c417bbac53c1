"""`/find`: an order, a customer, a payment code, a tracking number, or words."""

from __future__ import annotations

from domain.codes import codes_in
from domain.finding import Findings, number_in
from domain.letters import Screen
from handlers.desk import Desk
from storage.finding import Finding
from views import finding as view


async def find(desk: Desk, words: str) -> Screen:
    """Everything that fits, the surest first; what can be searched when nothing does."""
    if not words:
        return view.what_can_be_found(desk.say)
    return view.draw(
        words, await look(Finding(desk.uow.tx, desk.agency.id), words), desk.chat, desk.say
    )


async def look(finding: Finding, words: str) -> Findings:
    number, codes = number_in(words), codes_in(words)
    by_number = await finding.by_number([number] if number else [])
    named = await finding.people([number]) if number else await finding.called(words)
    payers = await finding.people(codes.customers)
    exact = words.startswith(("#", "@")) or bool(by_number or (named and number))
    people = [each.person for each in (*payers, *named)]
    return Findings(
        by_number=by_number,
        by_code=await finding.by_number(codes.orders),
        by_tracking=await finding.by_tracking(words),
        by_words=() if exact else await finding.by_words(words),
        of_people=await finding.of_people(people),
        people=named,
        payers=payers,
        inquiries=await finding.inquiries(people, "" if exact else words),
    )
