"""Tests of many."""
