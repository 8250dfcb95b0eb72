"""The quota ledger (总量指标台账): double entry in whole grams."""
