//! The query and filter language shared by index and queue.
