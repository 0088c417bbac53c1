"""Every table there is: whoever compares or creates the whole schema imports it from here."""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path

from storage.schema import metadata

__all__ = ["metadata"]

for _module in pkgutil.iter_modules([str(Path(__file__).parent)]):
    if _module.name.endswith("tables"):
        importlib.import_module(f"storage.{_module.name}")
