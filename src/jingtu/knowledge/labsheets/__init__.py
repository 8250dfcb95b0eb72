"""Sheets of laboratory results: read in the shapes laboratories send, checked whole, handed back marked."""
