//! What says that several private messages are one, to the people whom the author picked.

use std::fmt;

use serde::{Deserialize, Serialize};

/// Random, the same in each message of one circle. Only its author can tell that they belong together: everybody else has
/// one of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct CircleId(pub [u8; 16]);

impl fmt::Debug for CircleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CircleId(..)")
    }
}
