"""What the first bytes of a command APDU say (ISO/IEC 7816-4)."""

from __future__ import annotations

HEADER = 4  # CLA, INS, P1, P2
INSTRUCTIONS = {
    0x20: "VERIFY",
    0x84: "GET CHALLENGE",
    0xA4: "SELECT",
    0xB0: "READ BINARY",
    0xC0: "GET RESPONSE",
}


def describe(apdu: str) -> str:
    """The instruction of an APDU by name, and its case: `SELECT (case 3)`."""
    data = bytes.fromhex(apdu)
    number = case(data)
    name = INSTRUCTIONS.get(data[1], f"instruction {data[1]:02X}")
    return f"{name} (case {number})"


def case(data: bytes) -> int:
    """Which of the four cases a short APDU is: without or with data, without or with an answer."""
    if len(data) < HEADER:
        message = f"an APDU has {HEADER} bytes or more, not {len(data)}"
        raise ValueError(message)
    body = data[HEADER:]
    if not body:
        return 1
    if len(body) == 1:
        return 2
    if len(body) not in {body[0] + 1, body[0] + 2}:
        message = f"Lc says {body[0]}, and {len(body) - 1} bytes follow"
        raise ValueError(message)
    return 3 if len(body) == body[0] + 1 else 4
