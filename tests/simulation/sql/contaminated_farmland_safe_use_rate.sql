-- A=(B+C+D)/E in mu. Without a degree the class stands in for it; the season that covers most of a plot counts, stacked
-- measures do not add up; light-to-medium land only where a test of the year passed and none failed or stayed open.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.degree, f.area_m2
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN cropland_farmlandplotfacts f ON f.version_id = v.id
  WHERE v.register = 'farmland_plots'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
), plots AS (
  SELECT entry_id, ROUND(area_m2 * 15 / 10000.0, 6) AS area,
         CASE WHEN degree = 'slight' THEN 'B'
              WHEN degree = 'light_medium' OR (degree = '' AND state = 'safe_use') THEN 'C'
              WHEN degree = 'heavy' OR (degree = '' AND state = 'strict') THEN 'D' END AS part
  FROM here
  WHERE state <> 'left' AND area_m2 > 0
), done AS (
  SELECT p.entry_id, p.area, c.season, c.stacked,
         CASE WHEN c.area_m2 IS NULL OR ROUND(c.area_m2 * 15 / 10000.0, 6) > p.area THEN p.area
              ELSE ROUND(c.area_m2 * 15 / 10000.0, 6) END AS own
  FROM plots p
  JOIN cropland_measure c ON c.entry_id = p.entry_id
  WHERE c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
    AND c.year = CAST(substr(CAST(:on AS varchar), 1, 4) AS integer)
    AND (   (p.part = 'B' AND c.measure IN ('monitoring', 'crop_livestock', 'organic_manure', 'reduced_tillage', 'straw'))
         OR (p.part = 'C' AND c.measure IN ('reduced_tillage', 'straw', 'fertiliser', 'variety', 'foliar', 'deep_tillage', 'water', 'lime',
                            'passivation', 'directed', 'microbial', 'phytoextraction', 'vip', 'restructuring',
                            'return_forest', 'fallow', 'non_farmland', 'other_safe_use'))
         OR (p.part = 'D' AND c.measure IN ('restructuring', 'prohibited_zone', 'return_forest', 'fallow', 'non_farmland', 'other_strict')))
), seasons AS (
  SELECT entry_id, MAX(area) AS area, MAX(own) AS widest,
         SUM(CASE WHEN COALESCE(stacked, FALSE) THEN 0 ELSE own END) AS added
  FROM done GROUP BY entry_id, season
), covered AS (
  SELECT entry_id, MAX(CASE WHEN widest >= area OR added >= area THEN area
                            WHEN widest > added THEN widest ELSE added END) AS safe
  FROM seasons GROUP BY entry_id
), tests AS (
  SELECT c.entry_id, SUM(CASE WHEN c.verdict = 'pass' THEN 1 ELSE 0 END) AS passed,
         SUM(CASE WHEN c.verdict IN ('exceed', 'unclear') THEN 1 ELSE 0 END) AS others
  FROM cropland_croptest c
  WHERE c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at AND substr(CAST(c."on" AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)
  GROUP BY c.entry_id
)
SELECT SUM(CASE WHEN p.part = 'C' AND (COALESCE(t.passed, 0) = 0 OR t.others > 0) THEN 0
                ELSE COALESCE(d.safe, 0) END) AS numerator,
       SUM(p.area) AS denominator
FROM plots p
LEFT JOIN covered d ON d.entry_id = p.entry_id
LEFT JOIN tests t ON t.entry_id = p.entry_id
WHERE p.part IS NOT NULL
