-- Kilograms verified as reduced since 2020 over kilograms emitted in 2020, of plants in key industries, five metals.
WITH here AS (
  SELECT v.entry_id, v.state, r.path, f.industry, f.removal_cause, f.base_year,
         f.base_pb, f.base_hg, f.base_cd, f.base_cr, f.base_as
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  JOIN metals_heavymetalenterprisefacts f ON f.version_id = v.id
  WHERE v.register = 'heavy_metal_enterprises'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
), plants AS (
  SELECT entry_id, COALESCE(base_pb, 0) + COALESCE(base_hg, 0) + COALESCE(base_cd, 0) + COALESCE(base_cr, 0)
         + COALESCE(base_as, 0) AS base
  FROM here
  WHERE industry IN ('mining', 'smelting', 'battery', 'plating', 'chemicals', 'tanning')
    AND (state <> 'removed' OR removal_cause = 'closed')
    AND base_year = 2020
    AND COALESCE(base_pb, base_hg, base_cd, base_cr, base_as) IS NOT NULL
), given AS (
  SELECT SUM(p.grams) AS grams
  FROM metals_posting p
  JOIN metals_quotaaccount a ON a.id = p.account_id
  JOIN metals_quotatransaction t ON t.id = p.transaction_id
  LEFT JOIN metals_quotatransaction taken_back ON taken_back.id = t.reverses_id
  WHERE a.head = 'source' AND a.metal IN ('pb', 'hg', 'cd', 'cr', 'as')
    AND a.entry_id IN (SELECT entry_id FROM plants)
    AND (t.kind = 'reduction' OR taken_back.kind = 'reduction')
    AND p."on" > '2020-12-31' AND p."on" <= :on AND p.recorded_at <= :known_at
)
SELECT COALESCE((SELECT grams FROM given), 0) / 1000.0 AS numerator,
       COALESCE((SELECT SUM(base) FROM plants), 0) / 1000.0 AS denominator
