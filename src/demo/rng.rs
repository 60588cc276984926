//! Reproducible randomness: a SplitMix64 generator that splits by label.
//!
//! Owns every random choice of the demo hospital. A fork depends only on where the generator
//! started and on its label, never on how much was drawn before: a sentence added to one note
//! does not change the chart beside it. Not for secrets.

/// Increment of SplitMix64 (Steele, Lea, Flood 2014).
const GOLDEN: u64 = 0x9E37_79B9_7F4A_7C15;

/// A splittable generator.
#[derive(Clone, Debug)]
pub(super) struct Rng {
    root: u64,
    state: u64,
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

impl Rng {
    /// The generator of one stream (a chart's number) of a seed.
    pub fn new(seed: u64, stream: u64) -> Self {
        let root = mix(mix(seed.wrapping_add(GOLDEN)) ^ stream.wrapping_mul(GOLDEN));
        Self { root, state: root }
    }

    /// An independent generator for one concern; the same label gives the same one.
    pub fn fork(&self, label: &str) -> Self {
        let mut hash = 0xCBF2_9CE4_8422_2325u64;
        for byte in label.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3);
        }
        let root = mix(self.root ^ hash);
        Self { root, state: root }
    }

    /// An independent generator for the `n`th of something.
    pub fn nth(&self, n: u64) -> Self {
        let root = mix(self.root.wrapping_add(mix(n.wrapping_add(GOLDEN))));
        Self { root, state: root }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number below `n`; 0 when `n` is 0.
    pub fn below(&mut self, n: usize) -> usize {
        let wide = u128::from(self.bits()) * (n as u128);
        (wide >> 64) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn range(&mut self, low: i64, high: i64) -> i64 {
        let span = high.saturating_sub(low).max(0) as usize + 1;
        low + self.below(span) as i64
    }

    /// A number from `low` up to `high`.
    pub fn float(&mut self, low: f64, high: f64) -> f64 {
        let unit = (self.bits() >> 11) as f64 / (1u64 << 53) as f64;
        low + unit * (high - low)
    }

    /// True in `percent` of a hundred.
    pub fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    /// One of a table's entries. The tables of this room are never empty.
    pub fn pick<T: Copy>(&mut self, table: &[T]) -> T {
        table[self.below(table.len())]
    }

    /// The position of one of `weights`, as often as its share says.
    pub fn weighted(&mut self, weights: impl Iterator<Item = u32> + Clone) -> usize {
        let total: u32 = weights.clone().sum();
        let mut ticket = self.below(total as usize) as u32;
        for (position, weight) in weights.enumerate() {
            if ticket < weight {
                return position;
            }
            ticket -= weight;
        }
        0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fork_does_not_depend_on_what_was_drawn() {
        let mut a = Rng::new(7, 3);
        let b = a.clone();
        a.bits();
        assert_eq!(a.fork("vitals").bits(), b.fork("vitals").bits());
        assert_ne!(b.fork("vitals").bits(), b.fork("labs").bits());
    }

    #[test]
    fn ranges_keep_their_ends() {
        let mut rng = Rng::new(1, 1);
        let drawn: Vec<i64> = (0..500).map(|_| rng.range(-2, 2)).collect();
        assert_eq!(drawn.iter().min(), Some(&-2));
        assert_eq!(drawn.iter().max(), Some(&2));
    }
}
