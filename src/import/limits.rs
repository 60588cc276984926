//! How much of a feed is read before it is refused.
//!
//! The numbers are data so that a site can change them; the defaults are those of the safety
//! paper ("Fixed limits", input). Nothing here reads anything.

/// Mebibyte.
const MIB: u64 = 1 << 20;

/// Bounds on what is read. All sizes in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// One message, one NDJSON line or one JSON document: 64 MiB.
    pub message_bytes: u64,
    /// One field (HL7 v2) or the text of one document: 4 MiB. A longer one is left out and said.
    pub field_bytes: u64,
    /// Nesting of JSON: 128.
    pub json_depth: usize,
    /// Segments of one HL7 v2 message: 50,000.
    pub segments: usize,
    /// Unpacked bytes for each packed byte: 100.
    pub ratio: u64,
    /// The ratio is not looked at before this much has been unpacked: 16 MiB.
    pub ratio_free_bytes: u64,
    /// Everything unpacked from one archive: 1 GiB.
    pub archive_bytes: u64,
    /// Archives inside archives: 3.
    pub archive_depth: usize,
    /// Records handed to the sink at a time: 1,000 (one import action).
    pub batch_records: usize,
    /// Text handed to the sink at a time, about: 16 MiB.
    pub batch_bytes: u64,
    /// Documents that wait for a `Binary` of the same run: 50,000. The oldest goes in without.
    pub pending_documents: usize,
    /// Text of `Binary` resources kept for documents that may still come: 64 MiB.
    pub pending_bytes: u64,
    /// A field with a value of an unexpected type is taken apart up to this size: 256 KiB.
    pub repair_bytes: u64,
    /// Names (medications, places, diagnoses) remembered for records that refer to them: 200,000.
    pub remembered: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            message_bytes: 64 * MIB,
            field_bytes: 4 * MIB,
            json_depth: 128,
            segments: 50_000,
            ratio: 100,
            ratio_free_bytes: 16 * MIB,
            archive_bytes: 1024 * MIB,
            archive_depth: 3,
            batch_records: 1_000,
            batch_bytes: 16 * MIB,
            pending_documents: 50_000,
            pending_bytes: 64 * MIB,
            repair_bytes: MIB / 4,
            remembered: 200_000,
        }
    }
}
