"""One card layout a file; each draws a card on a sheet and knows nothing of the others."""

from __future__ import annotations
