"""The C part; all else stands in pyproject.toml."""

from setuptools import Extension, setup

setup(
    ext_modules=[
        Extension("atr_checksum._tck", ["src/module.c", "src/tck.c"], include_dirs=["src"]),
    ],
)
