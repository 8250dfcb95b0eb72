-- Parcels of the list of the day that are under control; no base date named: the list is that of the day.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'priority_parcels'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state IN ('listed', 'monitoring', 'within_standard', 'over_standard', 'area_delimited',
                'control_claimed', 'controlled') AND state = 'controlled' THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state IN ('listed', 'monitoring', 'within_standard', 'over_standard', 'area_delimited',
                'control_claimed', 'controlled') THEN 1 ELSE 0 END) AS denominator
FROM here
