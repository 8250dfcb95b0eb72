"""Jingtu 净土: the soil and groundwater pollution prevention programme of a local government."""

__version__ = "0.1.0"
