//! Configuration files and directories.
