"""`episode voices`: who can speak, and how they sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer


def register(app: typer.Typer) -> None:
    """Put the command of this module on the app."""
