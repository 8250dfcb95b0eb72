-- Sources struck off, over the sources that stood on the list of the year by the day.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'cadmium_sources'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN EXISTS (
                SELECT 1 FROM registers_version s JOIN cadmium_cadmiumsourcefacts sf ON sf.version_id = s.id
                WHERE s.entry_id = here.entry_id AND s.state IN ('listed', 'rectifying', 'claimed', 'checked', 'struck_off')
                  AND sf.list_year = CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) AND s.effective_from <= :on
                  AND s.recorded_from <= :known_at AND s.recorded_to > :known_at) AND state = 'struck_off' THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN EXISTS (
                SELECT 1 FROM registers_version s JOIN cadmium_cadmiumsourcefacts sf ON sf.version_id = s.id
                WHERE s.entry_id = here.entry_id AND s.state IN ('listed', 'rectifying', 'claimed', 'checked', 'struck_off')
                  AND sf.list_year = CAST(substr(CAST(:on AS varchar), 1, 4) AS integer) AND s.effective_from <= :on
                  AND s.recorded_from <= :known_at AND s.recorded_to > :known_at) THEN 1 ELSE 0 END) AS denominator
FROM here
