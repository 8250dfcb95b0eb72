-- National points of class V, over the national points with results of the year.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.kind, f.target_class, f.base_class
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN groundwater_pointfacts f ON f.version_id = v.id
  WHERE v.register = 'groundwater_points'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
    AND v.state = 'in_use' AND f.kind IN ('national')
), results AS (
  SELECT c.entry_id, c.season, c."on", substr(CAST(c."on" AS varchar), 1, 4) AS year,
         CASE c.quality WHEN 'I' THEN 1 WHEN 'II' THEN 2 WHEN 'III' THEN 3 WHEN 'IV' THEN 4 WHEN 'V' THEN 5 END AS class
  FROM groundwater_pointresult c
  WHERE c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
), rounds AS (
  SELECT entry_id, year, MAX("on") AS ended, MAX(class) AS class
  FROM results GROUP BY entry_id, year, season HAVING MAX(class) IS NOT NULL
), ranked AS (
  SELECT entry_id, year, class,
         ROW_NUMBER() OVER (PARTITION BY entry_id, year ORDER BY ended DESC, class DESC) AS place
  FROM rounds
), standing AS (
  SELECT here.entry_id, now.class AS now,
         CASE here.target_class WHEN 'I' THEN 1 WHEN 'II' THEN 2 WHEN 'III' THEN 3 WHEN 'IV' THEN 4 WHEN 'V' THEN 5 END
           AS target,
         COALESCE(CASE here.base_class WHEN 'I' THEN 1 WHEN 'II' THEN 2 WHEN 'III' THEN 3 WHEN 'IV' THEN 4
                  WHEN 'V' THEN 5 END, last.class) AS base
  FROM here
  LEFT JOIN ranked now ON now.entry_id = here.entry_id AND now.place = 1
    AND now.year = CAST(CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) AS varchar)
  LEFT JOIN ranked last ON last.entry_id = here.entry_id AND last.place = 1
    AND last.year = CAST(CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) - 1 AS varchar)
)
SELECT SUM(CASE WHEN now = 5 THEN 1 ELSE 0 END) AS numerator, COUNT(*) AS denominator
FROM standing WHERE now IS NOT NULL
