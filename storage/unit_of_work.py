"""A transaction's repositories: what happens inside happens whole, or not at all."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cached_property

from storage.agencies import Agencies
from storage.answering import Answering
from storage.bank_lines import BankLines
from storage.canned import CannedReplies
from storage.conversations import Conversations
from storage.database import Database, Tx
from storage.files import Files
from storage.inbox import Inbox
from storage.inquiries import Inquiries
from storage.kept import Kept
from storage.ledger import Ledger
from storage.marks import Marks
from storage.notes import Notes
from storage.orders import Orders
from storage.outbox import Outbox
from storage.payments import Payments
from storage.payouts import Payouts
from storage.paypal import Paypal
from storage.people import People
from storage.places import Places
from storage.proposals import Proposals
from storage.vault import Vault
from storage.warnings import Warnings


class UnitOfWork:
    """One transaction; each repository is made when it is first asked for, and only once."""

    def __init__(self, tx: Tx, vault: Vault | None = None) -> None:
        self.tx = tx
        self._vault = vault or Vault()

    @cached_property
    def orders(self) -> Orders:
        return Orders(self.tx)

    @cached_property
    def agencies(self) -> Agencies:
        return Agencies(self.tx)

    @cached_property
    def people(self) -> People:
        return People(self.tx)

    @cached_property
    def notes(self) -> Notes:
        return Notes(self.tx)

    @cached_property
    def kept(self) -> Kept:
        return Kept(self.tx)

    @cached_property
    def places(self) -> Places:
        return Places(self.tx)

    @cached_property
    def inquiries(self) -> Inquiries:
        return Inquiries(self.tx)

    @cached_property
    def answering(self) -> Answering:
        return Answering(self.tx)

    @cached_property
    def canned(self) -> CannedReplies:
        return CannedReplies(self.tx)

    @cached_property
    def files(self) -> Files:
        return Files(self.tx)

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger(self.tx)

    @cached_property
    def payments(self) -> Payments:
        return Payments(self.tx)

    @cached_property
    def paypal(self) -> Paypal:
        return Paypal(self.tx)

    @cached_property
    def payouts(self) -> Payouts:
        return Payouts(self.tx, self._vault)

    @cached_property
    def proposals(self) -> Proposals:
        return Proposals(self.tx)

    @cached_property
    def marks(self) -> Marks:
        return Marks(self.tx)

    @cached_property
    def warnings(self) -> Warnings:
        return Warnings(self.tx)

    @cached_property
    def bank_lines(self) -> BankLines:
        return BankLines(self.tx)

    @cached_property
    def inbox(self) -> Inbox:
        return Inbox(self.tx)

    @cached_property
    def outbox(self) -> Outbox:
        return Outbox(self.tx)

    @cached_property
    def conversations(self) -> Conversations:
        return Conversations(self.tx)


@asynccontextmanager
async def unit_of_work(database: Database) -> AsyncIterator[UnitOfWork]:
    """Leave it normally and all is kept; leave it by an exception and nothing is."""
    async with database.transaction() as tx:
        yield UnitOfWork(tx, database.vault)


@asynccontextmanager
async def looking(database: Database) -> AsyncIterator[UnitOfWork]:
    """A view of everything as it is now, that waits for no writer and cannot write."""
    async with database.reading() as tx:
        yield UnitOfWork(tx, database.vault)
