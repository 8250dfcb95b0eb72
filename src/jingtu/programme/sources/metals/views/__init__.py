"""Pages of the quota ledger."""
