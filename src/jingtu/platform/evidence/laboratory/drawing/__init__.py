"""Plots of results as places on a sheet, drawn by templates as SVG: they need no script and print as they are.

Lengths are in units of the drawing's own ``viewBox``. Values below detection stand at their detection limit
and are marked as hollow.
"""
