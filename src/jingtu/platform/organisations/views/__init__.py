"""Pages of the list of organisations."""
