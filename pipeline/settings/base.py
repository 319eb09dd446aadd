"""What every section of the settings has in common: frozen values, unknown keys refused, no guessing of types."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """A table of the settings file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, str_max_length=20_000, allow_inf_nan=False)
