-- Units that inspected in 2021, removed ones included; of these the ones looked at again.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'key_regulated_units'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN EXISTS (SELECT 1 FROM key_units_hazardinspection c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
                  AND substr(CAST(c."on" AS varchar), 1, 4) = '2021') AND EXISTS (SELECT 1 FROM key_units_recheck c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at) THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN EXISTS (SELECT 1 FROM key_units_hazardinspection c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
                  AND substr(CAST(c."on" AS varchar), 1, 4) = '2021') THEN 1 ELSE 0 END) AS denominator
FROM here
