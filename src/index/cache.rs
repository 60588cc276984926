//! A cache of decrypted blocks, shared by all files of a reader: a fixed number of blocks in
//! shards, each with the clock algorithm (an approximation of least recently used that needs
//! no list).

use crate::vault::seal::BLOCK_BYTES;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tantivy::directory::OwnedBytes;

/// Decrypted text kept by a reader: 48 MiB. The places of the most frequent words of 100,000
/// notes take 15 MiB, and a phrase with one of them goes through all of them; with 16 MiB they
/// were decrypted anew by each such phrase, half a millisecond.
pub(super) const READER_CACHE_BYTES: usize = 48 << 20;
/// Decrypted text kept by a writer, which reads mostly whole files when it merges.
pub(super) const WRITER_CACHE_BYTES: usize = 4 << 20;
/// Shards, so that threads seldom wait for each other.
const SHARDS: usize = 16;

/// A block of an open file.
type Key = (u64, u64);

/// The cache.
pub(super) struct BlockCache {
    shards: Vec<Mutex<Shard>>,
    next_file: AtomicU64,
}

#[derive(Default)]
struct Shard {
    slots: Vec<Slot>,
    places: HashMap<Key, usize>,
    capacity: usize,
    hand: usize,
}

struct Slot {
    key: Key,
    bytes: OwnedBytes,
    used: bool,
}

impl BlockCache {
    /// A cache of at most `bytes`.
    pub(super) fn new(bytes: usize) -> Self {
        let capacity = (bytes / BLOCK_BYTES / SHARDS).max(1);
        let shard = || {
            Mutex::new(Shard {
                capacity,
                ..Shard::default()
            })
        };
        Self {
            shards: std::iter::repeat_with(shard).take(SHARDS).collect(),
            next_file: AtomicU64::new(0),
        }
    }

    /// A number no other file of this cache has.
    pub(super) fn new_file(&self) -> u64 {
        self.next_file.fetch_add(1, Ordering::Relaxed)
    }

    /// The block, if it is here.
    pub(super) fn get(&self, key: Key) -> Option<OwnedBytes> {
        let mut shard = self.shard(key);
        let place = *shard.places.get(&key)?;
        let slot = shard.slots.get_mut(place)?;
        slot.used = true;
        Some(slot.bytes.clone())
    }

    /// Keeps a block, in the place of one not asked for lately.
    pub(super) fn put(&self, key: Key, bytes: OwnedBytes) {
        let mut shard = self.shard(key);
        if shard.places.contains_key(&key) {
            return;
        }
        let slot = Slot {
            key,
            bytes,
            used: false,
        };
        if shard.slots.len() < shard.capacity {
            let place = shard.slots.len();
            shard.slots.push(slot);
            shard.places.insert(key, place);
            return;
        }
        let place = shard.victim();
        let old = std::mem::replace(&mut shard.slots[place], slot);
        shard.places.remove(&old.key);
        shard.places.insert(key, place);
    }

    fn shard(&self, key: Key) -> MutexGuard<'_, Shard> {
        // Neighbouring blocks of a file go to different shards.
        let mixed = key
            .0
            .wrapping_mul(0x9E37_79B9_7F4A_7C15)
            .wrapping_add(key.1);
        // A thread that panicked while holding a shard left it whole: every change is one step.
        self.shards[mixed as usize % SHARDS]
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shard {
    /// The next place not used since the hand last passed it.
    fn victim(&mut self) -> usize {
        loop {
            let place = self.hand;
            self.hand = (self.hand + 1) % self.slots.len();
            if !std::mem::take(&mut self.slots[place].used) {
                return place;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(n: u8) -> OwnedBytes {
        OwnedBytes::new(vec![n; 4])
    }

    #[test]
    fn what_is_used_stays_and_the_rest_goes() {
        // Two blocks in each shard; keys a multiple of SHARDS apart share one.
        let cache = BlockCache::new(2 * SHARDS * BLOCK_BYTES);
        let key = |n: u64| (0, n * SHARDS as u64);
        cache.put(key(1), block(1));
        cache.put(key(2), block(2));
        assert!(cache.get(key(1)).is_some());
        cache.put(key(3), block(3));
        assert_eq!(cache.get(key(1)).as_deref(), Some(&[1u8; 4][..]));
        assert!(cache.get(key(2)).is_none());
        assert!(cache.get(key(3)).is_some());
        assert_ne!(cache.new_file(), cache.new_file());
    }
}
