-- Codes are final while the stay is coded: one truth, `coded_span`. What was final in the review
-- alone becomes a coder's word; what was coded elsewhere becomes a step of the review.
INSERT INTO coded_span (encounter, at, until, evidence, coded, coded_precision)
  SELECT encounter, at, until, 'hand', at, 3 FROM (
    SELECT encounter, at, stage,
      coalesce(lead(at) OVER (PARTITION BY encounter ORDER BY id), 9223372036854775807) AS until
    FROM stay_stage WHERE undone = 0) t
  WHERE stage = 'final' AND until > at
    AND NOT EXISTS (SELECT 1 FROM coded_span k WHERE k.encounter = t.encounter)
  ORDER BY at;
INSERT INTO coded_span (encounter, at, until, evidence, coded, coded_precision)
  SELECT c.encounter, c.stage_at, 9223372036854775807, 'hand', c.stage_at, 3 FROM cdi_stay c
  WHERE c.stage = 'final' AND NOT EXISTS
    (SELECT 1 FROM coded_span k WHERE k.encounter = c.encounter AND k.until = 9223372036854775807);
INSERT INTO coding (evidence, status, at, at_precision, patient, encounter, stub)
  SELECT 'hand', 'completed', c.stage_at, 3, e.patient, e.id, 0
  FROM cdi_stay c JOIN encounter e ON e.id = c.encounter
  WHERE c.stage = 'final' AND NOT EXISTS
    (SELECT 1 FROM coding g WHERE g.encounter = c.encounter AND g.evidence = 'hand'
       AND g.status = 'completed' AND g.stub = 0)
  ORDER BY e.id;
INSERT INTO stay_stage (encounter, at, user, stage, reason, undone)
  SELECT k.encounter, k.at, 0, 'final', replace(k.evidence, '_', ' '), 0 FROM coded_span k
  WHERE k.until = 9223372036854775807 AND NOT EXISTS
    (SELECT 1 FROM cdi_stay c WHERE c.encounter = k.encounter AND c.stage = 'final')
  ORDER BY k.id;
INSERT INTO cdi_stay (encounter, version, stage, stage_at, stage_by, stage_reason, reviews, last, next)
  SELECT k.encounter, 1, 'final', k.at, 0, replace(k.evidence, '_', ' '), 0, 0, 0 FROM coded_span k
  WHERE k.until = 9223372036854775807
  ON CONFLICT (encounter) DO UPDATE SET version = cdi_stay.version + 1, stage = 'final',
    stage_at = excluded.stage_at, stage_by = 0, stage_reason = excluded.stage_reason
  WHERE cdi_stay.stage <> 'final';
