"""Changelogs of made-up projects in each style, with what people really write in them."""

from __future__ import annotations

from typing import Final

DASHED: Final = """\
Widget, a driver
================

1.2 volts are not a version.

History:
========

1.4.10 - 20 September 2026, Ann Author
{b}- Add support of
{n}- Moon Reader 3000
{n}- Sun Reader <sun@reader.example>
{b}- use `open()' and `close()' in *.c, not __init__
{b}  on two lines

1.4.9 - 26 Novembre 2006, Ann AUTHOR and Çelik Ö.
{b}- # of slots: 1. first
{b}- see [docs](https://widget.example/docs) \\o/


1.4.8 - 29 Octobre  2003, Ann AUTHOR

1.4.7 - 2 Feb 2003, Ann Author
\t- tab > space
{b}-

 vim:ts=20
"""
LIBCCID: Final = DASHED.format(b="   ", n="    ")
PCSC_TOOLS: Final = DASHED.format(b="    ", n="     ").replace("     - Moon", "     . Moon")
PYKCS11: Final = """\
History
=======

1.5.2 - September 2026, Ann Author
  - fix C_Open()
   . nested
  - `code` stays

1.5.1 - **x** 2022, Ann Author
  - odd date

1.5.0 - Septembre 2022, Ann Author and Bo
   - wrapped
     line

1.0.1 - 2004 Author
  - first
"""
PCSC_LITE: Final = """\
9 June 2023
2.0.0: Ann Author
9 June 2023
- new number
  . nested
    hanging
- stray * star

widget-1.8.13: Bo Builder
27 october, 2003
- <errno.h> and a < b

widget-1.8.12beta: (Ann Author <ann@widget.example>), Bo
13 Apr, 2003
- one

widget-0.0b
- no date at all
"""
PYSCARD: Final = """\
2.3.1 (October 2025)
====================
- patches from Ann
   * Request:
    - one
\t- two
- patches from Bo
   * three (Cleo)

2.3.0 (march 2024)
==================

   * Fix it
     at last

1.6.7
=====
        * old
"""
KEEP: Final = """\
# Changelog

All notable changes.

## [Unreleased]

### Added

- soon, see [the plan][plan]

## [1.2.0] - 2024-05-06

### Added

- `code` and [x](https://x.example)
  wrapped
  - nested

### Fixed

- z [#12]

```
## [9.9.9] - 2020-01-01
```

## 1.1.0 - 2023-05-06 [YANKED]

- **bold** stays

[unreleased]: https://x.example/compare/1.2.0...HEAD
[1.2.0]: https://x.example/tag/1.2.0
[plan]: https://x.example/plan
[#12]: https://x.example/12
"""
TOWNCRIER_MD: Final = """\
# Changelog

<!-- towncrier release notes start -->

# Widget 1.2.0 (2024-05-06)

## Core

### Features

- one (#12)

### Bugfixes

- two ([#13](https://x.example/13))

# Widget 1.1.0 (May 6, 2023)

No significant changes.
"""
TOWNCRIER_RST: Final = """\
Changelog
=========

.. towncrier release notes start

Widget 1.2.0 (2024-05-06)
=========================

Features
--------

- One ``code`` (`#12 <https://x.example/12>`__)
- Two
  wrapped


Bugfixes
--------

- Three :func:`foo` and `[x](https://x.example)`

  - nested

- Four

Widget 1.1.0 (2023-05-06)
=========================

No significant changes.
"""
FILES: Final = {
    "libccid": LIBCCID,
    "pcsc-lite": PCSC_LITE,
    "pcsc-tools": PCSC_TOOLS,
    "pykcs11": PYKCS11,
    "pyscard": PYSCARD,
    "keep-a-changelog": KEEP,
    "towncrier-md": TOWNCRIER_MD,
    "towncrier-rst": TOWNCRIER_RST,
}
