"""Human-health risk of contaminated land after HJ 25.3-2019: exposure, risk, control values."""
