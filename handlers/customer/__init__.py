"""The customer's side: what they press and write in their private chat."""

from typing import Final

CUSTOMER: Final = "customer"  # the conversation that holds their forms
