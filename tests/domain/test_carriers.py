"""Where parcels can be followed."""

from __future__ import annotations

import pytest

from domain.carriers import tracking_link


@pytest.mark.parametrize(
    ("carrier", "tracking", "link"),
    [
        (
            "EMS",
            "EE123456785JP",
            "https://trackings.post.japanpost.jp/services/srv/search/direct"
            "?locale=en&reqCodeNo1=EE123456785JP",
        ),
        (
            "EMS",
            "EE123456785CN",
            "https://www.ems.post/en/global-network/tracking?id=EE123456785CN",
        ),
        (
            "Japan Post",
            "RR123456785JP",
            "https://trackings.post.japanpost.jp/services/srv/search/direct"
            "?locale=en&reqCodeNo1=RR123456785JP",
        ),
        (
            "DHL",
            "1234567890",
            "https://www.dhl.com/global-en/home/tracking.html?tracking-id=1234567890",
        ),
        ("FedEx", "123456789012", "https://www.fedex.com/fedextrack/?trknbr=123456789012"),
        ("UPS", "1Z999", "https://www.ups.com/track?loc=en_US&tracknum=1Z999"),
        ("USPS", "9400", "https://tools.usps.com/go/TrackConfirmAction?tLabels=9400"),
        (
            "Yamato",
            "1234-5678-9012",
            "https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=1234-5678-9012",
        ),
    ],
)
def test_a_parcel_is_linked_to_its_carriers_page(carrier: str, tracking: str, link: str) -> None:
    assert tracking_link(carrier, tracking) == link


@pytest.mark.parametrize("written", ["japan post", "JAPAN POST", "Japan-Post", "JapanPost"])
def test_how_a_carrier_is_written_does_not_matter(written: str) -> None:
    assert tracking_link(written, "RR1JP") == tracking_link("Japan Post", "RR1JP")


def test_a_carrier_we_do_not_know_has_no_link() -> None:
    assert tracking_link("Uncle Bob", "1") == ""
    assert tracking_link("", "1") == ""
    assert tracking_link("DHL", " ") == ""


def test_a_number_cannot_break_out_of_the_link() -> None:
    assert tracking_link("UPS", '1&x="<b>').endswith("tracknum=1%26x%3D%22%3Cb%3E")
