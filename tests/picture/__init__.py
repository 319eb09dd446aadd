"""Tests of picture."""
