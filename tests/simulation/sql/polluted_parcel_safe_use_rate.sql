-- A number of the years to 2020: afterwards no rule is in force.
SELECT 0 AS numerator, 0 AS denominator
WHERE :on < '2021-01-01' AND :known_at IS NOT NULL AND :path <> ''
