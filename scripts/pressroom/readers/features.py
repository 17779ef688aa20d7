"""The bits of dwFeatures (CCID revision 1.1, 5.1; bit 11: ICCD revision 1.0) and their codes in our files."""

from __future__ import annotations

from pressroom.readers.model import Exchange

# bit: (code, in words)
FEATURES = {
    0x00000002: ("auto-parameters", "sets parameters from the ATR by itself"),
    0x00000004: ("auto-activation", "activates a card when it is inserted"),
    0x00000008: ("auto-voltage", "chooses the voltage by itself"),
    0x00000010: ("auto-clock", "changes the clock frequency by itself"),
    0x00000020: ("auto-baud", "changes the baud rate by itself"),
    0x00000040: ("auto-negotiation", "negotiates parameters by itself"),
    0x00000080: ("auto-pps", "makes the PPS exchange by itself"),
    0x00000100: ("clock-stop", "can stop the clock of a card"),
    0x00000200: ("nad", "accepts a NAD other than 0 (T=1)"),
    0x00000400: ("auto-ifsd", "exchanges IFSD first by itself (T=1)"),
    0x00000800: ("iccd-token", "is a token of the ICCD class: card and reader in one"),
    0x00100000: ("wake-up", "wakes the computer when a card is inserted or removed"),
}
WORDS = dict(FEATURES.values())
EXCHANGES = {
    0x00000: Exchange.CHARACTER,
    0x10000: Exchange.TPDU,
    0x20000: Exchange.SHORT_APDU,
    0x40000: Exchange.EXTENDED_APDU,
}
_EXCHANGE_BITS = 0x70000
_KNOWN = _EXCHANGE_BITS | sum(FEATURES)


def exchange_of(features: int) -> Exchange:
    """The exchange level of a dwFeatures; of several bits, which no reader should set, the highest."""
    bits = features & _EXCHANGE_BITS
    return EXCHANGES[1 << (bits.bit_length() - 1) if bits else 0]


def codes_of(features: int) -> tuple[str, ...]:
    """The codes of all bits beside the exchange level, and one for what no specification names."""
    codes = [code for bit, (code, _) in FEATURES.items() if features & bit]
    unknown = features & ~_KNOWN
    return (*codes, *([f"unknown-0x{unknown:08X}"] if unknown else []))
