-- Parcels changed to residential or public use in the year that met their requirement before supply, over all of them.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.new_use, f.changed_on, f.survey_result, f.reviewed_on, f.assessed_on,
         f.removed_on, f.supplied_on, f.area_m2
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN sites_constructionparcelfacts f ON f.version_id = v.id
  WHERE v.register = 'construction_parcels'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN changed_on <= :on AND substr(CAST(changed_on AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)
             AND state <> 'withdrawn' AND new_use IN ('residential', 'public') AND (   (survey_result = 'fit' AND reviewed_on <= :on AND (supplied_on IS NULL OR supplied_on >= reviewed_on))
             OR (survey_result = 'acceptable' AND assessed_on <= :on AND (supplied_on IS NULL OR supplied_on >= assessed_on))
             OR (survey_result = 'over' AND removed_on <= :on AND (supplied_on IS NULL OR supplied_on >= removed_on))) THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN changed_on <= :on AND substr(CAST(changed_on AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)
             AND state <> 'withdrawn' AND new_use IN ('residential', 'public') THEN 1 ELSE 0 END) AS denominator
FROM here
