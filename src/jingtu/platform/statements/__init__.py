"""Statements: what registers say of a month in words an office would print, with the entries behind each."""
