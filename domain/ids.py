"""Names for numbers, so that one id cannot stand where another belongs."""

from typing import NewType

PersonId = NewType("PersonId", int)  # Telegram's number for a customer or a member of staff
AgencyId = NewType("AgencyId", int)  # an agency beside that of the settings
OrderId = NewType("OrderId", int)  # the order's number as people read it
BillId = NewType("BillId", int)
PaymentId = NewType("PaymentId", int)
PayoutId = NewType("PayoutId", int)
EventId = NewType("EventId", int)  # an event of the ledger
TopicId = NewType("TopicId", int)  # Telegram's message_thread_id
NoteId = NewType("NoteId", int)  # a message between customer and agency, as stored
InquiryId = NewType("InquiryId", int)  # a question to the front desk
LetterId = NewType("LetterId", int)  # a row of the outbox
LineNo = NewType("LineNo", int)  # a line's number within its order, kept for ever
ProposalId = NewType("ProposalId", int)  # what waits for a second finance member
BankLineId = NewType("BankLineId", int)  # a line of the bank's file
