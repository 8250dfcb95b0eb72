-- Assured where the rate is 100 % and nothing unlawful was found, or from 95 to below 100 % where all that was found is
-- punished and put right without risk; not assured from 95 to below 100 % where it is not, and below 95 %. By count and
-- by area; where they differ, or the table says nothing, nobody but a person decides.
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
), parcels AS (
  SELECT area_m2, CASE WHEN (   (survey_result = 'fit' AND reviewed_on <= :on AND (supplied_on IS NULL OR supplied_on >= reviewed_on))
             OR (survey_result = 'acceptable' AND assessed_on <= :on AND (supplied_on IS NULL OR supplied_on >= assessed_on))
             OR (survey_result = 'over' AND removed_on <= :on AND (supplied_on IS NULL OR supplied_on >= removed_on)))
                  THEN 1 ELSE 0 END AS met
  FROM here
  WHERE changed_on <= :on AND substr(CAST(changed_on AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)
             AND state <> 'withdrawn' AND new_use IN ('residential', 'public')
), rates AS (
  SELECT ROUND(100.0 * SUM(met) / COUNT(*), 2) AS rate FROM parcels HAVING COUNT(*) > 0
  UNION
  SELECT ROUND(100.0 * SUM(met * area_m2) / SUM(area_m2), 2) FROM parcels HAVING SUM(area_m2) > 0
), told AS (
  SELECT c.entry_id, c."on",
         CASE WHEN c.punished_on <= :on AND c.corrected_on <= :on AND NOT c.risk_to_people THEN 1 ELSE 0 END AS settled
  FROM sites_unlawfuldevelopment c
  WHERE c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
    AND c.entry_id IN (SELECT entry_id FROM here)
), cases AS (
  SELECT settled FROM told WHERE substr(CAST(told."on" AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)
  UNION ALL
  SELECT 0 FROM here
  WHERE state IN ('violating', 'rectifying') AND entry_id NOT IN (SELECT entry_id FROM told)
), verdicts AS (
  SELECT CASE WHEN rate < 95 THEN 0
              WHEN rate >= 100 AND NOT EXISTS (SELECT 1 FROM cases) THEN 1
              WHEN rate < 100 AND EXISTS (SELECT 1 FROM cases WHERE settled = 0) THEN 0
              WHEN rate < 100 AND EXISTS (SELECT 1 FROM cases) THEN 1
              ELSE -1 END AS said
  FROM rates
)
SELECT CASE WHEN COUNT(*) > 0 AND MIN(said) = MAX(said) AND MIN(said) >= 0 THEN MIN(said) END AS verdict
FROM verdicts
