-- Areas of the year whose survey of causes is done.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.list_year
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN cadmium_causesurveyfacts f ON f.version_id = v.id
  WHERE v.register = 'farmland_cause_surveys'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT CASE WHEN COUNT(*) > 0 THEN SUM(CASE WHEN list_year = CAST(substr(CAST(:on AS varchar), 1, 4) AS integer)
            AND state IN ('causes_found', 'cutting', 'claimed', 'cut_off', 'no_source') THEN 1 ELSE 0 END) END AS total
FROM here
