"""Pages of law and standards."""
