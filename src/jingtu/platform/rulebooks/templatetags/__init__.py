"""Tags of law and standards."""
