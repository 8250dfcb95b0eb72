-- Wells walked to in the year by the day; sealed and removed ones apart.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'groundwater_wells'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT CASE WHEN COUNT(*) > 0 THEN SUM(CASE WHEN state NOT IN ('sealed', 'removed')
            AND EXISTS (SELECT 1 FROM groundwater_wellpatrol c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at AND substr(CAST(c."on" AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)) THEN 1 ELSE 0 END) END AS total
FROM here
