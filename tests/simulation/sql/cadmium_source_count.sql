-- Sources taken onto the list in the year.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.listed_on
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN cadmium_cadmiumsourcefacts f ON f.version_id = v.id
  WHERE v.register = 'cadmium_sources'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT CASE WHEN COUNT(*) > 0 THEN SUM(CASE WHEN state IN ('listed', 'rectifying', 'claimed', 'checked', 'struck_off')
            AND listed_on <= :on AND substr(CAST(listed_on AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4) THEN 1 ELSE 0 END) END AS total
FROM here
