"""What people read about their data and their account."""

from __future__ import annotations

from dataclasses import replace

from domain.files import Purse
from domain.ids import OrderId, PaymentId, PayoutId
from domain.rights import Standing
from tests.views.files import AGENCY, READER, usd
from tests.views.reading import labels, read
from views import rights

NOTHING = Purse(usd(0), usd(0), usd(0))


def test_the_agencys_own_text_is_no_markup() -> None:
    agency = replace(AGENCY, terms=(("", "Be <b>kind</b> & honest."),))
    assert rights.terms(READER, agency).text == "Be &lt;b&gt;kind&lt;/b&gt; &amp; honest."
    assert labels(rights.terms(READER, agency)) == [["Back"]]


def test_a_text_in_the_readers_language_comes_before_the_one_for_all() -> None:
    agency = replace(AGENCY, privacy=(("", "For all."), ("en", "In English."), ("xx", "No.")))
    assert rights.privacy(READER, agency).text == "In English."
    assert rights.terms(READER, agency).text.startswith("<b>The rules of this service</b>")


def test_all_that_is_open_is_said_at_once() -> None:
    standing = Standing(
        Purse(usd(100), usd(200), usd(300)),
        orders=tuple(OrderId(n) for n in range(1, 23)),
        problems=(OrderId(40),),
        payments=(PaymentId(1),),
        payouts=(PayoutId(1),),
    )
    shown = read(rights.still_open(standing, READER.say))
    assert "under way: #1, #2, #3" in shown
    assert "#20, …" in shown
    assert "a problem is open: #40" in shown
    assert "a payment of yours is being looked at" in shown
    assert "a pay-out has not been sent yet" in shown
    assert "there is $1.00 in your deposit" in shown
    assert "$2.00 is reserved" in shown
    assert "you owe $3.00" in shown
    assert not standing.is_closed


def test_nothing_open_is_closed() -> None:
    assert Standing(NOTHING).is_closed
    assert not Standing(Purse(usd(1), usd(0), usd(0))).is_closed
    assert not Standing(Purse(usd(0), usd(0), usd(1))).is_closed
    assert not Standing(NOTHING, payments=(PaymentId(1),)).is_closed
