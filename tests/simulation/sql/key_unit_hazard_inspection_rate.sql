-- Units on the list inspected within 36 months, over those on the list; listed for less than a year and never inspected: left out.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.listed_on
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN key_units_keyunitfacts f ON f.version_id = v.id
  WHERE v.register = 'key_regulated_units'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state IN ('published', 'rectifying', 'rectified', 'removal_proposed')
                AND (EXISTS (SELECT 1 FROM key_units_hazardinspection c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at)
                     OR listed_on IS NULL OR CAST(listed_on AS varchar) <= (CAST(CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) - 1 AS varchar) || substr(CAST(:on AS varchar), 5))) AND EXISTS (SELECT 1 FROM key_units_hazardinspection c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
                  AND CAST(c."on" AS varchar) > (CAST(CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) - 3 AS varchar) || substr(CAST(:on AS varchar), 5))) THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state IN ('published', 'rectifying', 'rectified', 'removal_proposed')
                AND (EXISTS (SELECT 1 FROM key_units_hazardinspection c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at)
                     OR listed_on IS NULL OR CAST(listed_on AS varchar) <= (CAST(CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) - 1 AS varchar) || substr(CAST(:on AS varchar), 5))) THEN 1 ELSE 0 END) AS denominator
FROM here
