"""Limits and their evaluation: GB 15618, GB 36600, GB/T 14848, GB 2762 and tables that a user adds.

``screening.screen`` judges whole columns; a scalar call is the same code with columns of one.
"""
