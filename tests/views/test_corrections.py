"""What is read of a transfer that was booked wrongly: by finance, by its customer, on paper."""

from __future__ import annotations

from dataclasses import replace

import pytest

from domain.files import Person, Purse
from domain.ids import EventId, OrderId, PayoutId, PersonId
from domain.letters import Screen
from domain.payments import Payment
from domain.payout_notices import TransferCorrected
from tests.views.files import AGENCY, NOW, PAID, READER, REPORT, STAFF, a_file, usd
from tests.views.reading import read
from views import papers, payout_notices
from views.pay_in_staff import Correction, corrected

AKI = Person(PersonId(7), "Aki <b>")
NOTHING = usd(0)


def answer(**facts: object) -> list[str]:
    values: dict[str, object] = {
        "reference": "B17",
        "was": usd(8_470),
        "right": None,
        "customer": AKI,
        "owed": NOTHING,
        "held": (),
        "sending": (),
    }
    done = Correction(**(values | facts))  # type: ignore[arg-type]
    return read(Screen(str(corrected(done, STAFF.say)))).splitlines()


def test_finance_read_whose_it_was_and_what_to_do_next() -> None:
    assert answer() == [
        "✅ $84.70 is taken back from Aki <b>. When the owner is known: /match B17 CUSTOMER",
        "They are told.",
    ]


def test_finance_read_what_is_owed_held_and_still_being_sent() -> None:
    facts = {"owed": usd(100), "held": (OrderId(12),), "sending": (PayoutId(5),)}
    assert answer(**facts)[2:] == [
        "They owe $1.00 now. Their next payment into the deposit covers it first.",
        "#12 is on hold, since it is not paid. When it is, in its topic: /unhold",
        "⚠️ Pay-out 5 is being sent just now. If it can be stopped: /payout 5 refuse reason",
    ]


def test_finance_read_that_a_deleted_account_is_not_told() -> None:
    lines = answer(customer=replace(AKI, erased=True))
    assert lines[1:] == ["They have deleted their account: nobody is told."]


def test_finance_read_the_right_amount() -> None:
    assert answer(right=usd(8_740))[0] == "✅ B17 of Aki <b> is booked as $87.40, not as $84.70."
    assert answer(right=usd(8_740), customer=None) == [
        "✅ B17 is kept as $87.40 of an unknown sender, not as $84.70."
    ]


def test_finance_read_that_nothing_arrived() -> None:
    assert answer(right=NOTHING)[0] == (
        "✅ $84.70 is taken back, since it never arrived. The reference B17 can be used again."
    )
    assert len(answer(right=NOTHING, customer=None)) == 1


@pytest.mark.parametrize(
    ("notice", "expected"),
    [
        (
            TransferCorrected(usd(8_320), NOTHING, NOTHING, NOTHING),
            [
                "🔁 We booked a transfer of $83.20 for you that has not arrived. We have taken it"
                " back. The mistake was ours, and we are sorry.",
                "Your balance is $0.00 now.",
            ],
        ),
        (
            TransferCorrected(usd(8_320), None, usd(8_320), usd(-8_320), OrderId(12), True),
            [
                "🔁 #12 · We booked a transfer of $83.20 for you that was not yours. We have taken"
                " it back. The mistake was ours, and we are sorry.",
                "You owe us $83.20 now, because it was used already. Please press Deposit, then"
                " Pay in: what you pay in covers it first.",
                "Your order waits until then; its deadlines stand still.",
            ],
        ),
        (
            TransferCorrected(usd(8_320), usd(8_230), NOTHING, usd(1_000)),
            [
                "🔁 We booked your transfer as $83.20, but $82.30 arrived. We have put it right."
                " The mistake was ours, and we are sorry.",
                "Your balance is $10.00 now.",
            ],
        ),
    ],
)
def test_the_customer_reads_that_the_mistake_was_ours(
    notice: TransferCorrected, expected: list[str]
) -> None:
    assert read(payout_notices.draw(notice, READER.say)).splitlines() == expected


def on_paper(*payments: Payment, owed: int = 0) -> list[str]:
    file = a_file(PAID, *payments, purse=Purse(NOTHING, NOTHING, usd(owed)))
    assert PAID.first_bill is not None
    return [
        str(x)
        for x in papers.corrected(papers.BillOf(file, PAID.first_bill, AGENCY, NOW), STAFF.say)
    ]


def test_a_receipt_says_that_a_transfer_was_corrected_and_what_is_owed() -> None:
    right = REPORT.confirm(usd(8_320), "B17", EventId(3), by="staff:1", at=NOW)
    wrong = right.correct("of #13", by="staff:1", at=NOW)
    assert on_paper(right, owed=8_320) == []
    said = on_paper(wrong)
    assert len(said) == 1
    assert said[0].startswith(
        "A transfer of $83.20 was booked for this order by mistake, and corrected on "
    )
    assert on_paper(wrong, owed=8_320)[1:] == [
        "$83.20 of the customer’s account is still to be paid."
    ]
