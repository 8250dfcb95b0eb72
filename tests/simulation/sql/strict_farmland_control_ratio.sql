-- Strictly controlled plots with a measure of strict control in the year, over all of them.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'farmland_plots'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state = 'strict' AND EXISTS (
           SELECT 1 FROM cropland_measure c
           WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at AND c.year = CAST(substr(CAST(:on AS varchar), 1, 4) AS integer)
             AND c.measure IN ('restructuring', 'prohibited_zone', 'return_forest', 'fallow', 'non_farmland', 'other_strict')) THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state = 'strict' THEN 1 ELSE 0 END) AS denominator
FROM here
