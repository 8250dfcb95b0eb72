-- Work done over work planned by the last account of each item, never above what was planned; items of one unit are added,
-- of several units the mean of the shares counts; of several projects their mean. In percent.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'reserve_projects'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
    AND v.state <> 'dropped'
), ranked AS (
  SELECT c.entry_id, c.item, c.unit, c.planned, c.done,
         ROW_NUMBER() OVER (PARTITION BY c.entry_id, c.item ORDER BY c."on" DESC, c.id DESC) AS place
  FROM funds_projectwork c
  WHERE c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
    AND c.entry_id IN (SELECT entry_id FROM here)
), last AS (
  SELECT entry_id, unit, planned * 1.0 AS planned, (CASE WHEN done > planned THEN planned ELSE done END) * 1.0 AS done
  FROM ranked WHERE place = 1
), projects AS (
  SELECT CASE WHEN COUNT(DISTINCT unit) = 1 THEN SUM(done) / SUM(planned) ELSE AVG(done / planned) END AS share
  FROM last GROUP BY entry_id
)
SELECT 100 * AVG(share) AS percent FROM projects
