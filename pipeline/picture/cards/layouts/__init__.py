"""Card layouts, one a file. Each draws a card on a sheet and knows nothing of the others; `base.py` says how to add one."""

from __future__ import annotations
