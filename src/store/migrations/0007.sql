-- The life of a query after it was written: who was asked when, how far the escalation has come, the
-- answer by its parts, what became of it, and what was overruled. Instants are 0 for never.
ALTER TABLE query ADD COLUMN topic TEXT NOT NULL DEFAULT '';
ALTER TABLE query ADD COLUMN asked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE query ADD COLUMN redirects INTEGER NOT NULL DEFAULT 0;
ALTER TABLE query ADD COLUMN level INTEGER NOT NULL DEFAULT 0;
ALTER TABLE query ADD COLUMN step TEXT NOT NULL DEFAULT '';
ALTER TABLE query ADD COLUMN stepped INTEGER NOT NULL DEFAULT 0;
-- agree, disagree, other, unable; empty without an answer, and for answers older than this format.
ALTER TABLE query ADD COLUMN answer_kind TEXT NOT NULL DEFAULT '';
ALTER TABLE query ADD COLUMN answered_by INTEGER NOT NULL DEFAULT 0;
ALTER TABLE query ADD COLUMN response TEXT NOT NULL DEFAULT '';
ALTER TABLE query ADD COLUMN outcome TEXT NOT NULL DEFAULT '';
ALTER TABLE query ADD COLUMN reconciled INTEGER NOT NULL DEFAULT 0;
ALTER TABLE query ADD COLUMN ended INTEGER NOT NULL DEFAULT 0;
ALTER TABLE query ADD COLUMN overruled TEXT NOT NULL DEFAULT '';
UPDATE query SET asked = issued;
-- What was issued stays as it was read, what was answered as it was signed (L16).
CREATE TRIGGER query_words_are_final BEFORE UPDATE ON query
WHEN OLD.state <> 'draft' AND (NEW.words <> OLD.words OR NEW.encounter <> OLD.encounter
  OR NEW.author <> OLD.author OR NEW.issued <> OLD.issued OR NEW.overruled <> OLD.overruled)
BEGIN SELECT RAISE(ABORT, 'an issued query is final'); END;
CREATE TRIGGER query_answer_is_final BEFORE UPDATE ON query
WHEN OLD.answered <> 0 AND (NEW.answer <> OLD.answer OR NEW.response <> OLD.response
  OR NEW.answered <> OLD.answered OR NEW.answered_by <> OLD.answered_by)
BEGIN SELECT RAISE(ABORT, 'an answer is final'); END;
CREATE TRIGGER query_is_kept BEFORE DELETE ON query WHEN OLD.state <> 'draft'
BEGIN SELECT RAISE(ABORT, 'an issued query is kept'); END;
