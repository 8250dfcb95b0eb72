-- Units on the list that reported the monitoring of the year, over the units on the list.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'key_regulated_units'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state IN ('published', 'rectifying', 'rectified', 'removal_proposed') AND EXISTS (SELECT 1 FROM key_units_selfmonitoring c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at AND c.year = CAST(substr(CAST(:on AS varchar), 1, 4) AS integer)) THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state IN ('published', 'rectifying', 'rectified', 'removal_proposed') THEN 1 ELSE 0 END) AS denominator
FROM here
