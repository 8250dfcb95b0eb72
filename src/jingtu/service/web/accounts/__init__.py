"""Logging in and out, the own account, and the limits on sessions."""
