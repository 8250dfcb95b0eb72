"""Checks of a table of laboratory results, one module a subject."""
