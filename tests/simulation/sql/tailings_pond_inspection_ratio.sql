-- Ponds of the third grade that were visited in the year by the day, over all of the third grade.
WITH here AS (
  SELECT v.entry_id, v.state
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'tailings_ponds' AND v.state = 'level_3'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN EXISTS (
           SELECT 1 FROM waste_pondcheck c
           WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
             AND substr(CAST(c."on" AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)) THEN 1 ELSE 0 END) AS numerator,
       COUNT(*) AS denominator
FROM here
