-- Enterprises on the list on the day.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'heavy_metal_enterprises'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT CASE WHEN COUNT(*) > 0 THEN SUM(CASE WHEN state IN ('building', 'operating', 'suspended', 'closed') THEN 1 ELSE 0 END) END AS total
FROM here
