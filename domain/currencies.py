"""The currencies of the world and how many decimals each has (ISO 4217)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final


class Currency(StrEnum):
    AED = "AED"
    AFN = "AFN"
    ALL = "ALL"
    AMD = "AMD"
    AOA = "AOA"
    ARS = "ARS"
    AUD = "AUD"
    AWG = "AWG"
    AZN = "AZN"
    BAM = "BAM"
    BBD = "BBD"
    BDT = "BDT"
    BGN = "BGN"
    BHD = "BHD"
    BIF = "BIF"
    BMD = "BMD"
    BND = "BND"
    BOB = "BOB"
    BRL = "BRL"
    BSD = "BSD"
    BTN = "BTN"
    BWP = "BWP"
    BYN = "BYN"
    BZD = "BZD"
    CAD = "CAD"
    CDF = "CDF"
    CHF = "CHF"
    CLP = "CLP"
    CNY = "CNY"
    COP = "COP"
    CRC = "CRC"
    CUP = "CUP"
    CVE = "CVE"
    CZK = "CZK"
    DJF = "DJF"
    DKK = "DKK"
    DOP = "DOP"
    DZD = "DZD"
    EGP = "EGP"
    ERN = "ERN"
    ETB = "ETB"
    EUR = "EUR"
    FJD = "FJD"
    FKP = "FKP"
    GBP = "GBP"
    GEL = "GEL"
    GHS = "GHS"
    GIP = "GIP"
    GMD = "GMD"
    GNF = "GNF"
    GTQ = "GTQ"
    GYD = "GYD"
    HKD = "HKD"
    HNL = "HNL"
    HTG = "HTG"
    HUF = "HUF"
    IDR = "IDR"
    ILS = "ILS"
    INR = "INR"
    IQD = "IQD"
    IRR = "IRR"
    ISK = "ISK"
    JMD = "JMD"
    JOD = "JOD"
    JPY = "JPY"
    KES = "KES"
    KGS = "KGS"
    KHR = "KHR"
    KMF = "KMF"
    KPW = "KPW"
    KRW = "KRW"
    KWD = "KWD"
    KYD = "KYD"
    KZT = "KZT"
    LAK = "LAK"
    LBP = "LBP"
    LKR = "LKR"
    LRD = "LRD"
    LSL = "LSL"
    LYD = "LYD"
    MAD = "MAD"
    MDL = "MDL"
    MGA = "MGA"
    MKD = "MKD"
    MMK = "MMK"
    MNT = "MNT"
    MOP = "MOP"
    MRU = "MRU"
    MUR = "MUR"
    MVR = "MVR"
    MWK = "MWK"
    MXN = "MXN"
    MYR = "MYR"
    MZN = "MZN"
    NAD = "NAD"
    NGN = "NGN"
    NIO = "NIO"
    NOK = "NOK"
    NPR = "NPR"
    NZD = "NZD"
    OMR = "OMR"
    PAB = "PAB"
    PEN = "PEN"
    PGK = "PGK"
    PHP = "PHP"
    PKR = "PKR"
    PLN = "PLN"
    PYG = "PYG"
    QAR = "QAR"
    RON = "RON"
    RSD = "RSD"
    RUB = "RUB"
    RWF = "RWF"
    SAR = "SAR"
    SBD = "SBD"
    SCR = "SCR"
    SDG = "SDG"
    SEK = "SEK"
    SGD = "SGD"
    SHP = "SHP"
    SLE = "SLE"
    SOS = "SOS"
    SRD = "SRD"
    SSP = "SSP"
    STN = "STN"
    SYP = "SYP"
    SZL = "SZL"
    THB = "THB"
    TJS = "TJS"
    TMT = "TMT"
    TND = "TND"
    TOP = "TOP"
    TRY = "TRY"
    TTD = "TTD"
    TWD = "TWD"
    TZS = "TZS"
    UAH = "UAH"
    UGX = "UGX"
    USD = "USD"
    UYU = "UYU"
    UZS = "UZS"
    VES = "VES"
    VND = "VND"
    VUV = "VUV"
    WST = "WST"
    XAF = "XAF"
    XCD = "XCD"
    XCG = "XCG"
    XOF = "XOF"
    XPF = "XPF"
    YER = "YER"
    ZAR = "ZAR"
    ZMW = "ZMW"
    ZWG = "ZWG"

    @property
    def decimals(self) -> int:
        """How many digits stand behind the point: 2 for USD, 0 for JPY."""
        return DECIMALS.get(self, 2)

    @property
    def signs(self) -> tuple[str, ...]:
        """What people write beside an amount, once they know which currency is meant."""
        return SIGNS.get(self, ())


DECIMALS: Final = {
    **dict.fromkeys(
        (
            Currency.BIF,
            Currency.CLP,
            Currency.DJF,
            Currency.GNF,
            Currency.ISK,
            Currency.JPY,
            Currency.KMF,
            Currency.KRW,
            Currency.PYG,
            Currency.RWF,
            Currency.UGX,
            Currency.VND,
            Currency.VUV,
            Currency.XAF,
            Currency.XOF,
            Currency.XPF,
        ),
        0,
    ),
    **dict.fromkeys(
        (
            Currency.BHD,
            Currency.IQD,
            Currency.JOD,
            Currency.KWD,
            Currency.LYD,
            Currency.OMR,
            Currency.TND,
        ),
        3,
    ),
}

SIGNS: Final = {
    Currency.USD: ("$", "US$"),
    Currency.EUR: ("€",),
    Currency.GBP: ("£",),
    Currency.JPY: ("¥", "￥", "円"),
    Currency.CNY: ("¥", "￥", "CN¥", "元"),
    Currency.KRW: ("₩", "원"),
    Currency.RUB: ("₽",),
    Currency.AUD: ("$", "A$"),
    Currency.CAD: ("$", "CA$", "C$"),
    Currency.HKD: ("$", "HK$"),
    Currency.TWD: ("$", "NT$"),
    Currency.SGD: ("$", "S$"),
    Currency.NZD: ("$", "NZ$"),
    Currency.MXN: ("$", "MX$"),
    Currency.BRL: ("R$",),
    Currency.INR: ("₹",),
    Currency.ILS: ("₪",),
    Currency.PHP: ("₱",),
    Currency.THB: ("฿",),
    Currency.TRY: ("₺",),
    Currency.UAH: ("₴",),
    Currency.VND: ("₫",),
    Currency.PLN: ("zł",),
}
