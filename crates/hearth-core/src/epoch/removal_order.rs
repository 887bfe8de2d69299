//! The order of the removals in a commit.
//!
//! OpenMLS 0.9.2 collects removals in a `HashMap` and writes them into the commit in its order, which differs from run
//! to run. Proposals of an unknown type, in contrast, keep the order in which they are given, and of two proposals with
//! the same reference the later one stands in the place of the earlier. So each removal is preceded by a placeholder
//! of an unknown type, and the hash that gives a placeholder its reference gives it the removal's. No placeholder
//! survives into the commit; a test with several removals holds this together.

use openmls::prelude::{CustomProposal, LeafNodeIndex, Proposal};

/// Returns the proposal that holds the place of the removal of `leaf`.
pub(super) fn placeholder(leaf: LeafNodeIndex) -> Proposal {
    Proposal::Custom(Box::new(CustomProposal::new(
        PLACEHOLDER_TYPE,
        [MARK.as_slice(), &leaf.u32().to_be_bytes()].concat(),
    )))
}

/// Returns what is to be hashed for the reference of a placeholder: the input for its removal. `None` for any other
/// input.
///
/// The input is `label<V> value<V>` (RFC 9420 section 5.2), and the value ends with the proposal.
pub(super) fn stand_for(input: &[u8]) -> Option<Vec<u8>> {
    const REMOVE_TYPE: [u8; 2] = [0, 3];
    const LEAF_BYTES: usize = 4;

    let (&label_bytes, rest) = input.split_first()?;
    let (label, rest) = rest.split_at_checked(usize::from(label_bytes))?;
    let (_, value) = rest.split_first()?;
    let (value, leaf) = value.split_last_chunk::<LEAF_BYTES>()?;
    let value = value.strip_suffix(&MARK)?;
    let payload_bytes = u8::try_from(MARK.len() + LEAF_BYTES).ok()?;
    let domain = value.strip_suffix(&[payload_bytes])?.strip_suffix(&PLACEHOLDER_TYPE.to_be_bytes())?;
    let value_bytes = u8::try_from(domain.len() + REMOVE_TYPE.len() + LEAF_BYTES).ok()?;
    Some([&[label_bytes], label, &[value_bytes], domain, &REMOVE_TYPE, leaf].concat())
}

/// Of the range for private use (RFC 9420 section 17.4); never sent.
const PLACEHOLDER_TYPE: u16 = 0xf00d;
/// Tells a placeholder from everything else that is hashed.
const MARK: [u8; 16] = *b"hearth a removal";
