"""Pages of the registers: the same for every declared register."""
