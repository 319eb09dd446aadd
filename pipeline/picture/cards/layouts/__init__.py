"""Card layouts, one per file; `base.py` says how to add one."""

from __future__ import annotations
