-- Central money paid over central money received, of the projects that have money.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'reserve_projects'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
    AND v.state IN ('funded', 'started', 'finished', 'acceptance_claimed', 'accepted', 'evaluated')
)
SELECT (SELECT COALESCE(SUM(c.amount), 0) FROM funds_projectpayment c JOIN here ON here.entry_id = c.entry_id
        WHERE c.level = 'central' AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at) AS numerator,
       (SELECT COALESCE(SUM(c.amount), 0) FROM funds_projectfunding c JOIN here ON here.entry_id = c.entry_id
        WHERE c.level = 'central' AND c."on" <= :on AND c.recorded_from <= :known_at AND c.recorded_to > :known_at) AS denominator
