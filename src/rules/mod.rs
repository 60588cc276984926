//! Charts to findings: the deficiency rules.
