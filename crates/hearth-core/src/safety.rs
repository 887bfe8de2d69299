//! The safety number of two members: what they compare in person to know that nobody stands between them.
//!
//! Owns its computation and its two forms, digits and words. Who has compared is kept by the group, on this node alone.
//! PROTOCOL section 7.
//!
//! `data/bip39-english.txt` is the English word list of BIP-39 (bitcoin/bips, `bip-0039/english.txt`, MIT licence):
//! 2048 words, no two with the same first four letters.

use std::fmt;

use sha2::{Digest, Sha256, Sha512};

use crate::ids::{GroupId, IdentityId};

/// Rounds of hashing, as in Signal's numeric fingerprints: they make looking for a key with a similar number slow.
const ROUNDS: u32 = 5_200;
/// Groups of five digits.
const DIGIT_GROUPS: usize = 12;
/// Words; each stands for 11 bits.
const WORDS: usize = 12;
const WORD_BITS: usize = 11;
const WORD_LIST: &str = include_str!("../data/bip39-english.txt");

/// What two members see alike if their nodes know the same keys for both.
#[derive(Clone, PartialEq, Eq)]
pub struct SafetyNumber {
    /// Sixty digits in groups of five, with a space between them.
    pub digits: String,
    /// The same in twelve words.
    pub words: Vec<&'static str>,
}

impl SafetyNumber {
    /// Computes the number of a pair of people in a group; their order does not matter.
    pub fn of(group: &GroupId, one: &IdentityId, other: &IdentityId) -> Self {
        let (first, second) = (one.min(other), one.max(other));
        let mut state: [u8; 64] = Sha512::new()
            .chain_update(b"hearth safety number 1")
            .chain_update(group.0)
            .chain_update(first.0)
            .chain_update(second.0)
            .finalize()
            .into();
        for _ in 0..ROUNDS {
            state = Sha512::new()
                .chain_update(state)
                .chain_update(first.0)
                .chain_update(second.0)
                .finalize()
                .into();
        }
        Self { digits: digits(&state), words: words(&state) }
    }
}

// It says who compares with whom.
impl fmt::Debug for SafetyNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SafetyNumber(..)")
    }
}

/// Five bytes make a group of five digits.
fn digits(state: &[u8; 64]) -> String {
    let groups = state.chunks_exact(5).take(DIGIT_GROUPS).map(|bytes| {
        let number = bytes.iter().fold(0u64, |number, byte| number << 8 | u64::from(*byte));
        format!("{:05}", number % 100_000)
    });
    groups.collect::<Vec<_>>().join(" ")
}

fn words(state: &[u8; 64]) -> Vec<&'static str> {
    let hash: [u8; 32] =
        Sha256::new().chain_update(b"hearth safety words 1").chain_update(state).finalize().into();
    let list: Vec<&'static str> = WORD_LIST.lines().collect();
    let bit = |place: usize| hash.get(place / 8).is_some_and(|byte| byte >> (7 - place % 8) & 1 == 1);
    let word = |number: usize| {
        let bits = number * WORD_BITS..(number + 1) * WORD_BITS;
        let index = bits.fold(0, |index, place| index << 1 | usize::from(bit(place)));
        list.get(index).copied()
    };
    (0..WORDS).filter_map(word).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(group: u8, one: u8, other: u8) -> SafetyNumber {
        SafetyNumber::of(&GroupId([group; 32]), &IdentityId([one; 32]), &IdentityId([other; 32]))
    }

    #[test]
    fn p7_22_both_sides_see_the_same_and_nobody_else_does() {
        assert!(number(1, 2, 3) == number(1, 3, 2));
        for other in [number(2, 2, 3), number(1, 2, 4), number(1, 4, 3)] {
            assert!(number(1, 2, 3).digits != other.digits && number(1, 2, 3).words != other.words);
        }
    }

    #[test]
    fn p7_22_it_has_sixty_digits_and_twelve_words() {
        let SafetyNumber { digits, words } = number(1, 2, 3);
        let groups: Vec<&str> = digits.split(' ').collect();
        assert_eq!(groups.len(), 12);
        assert!(groups.iter().all(|group| group.len() == 5 && group.bytes().all(|b| b.is_ascii_digit())));
        assert_eq!(words.len(), 12);
        let list: Vec<&str> = WORD_LIST.lines().collect();
        assert_eq!((list.len(), list[0], list[2047]), (2048, "abandon", "zoo"));
        assert!(words.iter().all(|word| list.contains(word)));
    }
}
