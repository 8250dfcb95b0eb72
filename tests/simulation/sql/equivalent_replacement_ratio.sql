-- The least ratio of what was spent to what was newly taken up, among the projects of the year that still stand.
WITH here AS (
  SELECT v.entry_id, v.state, r.path
  FROM registers_version v
  JOIN regions_region r ON r.id = v.region_id
  WHERE v.register = 'heavy_metal_enterprises'
    AND v.effective_from <= :on AND v.effective_to > :on
    AND v.recorded_from <= :known_at AND v.recorded_to > :known_at
    AND r.path LIKE :path || '%'
), uses AS (
  SELECT t.id, t."on", t.grams AS taken_up,
         (SELECT -SUM(p.grams) FROM metals_posting p JOIN metals_quotaaccount a ON a.id = p.account_id
          WHERE p.transaction_id = t.id AND a.head = 'source') AS spent
  FROM metals_quotatransaction t
  WHERE t.kind = 'use' AND t.recorded_at <= :known_at AND t."on" <= :on AND substr(CAST(t."on" AS varchar), 1, 4) = substr(CAST(:on AS varchar), 1, 4)
    AND t.entry_id IN (SELECT entry_id FROM here)
    AND NOT EXISTS (SELECT 1 FROM metals_quotatransaction b
                    WHERE b.reverses_id = t.id AND b.recorded_at <= :known_at)
)
SELECT spent / 1000.0 AS numerator, taken_up / 1000.0 AS denominator
FROM uses ORDER BY spent * 1.0 / taken_up, "on", id LIMIT 1
