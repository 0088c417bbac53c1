"""Books to write into, with two customers who have nothing yet."""

from __future__ import annotations

import pytest

from storage.database import Database
from tests.storage.books import Books

AKI, BEN = 7, 8


@pytest.fixture
async def books(database: Database) -> Books:
    books = Books(database)
    await books.person(AKI)
    await books.person(BEN)
    return books
