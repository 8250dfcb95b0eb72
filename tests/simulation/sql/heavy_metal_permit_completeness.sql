-- Enterprises of the list whose last check found nothing missing on the permit, over those checked.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'heavy_metal_enterprises'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
), ranked AS (
  SELECT c.entry_id, c.measures, c.reductions, c.transfers,
         ROW_NUMBER() OVER (PARTITION BY c.entry_id ORDER BY c."on" DESC, c.id DESC) AS place
  FROM metals_permitcheck c
  WHERE c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at
), last AS (
  SELECT entry_id, measures, reductions, transfers FROM ranked WHERE place = 1
)
SELECT SUM(CASE WHEN state <> 'removed' AND EXISTS (SELECT 1 FROM last WHERE last.entry_id = here.entry_id) AND EXISTS (SELECT 1 FROM last WHERE last.entry_id = here.entry_id
                AND measures <> 'no' AND reductions <> 'no' AND transfers <> 'no') THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state <> 'removed' AND EXISTS (SELECT 1 FROM last WHERE last.entry_id = here.entry_id) THEN 1 ELSE 0 END) AS denominator
FROM here
