-- Items by the quarter of an hour they were opened and, if they are closed, closed the last time:
-- what a bar of a day counts is what its queue lists.
CREATE INDEX deficiency_opened ON deficiency (outstanding, opened, id);
DELETE FROM tally WHERE dim IN ('inflow', 'outflow', 'outflow_late');
INSERT INTO tally (dim, key, num, n)
  SELECT 'opened', '', opened / 900000000, count(*) FROM deficiency GROUP BY 3;
INSERT INTO tally (dim, key, num, n)
  SELECT 'closed_at', '', closed / 900000000, count(*) FROM deficiency WHERE outstanding = 0 GROUP BY 3;
INSERT INTO tally (dim, key, num, n)
  SELECT 'closed_late', '', closed / 900000000, count(*) FROM deficiency
  WHERE outstanding = 0 AND late_at < closed GROUP BY 3;
