"""Descriptor dumps of invented readers, as the driver's tree keeps them."""

from __future__ import annotations

_FIELDS = {
    " idVendor": "0xF001",
    "  iManufacturer": "Acme",
    " idProduct": "0x0001",
    "  iProduct": "Slim",
    " bcdDevice": "1.08 (firmware release?)",
    " bLength": "9",
    " bDescriptorType": "4",
    " bInterfaceNumber": "0",
    " bAlternateSetting": "0",
    " bNumEndpoints": "3",
    " bInterfaceClass": "0x0B [a reader]",
    " bInterfaceSubClass": "0",
    " bInterfaceProtocol": "0",
    " iInterface": "Slim CCID",
    " CCID Class Descriptor": "",
    "  bLength": "0x36",
    "  bDescriptorType": "0x21",
    "  bcdCCID": "1.10",
    "  bMaxSlotIndex": "0x00",
    "  bVoltageSupport": "0x07",
    "  dwProtocols": "0x0000 0x0003",
    "  dwDefaultClock": "4.000 MHz",
    "  dwMaximumClock": "8.500 MHz",
    "  bNumClockSupported": "0 (as many as it answers)",
    "  dwDataRate": "10752 bps",
    "  dwMaxDataRate": "344086 bps",
    "  bNumDataRatesSupported": "0 (as many as it answers)",
    "  dwMaxIFSD": "254",
    "  dwSynchProtocols": "0x00000000",
    "  dwMechanical": "0x00000000",
    "  dwFeatures": "0x000404BA",
    "  dwMaxCCIDMessageLength": "271 bytes",
    "  bClassGetResponse": "0xFF",
    "  bClassEnvelope": "0x00",
    "  wLcdLayout": "0x0000",
    "  bPINSupport": "0x00",
    "  bMaxCCIDBusySlots": "1",
}
_CLASS = " CCID Class Descriptor"


def dump(notes: dict[str, list[str]] | None = None, /, **changes: str | None) -> str:
    """One block; `changes` are fields by name (None: left out), `notes` lines below a field.

    A field of the class descriptor that the interface has too is `ccid_bLength`, `ccid_bDescriptorType`.
    """
    lines = []
    wanted = dict(changes)
    inside = False
    for key, value in _FIELDS.items():
        inside = inside or key == _CLASS
        name = key.strip()
        name = f"ccid_{name}" if inside and name in {"bLength", "bDescriptorType"} else name
        text = wanted.pop(name, value)
        if key == _CLASS:
            lines.append(key)
        elif text is not None:
            lines.append(f"{key}: {text}")
        lines += [f"   {note}" for note in (notes or {}).get(name, [])]
    assert not wanted, f"no such fields: {sorted(wanted)}"
    return "".join(f"{line}\n" for line in lines)
