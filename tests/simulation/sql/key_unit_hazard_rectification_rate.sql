-- Hazards that passed their check, over all of the ledger but those found to be none.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'hazard_rectification_ledger'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state <> 'withdrawn' AND state = 'passed' THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state <> 'withdrawn' THEN 1 ELSE 0 END) AS denominator
FROM here
