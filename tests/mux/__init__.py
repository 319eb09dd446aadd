"""Tests of container."""
