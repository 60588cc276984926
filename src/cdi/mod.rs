//! Query drafting: templates and compliance lint.
