"""Tests of SalesOS Desktop."""
