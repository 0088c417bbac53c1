"""The order card's shipping: parcels, tracking numbers to copy and to follow."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from markupsafe import Markup

from domain import storing
from domain.carriers import tracking_link
from domain.letters import Key
from domain.orders import Order, Parcel, Stage
from views import words
from views.lengths import block, one_line
from views.moments import Dated
from views.pages import Page, Row
from views.texts import Texts

PARCELS_A_PAGE: Final = 5


def text(order: Order, page: int, say: Texts) -> Markup:
    parts = [say("<b>To:</b>\n{address}", address=block(order.address, 600))]
    bill = order.second_bill
    if bill and bill.method:
        parts.append(say("<b>Method:</b> {method}", method=bill.method))
    else:
        wish = say.of(words.PREFERENCES[order.preference])
        parts.append(say("<b>You prefer:</b> {wish}", wish=wish))
    if not order.parcels:
        parts.append(_none_yet(order, say))
    shown = Page.of(tuple(enumerate(order.parcels, 1)), page, PARCELS_A_PAGE)
    parts += [of_parcel(no, parcel, say) for no, parcel in shown.shown]
    if more := len(order.parcels) - len(shown.shown):
        parts.append(say.n("… and {n} more parcel", "… and {n} more parcels", more))
    return Markup("\n\n").join(parts)


def _none_yet(order: Order, say: Texts) -> Markup:
    if order.stage is Stage.CANCELLED:
        return say("Nothing was shipped.")
    return say("Nothing is shipped yet. The tracking number will stand here.")


def of_parcel(no: int, parcel: Parcel, say: Texts) -> Markup:
    return say(
        "<b>Parcel {no}</b> · {carrier} · shipped {day}\n{tracking}",
        no=no,
        carrier=one_line(parcel.carrier, 60),
        day=Dated(parcel.shipped_at),
        tracking=number(parcel.carrier, parcel.tracking, say),
    ) + mark(parcel, say)


def mark(parcel: Parcel, say: Texts) -> Markup:
    """What became of it, as far as anybody said."""
    if parcel.returned_at is not None:
        return Markup(" · ") + say("came back {day}", day=Dated(parcel.returned_at))
    if parcel.arrived_at is not None:
        return Markup(" · ") + say("arrived {day}", day=Dated(parcel.arrived_at))
    return Markup()


def stored(order: Order, now: datetime, say: Texts) -> Markup:
    """Since when the goods are in the warehouse; empty when they are not."""
    days = storing.days(order, now)
    if days is None or order.arrived_at is None:
        return Markup()
    since = Dated(order.arrived_at)
    if days == 0:
        return say("📦 Stored since {since}. Nothing is thrown away.", since=since)
    return say.n(
        "📦 Stored since {since}, {n} day. Nothing is thrown away.",
        "📦 Stored since {since}, {n} days. Nothing is thrown away.",
        days,
        since=since,
    )


def in_brief(no: int, parcel: Parcel, say: Texts) -> Markup:
    """`1 · EMS · EE123456785JP`, in one line."""
    shown = number(parcel.carrier, parcel.tracking, say)
    return Markup("{} · {} · {}").format(no, one_line(parcel.carrier, 40), shown)


def number(carrier: str, tracking: str, say: Texts) -> Markup:
    """A tracking number to tap and copy, and the carrier's page beside it."""
    shown = Markup("<code>{}</code>").format(one_line(tracking, 60))
    link = tracking_link(carrier, tracking)
    if not link:
        return shown
    return Markup('{} · <a href="{}">{}</a>').format(shown, link, say("track it"))


def keys(order: Order, page: int, say: Texts) -> tuple[Row, ...]:
    return tuple(
        parcel_keys(parcel.carrier, parcel.tracking, say)
        for parcel in Page.of(order.parcels, page, PARCELS_A_PAGE).shown
    )


def parcel_keys(carrier: str, tracking: str, say: Texts) -> Row:
    """*Copy* and, where the carrier has a page, *Track*."""
    copy = Key(say.label("Copy", emoji="📋", detail=tracking), copy=tracking[:256])
    link = tracking_link(carrier, tracking)
    if not link:
        return (copy,)
    return (copy, Key(say.label("Track", emoji="🔎", detail=carrier), url=link))
