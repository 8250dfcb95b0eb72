-- Enterprises of the list with data supplemented, over those that had to.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.supplement
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN metals_heavymetalenterprisefacts f ON f.version_id = v.id
  WHERE v.register = 'heavy_metal_enterprises'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state <> 'removed' AND supplement IN ('required', 'done') AND supplement = 'done' THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state <> 'removed' AND supplement IN ('required', 'done') THEN 1 ELSE 0 END) AS denominator
FROM here
