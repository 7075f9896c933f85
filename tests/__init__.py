"""Tests promise: each one is a sentence somebody relies on."""
