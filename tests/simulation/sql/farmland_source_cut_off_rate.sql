-- Areas whose sources are all cut off and checked, over the areas in which sources were found.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'farmland_cause_surveys'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state IN ('causes_found', 'cutting', 'claimed', 'cut_off') AND state = 'cut_off' THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state IN ('causes_found', 'cutting', 'claimed', 'cut_off') THEN 1 ELSE 0 END) AS denominator
FROM here
