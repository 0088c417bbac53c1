"""Carriers: where a parcel can be followed by its tracking number."""

from __future__ import annotations

from typing import Final
from urllib.parse import quote

_JAPAN_POST: Final = (
    "https://trackings.post.japanpost.jp/services/srv/search/direct?locale=en&reqCodeNo1={}"
)
_EMS: Final = "https://www.ems.post/en/global-network/tracking?id={}"
_DHL: Final = "https://www.dhl.com/global-en/home/tracking.html?tracking-id={}"
_FEDEX: Final = "https://www.fedex.com/fedextrack/?trknbr={}"
_UPS: Final = "https://www.ups.com/track?loc=en_US&tracknum={}"
_USPS: Final = "https://tools.usps.com/go/TrackConfirmAction?tLabels={}"
_YAMATO: Final = "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno={}"
_ROYAL_MAIL: Final = "https://www.royalmail.com/track-your-item#/tracking-results/{}"
_SAGAWA: Final = "https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo={}"

_PAGES: Final = {
    "ems": _EMS,
    "japanpost": _JAPAN_POST,
    "jppost": _JAPAN_POST,
    "epacket": _JAPAN_POST,
    "sal": _JAPAN_POST,
    "dhl": _DHL,
    "dhlexpress": _DHL,
    "fedex": _FEDEX,
    "ups": _UPS,
    "usps": _USPS,
    "yamato": _YAMATO,
    "yamatotransport": _YAMATO,
    "kuroneko": _YAMATO,
    "kuronekoyamato": _YAMATO,
    "royalmail": _ROYAL_MAIL,
    "sagawa": _SAGAWA,
    "sagawaexpress": _SAGAWA,
}


def tracking_link(carrier: str, tracking: str) -> str:
    """The carrier's page for this parcel; empty when we know none.

    An EMS item from Japan (`EE123456785JP`) is best followed where it was posted.
    """
    name = "".join(letter for letter in carrier.casefold() if letter.isalnum())
    number = "".join(tracking.split())
    if name == "ems" and number.upper().endswith("JP"):
        name = "japanpost"
    page = _PAGES.get(name)
    return page.format(quote(number, safe="")) if page and number else ""
