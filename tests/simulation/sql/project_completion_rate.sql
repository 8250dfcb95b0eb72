-- Projects finished, over projects with central money.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'reserve_projects'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
)
SELECT SUM(CASE WHEN state IN ('funded', 'started', 'finished', 'acceptance_claimed', 'accepted', 'evaluated')
                AND EXISTS (SELECT 1 FROM funds_projectfunding c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at AND c.level = 'central') AND state IN ('finished', 'acceptance_claimed', 'accepted', 'evaluated') THEN 1 ELSE 0 END) AS numerator,
       SUM(CASE WHEN state IN ('funded', 'started', 'finished', 'acceptance_claimed', 'accepted', 'evaluated')
                AND EXISTS (SELECT 1 FROM funds_projectfunding c
                WHERE c.entry_id = here.entry_id AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at AND c.level = 'central') THEN 1 ELSE 0 END) AS denominator
FROM here
