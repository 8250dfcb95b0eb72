"""Sources of pollution: enterprises that handle heavy metals, cadmium sources, key units."""
