//! The workstation on the screen.
