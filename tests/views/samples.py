"""One of every notice and of every refusal."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final, get_args

from domain import desk_notices as desk
from domain import notices as told
from domain import payout_notices as payouts
from domain import paypal_notices as paypal
from domain import refusals as no
from domain import shipping_notices as shipping
from domain.ids import BankLineId, LineNo, OrderId, PaymentId, PayoutId, PersonId
from domain.notices import Notice
from domain.orders import Flag, Order
from domain.queue import Bite, Kind, Tally
from domain.refusals import Refused
from domain.rights_notices import AccountDeleted, OldTopic
from tests.views import files
from tests.views.change_samples import CHANGE_NOTICES
from tests.views.clock_samples import CLOCK_NOTICES
from tests.views.files import DUE, NOW, usd
from tests.views.moving_samples import MOVING_NOTICES, MOVING_REFUSALS
from tests.views.question_samples import QUESTION_NOTICES

N: Final = OrderId(12)
NONE: Final = usd(0)
FIVE: Final = PayoutId(5)
AKI: Final = PersonId(7)
DUE_DAY: Final = date(2026, 11, 26)
LINK: Final = "https://www.paypal.com/checkoutnow?token=5O190127TN364715T"

NOTICES: Final[tuple[tuple[Notice, Order], ...]] = (
    (told.EstimateIssued(N, usd(8320), DUE), files.ESTIMATED),
    (told.EstimateIssued(N, usd(8320), DUE, before=usd(9000)), files.ESTIMATED),
    (told.LineRejected(N, LineNo(1), "sold out"), files.ESTIMATED),
    (told.OrderCancelled(N, "customer"), files.CANCELLED),
    (
        told.OrderCancelled(N, "staff", "the shop has closed", usd(7470), usd(850)),
        files.CANCELLED,
    ),
    (told.OrderCancelled(N, "unpaid"), files.CANCELLED),
    (told.OrderCancelled(N, "nothing_left", "price", usd(8320)), files.CANCELLED),
    (
        told.PaymentConfirmed(N, "first", usd(8320), usd(8320), NONE, NONE, NONE, DUE),
        files.PAID,
    ),
    (
        told.PaymentConfirmed(N, "first", usd(9000), usd(8320), NONE, usd(680), usd(200), DUE),
        files.PAID,
    ),
    (
        told.PaymentConfirmed(N, "first", usd(8000), NONE, usd(8320), usd(8000), NONE, DUE),
        files.ESTIMATED,
    ),
    (told.PaymentConfirmed(N, "second", usd(4210), usd(4210), NONE, NONE, NONE), files.READY),
    (told.LatePayment(N, usd(8320), usd(200)), files.CANCELLED),
    (told.LatePayment(N, usd(8320), NONE), files.PAID),
    (told.PaymentRefused(N, "first", "nothing has arrived", DUE), files.ESTIMATED),
    (told.LinesBought(N, (LineNo(1),), all_bought=False), files.PAID),
    (told.LinesBought(N, (LineNo(1), LineNo(2)), all_bought=True), files.BOUGHT),
    (told.LineUnavailable(N, LineNo(2), "out of print"), files.PAID),
    (told.LinesArrived(N, (LineNo(1),), all_arrived=False), files.BOUGHT),
    (told.LinesArrived(N, (LineNo(1), LineNo(2)), all_arrived=True), files.ARRIVED),
    (told.SecondBillIssued(N), files.BILLED),
    (told.SecondBillIssued(N, again=True), files.FREE),
    (told.ParcelShipped(N, "EMS", "EE123456785JP", 1, files.SHIPPED.due_at or DUE), files.SHIPPED),
    (told.ParcelShipped(N, "Uncle Bob", "7", 2, files.SHIPPED.due_at or DUE), files.SHIPPED),
    (told.TrackingCorrected(N, "EMS", "EE123456785JP", "EE1"), files.SHIPPED),
    (
        told.OrderCompleted(N, "customer", usd(12330), usd(12530), usd(200), NONE, NONE),
        files.COMPLETED,
    ),
    (
        told.OrderCompleted(N, "clock", usd(12830), usd(12530), NONE, usd(100), usd(200)),
        files.COMPLETED,
    ),
    (told.CostAdjusted(N, usd(500), "a larger box"), files.ARRIVED),
    (told.CostAdjusted(N, usd(-500), "we broke a cup"), files.ARRIVED),
    (told.HoldPlaced(N, "customs asks about it"), files.BOUGHT),
    (told.HoldReleased(N, DUE), files.ESTIMATED),
    (told.ProblemSolved(N, "We sent you another mug."), files.SHIPPED),
    (told.ProblemSolved(N, "Sorry.", "refund", usd(1000), usd(200)), files.SHIPPED),
    (told.ProblemSolved(N, "Sorry.", "refund", usd(1000), NONE), files.COMPLETED),
    (told.ProblemSolved(N, "A new mug.", "replacement"), files.RETURNED),
    (told.ProblemSolved(N, "A new mug.", "replacement", linked=OrderId(13)), files.SHIPPED),
    (told.ProblemSolved(N, "A <new> mug.", "replacement", linked=OrderId(13)), files.COMPLETED),
    (AccountDeleted(AKI), files.APPLIED),
    (AccountDeleted(AKI, (OldTopic(7, N), OldTopic(8))), files.COMPLETED),
    (desk.Unanswered(N, NOW), files.APPLIED),
    (desk.Unanswered(N, NOW, again=True, topic=7), files.APPLIED),
    (desk.CustomerNotTold(AKI, "Aki <b>", "blocked"), files.APPLIED),
    (desk.ShutOut("Daiko <b>", "shut", NOW), files.APPLIED),
    (desk.ShutOut("Daiko <b>", "rights", NOW), files.APPLIED),
    (desk.MorningDigest(DUE_DAY), files.APPLIED),
    (
        desk.MorningDigest(
            DUE_DAY,
            (Tally(Kind.PAYMENTS, 2, 1, usd(8320)), Tally(Kind.SHIPPING, 1)),
            (Bite(N, DUE, "APPLIED", 7),),
        ),
        files.APPLIED,
    ),
    (told.Sorry(), files.APPLIED),
    (told.ApplicationArrived(N), files.APPLIED),
    (
        told.PaymentReported(
            N, PaymentId(5), "first", usd(8000), usd(8320), "2026-11-22", "A. Tanaka", "D12K"
        ),
        files.ESTIMATED,
    ),
    (told.ReportWithdrawn(N, usd(8320)), files.ESTIMATED),
    (told.PaidFromDeposit(N, "first", usd(2000), usd(6320)), files.ESTIMATED),
    (told.BillCovered(N, "first"), files.PAID),
    (told.BillCovered(N, "second"), files.READY),
    (told.ShippingChosen(N, "EMS", files.ADDRESS), files.CHOSEN),
    (told.EndedForStaff(N, "cancelled_by_customer"), files.CANCELLED),
    (told.EndedForStaff(N, "unpaid"), files.CANCELLED),
    (told.EndedForStaff(N, "received"), files.COMPLETED),
    (told.EndedForStaff(N, "clock"), files.COMPLETED),
    (told.EndedForStaff(N, "nothing_left"), files.CANCELLED),
    (told.ProblemReported(N, "The mug is broken."), files.SHIPPED),
    (told.NotDelivered(N, "blocked"), files.SHIPPED),
    (told.NotDelivered(N, "message is too strange"), files.SHIPPED),
    (paypal.PaypalReady(PaymentId(5), usd(8320), LINK, N), files.ESTIMATED),
    (paypal.PaypalWaiting(PaymentId(5), usd(8320), LINK, N), files.ESTIMATED),
    (paypal.PaypalSilent(PaymentId(5), usd(8320), N), files.ESTIMATED),
    *((paypal.PaypalFailed(usd(8320), why, N), files.ESTIMATED) for why in get_args(paypal.Cause)),
    (paypal.PaypalPending(usd(8320), N), files.ESTIMATED),
    (paypal.MoneyTakenBack(usd(8320), usd(100), "refund", N), files.PAID),
    (paypal.MoneyTakenBack(usd(8320), NONE, "dispute", N), files.PAID),
    (paypal.PaypalArrived(PaymentId(5), "Aki", usd(8320), usd(339), NONE, N), files.PAID),
    (paypal.PaypalArrived(PaymentId(5), "Aki", usd(8320), usd(339), usd(20), N), files.PAID),
    (paypal.PaypalHeldBack(PaymentId(5), "Aki", usd(8320), N), files.ESTIMATED),
    (paypal.PaypalReturned(PaymentId(5), "Aki", usd(1000), usd(100), N), files.PAID),
    (paypal.DisputeOpened(PaymentId(5), "Aki", "PP-D-1", usd(8320), "OTHER", None, N), files.PAID),
    (
        paypal.DisputeOpened(PaymentId(5), "Aki", "PP-D-1", usd(8320), "UNAUTHORISED", DUE, N),
        files.PAID,
    ),
    (paypal.DisputeClosed(PaymentId(5), "Aki", "PP-D-1", order=N), files.PAID),
    (
        paypal.DisputeClosed(PaymentId(5), "Aki", "PP-D-1", usd(8320), usd(1500), usd(100), N),
        files.PAID,
    ),
    (shipping.SecondBillReminder(N, usd(4210), 3), files.BILLED),
    (shipping.SecondBillReminder(N, NONE, 1), files.FREE),
    (shipping.OrderPacked(N), files.READY),
    (shipping.OrderUnpacked(N), files.READY),
    (shipping.ReplacementFailed(N, OrderId(13), "customer"), files.COMPLETED),
    (
        shipping.ReplacementFailed(N, OrderId(13), "staff", ((LineNo(1), 1),)),
        replace(files.COMPLETED, flags=frozenset({Flag.PROBLEM_OPEN})),
    ),
    (shipping.ReplacementFailed(N, OrderId(13), "staff", ((LineNo(2), 1),)), files.CANCELLED),
    (shipping.ArrivalQuestion(N), files.SHIPPED),
    (shipping.ArrivalQuestion(N, is_last=True), files.SHIPPED),
    (shipping.ParcelReturned(N, "EMS", "EE123456785JP", "address unknown"), files.RETURNED),
    (
        shipping.ParcelReturned(N, "EMS", "EE1", "address <b>unknown", linked=OrderId(13)),
        files.COMPLETED,
    ),
    (
        shipping.ShippingChanged(N, "SAL", "EMS", files.ADDRESS, "Ben\n2 New Road", usd(2210)),
        files.READY,
    ),
    (shipping.ShippingChanged(N, "EMS", "EMS", files.ADDRESS, "Ben", NONE), files.READY),
    (shipping.ArrivalPostponed(N, DUE), files.SHIPPED),
    (shipping.SentAgain(N, OrderId(3), "broken <b>", is_bought=False), files.SHIPPED),
    (shipping.SentAgain(N, OrderId(3), "address unknown", is_bought=True), files.SHIPPED),
    (shipping.ProblemWithdrawn(N), files.SHIPPED),
    (told.PayInConfirmed(usd(8320), NONE, usd(8320)), files.APPLIED),
    (told.PayInConfirmed(usd(8320), usd(200), usd(8120)), files.APPLIED),
    (told.PayInRefused(usd(8320), "nothing has arrived"), files.APPLIED),
    (
        told.PayInReported(
            PaymentId(17), PersonId(7), "Aki", usd(10000), "2026-11-22", "A. Tanaka", "P9L"
        ),
        files.APPLIED,
    ),
    *(
        (
            told.LineSuggested(
                BankLineId(3),
                "B17",
                usd(8740),
                "2026-11-22",
                "A. Tanaka",
                "P9L",
                "code",
                PersonId(7),
                "Aki",
                *where,
            ),
            files.APPLIED,
        )
        for where in ((PaymentId(17), usd(10000)), (None, None, N), ())
    ),
    *QUESTION_NOTICES,
    *MOVING_NOTICES,
    *CLOCK_NOTICES,
    *CHANGE_NOTICES,
    (told.UpdateParked(77, "ValueError('no')"), files.APPLIED),
    (told.Alarm("sweep expire", "actions/deadlines.py:12"), files.APPLIED),
    (
        payouts.PayoutRequested(
            FIVE, AKI, "Aki <b>&", usd(3000), usd(2800), "bank", "***4567", DUE_DAY
        ),
        files.PAID,
    ),
    (payouts.PayoutWithdrawn(FIVE, "Aki", usd(3000)), files.PAID),
    (payouts.PayoutLate(FIVE, "Aki", usd(2800), "held", DUE_DAY), files.PAID),
    (payouts.PayoutLate(FIVE, "Aki", usd(2800), "started", DUE_DAY), files.PAID),
    (payouts.PayoutOpened(FIVE, "Mina"), files.PAID),
    (payouts.PayoutWanted(AKI, "Aki", usd(5000)), files.PAID),
    (payouts.PayoutStarted(FIVE, usd(2800), DUE_DAY), files.PAID),
    (
        payouts.PayoutSent(FIVE, usd(2800), usd(200), "bank", "***4567", "OUT77"),
        files.PAID,
    ),
    (payouts.PayoutRefused(FIVE, usd(3000), "no such <b>account", NONE), files.PAID),
    (payouts.PayoutRefused(FIVE, usd(3000), "", usd(200)), files.PAID),
    (payouts.PayoutBounced(FIVE, usd(3000), usd(200)), files.PAID),
    (payouts.PayoutAllowed(usd(5000)), files.PAID),
    (payouts.GoodwillGiven(usd(500), "for the delay", NONE), files.PAID),
    (payouts.DebtWrittenOff(usd(200), "too small", usd(100)), files.PAID),
    (payouts.MoneyGivenBack(N, usd(2000), "a broken cup", NONE), files.PAID),
    (payouts.TransferCorrected(usd(8320), None, usd(8320), -usd(8320), N, True), files.PAID),
    (payouts.TransferCorrected(usd(8320), usd(8230), NONE, usd(100)), files.PAID),
    (payouts.TransferCorrected(usd(8320), NONE, NONE, NONE, N), files.PAID),
    (payouts.CorrectedForStaff(N, usd(8320), NONE, NONE, "no such line", False), files.PAID),
    (payouts.CorrectedForStaff(N, usd(8320), None, usd(8320), "of #13", True), files.PAID),
    (payouts.CorrectedForStaff(N, usd(8320), usd(8330), NONE, "a typo", False), files.PAID),
)

REFUSALS: Final[tuple[Refused, ...]] = (
    *MOVING_REFUSALS,
    no.AccountOpen(),
    no.DataHadLately(NOW),
    no.NotYours(),
    no.NotStaff(),
    no.NotFinance(),
    no.OwnOrder(),
    no.AccountErased(),
    no.CardOutdated(N),
    no.AlreadyDone("Mina", "payment confirmed"),
    no.NotNow("SHIPPED"),
    no.NoSuchLine(9),
    no.LineNotNow(2, "bought"),
    no.BoughtAlready(2),
    no.ReplacementIsFree(N),
    no.NotPriced((2,)),
    no.NotPriced((2, 3)),
    no.UnderReview(N),
    no.DecisionPending(2),
    no.TooMany(1, 2),
    no.NotShort(1, 1),
    no.NotShort(2, 3),
    no.NothingStays(),
    no.OrderFlagged("on_hold"),
    no.OrderFlagged("decision_needed"),
    no.OrderFlagged("problem_open"),
    no.RequestPending(2),
    no.NoRequest(2),
    no.NoRequest(0),
    no.WhichRequest((2, 3)),
    no.LineBought(N, 2),
    no.DecideFirst(2),
    no.MoreAfterPayment(2),
    no.SameQuantity(2, 3),
    no.NothingToPay(N),
    no.NoOpenReport(N),
    no.ReferenceUsed("B17", 9, usd(8320), NOW),
    no.ReferenceUsed("B17", 0, usd(8320), NOW),
    no.NoSuchPayIn(17),
    no.AlreadyReported(17, usd(8320), NOW),
    no.TooManyReports(5),
    no.InSuspense("B17", usd(8740), NOW),
    no.NotInSuspense("B17"),
    no.NotBooked("B17"),
    no.BookedThroughPaypal("CAP-1", PaymentId(4)),
    no.BookedSo("B17", usd(8740)),
    no.CardNumber(),
    *(no.BadPeriod("x", why) for why in ("form", "order", "future", "long")),
    no.Owing(usd(200)),
    no.DepositEmpty(),
    no.PaypalOff(),
    no.NoMethod("DHL"),
    no.NoMethod(""),
    no.BadAmount("x"),
    no.BadAmount("1,234", "comma"),
    no.BadAmount("1.234", "decimals"),
    no.BadAmount("-1", "sign"),
    no.BadAmount("0", "zero"),
    no.BadAmount("9" * 20, "size"),
    no.BadAmount("5 €", "currency"),
    no.BadQuantity("two"),
    no.BadDate("x"),
    no.BadDate("2030-01-01", "future"),
    no.BadDate("1999-01-01", "past"),
    no.TooLong(1000, 5000),
    no.TooShort(10),
    no.CannotCarry(),
    no.TextWanted(),
    no.PhotoWanted(),
    no.ButtonWanted(),
    no.StaleButton(),
    no.BadTimezone("moon"),
    no.BadLine("estimate", "pair"),
    no.PayoutsOff(),
    no.PayoutsStopped(),
    no.PayoutTooSmall(usd(200)),
    no.DepositTooSmall(usd(1200)),
    no.NotUsedYet(NONE),
    no.NotUsedYet(usd(1700)),
    no.OwingFirst(usd(200)),
    no.BadEmail(),
    no.NoSuchPayout(5),
    no.PayoutNotNow(5, "started"),
    no.DetailsLocked(),
    no.OwnAccount(),
    no.NoSuchCustomer("@aki"),
    no.SomebodyElseMust("/payout 5 sent REF1"),
    no.ProposalDiffers("Mina", "/payout 5 sent REF1"),
    no.TwoMustAgree(),
    no.OwesLess(usd(200)),
    no.PaidLess(usd(1700)),
    no.NoSuchParcel("EE1"),
    no.ParcelKnown("EE1"),
    no.KeepTooMuch(usd(8320)),
    no.ThreadClosed(N, 30),
    no.AlreadyPacked(N),
    no.NotPacked(N),
    no.ParcelBack("EE1"),
    no.PostponedAlready(DUE),
    no.TooLateForProblem(N, 30),
)


def in_file(order: Order, notice: Notice) -> Order:
    """The order as it is when the notice is sent: on hold after a hold."""
    if isinstance(notice, told.HoldPlaced):
        return replace(order, flags=frozenset({Flag.ON_HOLD}), reason=notice.reason)
    return order
