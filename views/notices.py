"""Notices in words: what happened, what happens next, and the button that fits."""

from __future__ import annotations

from datetime import datetime

from domain import notices as told
from domain.agency import Agency
from domain.change_notices import ChangeNotice
from domain.clock_notices import ClockNotice
from domain.desk_notices import DeskNotice
from domain.files import OrderFile
from domain.letters import Screen
from domain.moving_notices import MovingNotice
from domain.notices import Notice
from domain.payout_notices import PayoutNotice
from domain.paypal_notices import PaypalNotice
from domain.question_notices import QuestionNotice
from domain.shipping_notices import ShippingNotice
from views import (
    change_notices,
    clock_notices,
    customer_notices,
    desk_notices,
    moving,
    pay_in_staff,
    pay_ins,
    payout_notices,
    paypal,
    question_notices,
    shipping_notices,
    staff_notices,
)
from views.texts import Reader


def draw(
    notice: Notice, file: OrderFile | None, reader: Reader, agency: Agency, now: datetime
) -> Screen:
    """A fact as a message. `file` is the order's, as it is now; None where there is no order."""
    if isinstance(notice, told.Sorry):
        return customer_notices.sorry(reader.say)
    if isinstance(notice, told.UpdateParked):
        return staff_notices.update_parked(notice, reader.say)
    if isinstance(notice, told.Alarm):
        return staff_notices.alarm(notice, reader.say)
    if isinstance(notice, DeskNotice):
        return desk_notices.draw(notice, file, agency, reader.say)
    if isinstance(notice, PayoutNotice):
        return payout_notices.draw(notice, reader.say)
    if (screen := _without_order(notice, reader)) is not None:
        return screen
    if isinstance(notice, PaypalNotice):
        return paypal.draw(notice, file, reader.say)
    if file is None:
        raise ValueError(f"{notice.kind} needs its order's file")
    if isinstance(notice, QuestionNotice):
        return question_notices.draw(notice, file, reader.say)
    if isinstance(notice, ShippingNotice):
        return shipping_notices.draw(notice, file, reader.say, now)
    if isinstance(notice, ClockNotice):
        return clock_notices.draw(notice, file, reader.say, now)
    if isinstance(notice, MovingNotice):
        return moving.draw(notice, file, reader.say)
    if isinstance(notice, ChangeNotice):
        return change_notices.draw(notice, file, reader.say)
    screen = customer_notices.draw(notice, file, reader.say)
    return screen or staff_notices.draw(notice, file, reader.say)


def _without_order(notice: Notice, reader: Reader) -> Screen | None:
    """Pay-ins, as customers and as finance members are told of them."""
    match notice:
        case told.PayInConfirmed():
            return pay_ins.confirmed(notice, reader.say)
        case told.PayInRefused():
            return pay_ins.refused(notice, reader.say)
        case told.PayInReported():
            return pay_in_staff.reported(notice, reader.say)
        case told.LineSuggested():
            return pay_in_staff.suggested(notice, reader.say)
        case _:
            return None
