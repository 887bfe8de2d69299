//! What others need to add a device to a key tree or to write to it while it is offline.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules};
use crate::limits;

/// Bytes of a key package or an inbox key at most: a post-quantum package is about 3 KB.
const KEY_BYTES_MAX: usize = 16 * 1024;

/// A device's published keys.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Keys {
    /// A last-resort MLS key package (RFC 9420 section 10): usable again and again until the next one is published.
    pub package: Vec<u8>,
    /// The public key under which the opening of a private pair is sealed.
    pub inbox: Vec<u8>,
}

impl Kind for Keys {
    fn is_in_bounds(&self) -> bool {
        self.package.len() <= KEY_BYTES_MAX && self.inbox.len() <= KEY_BYTES_MAX
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Group, life_days: limits::PRIVATE_LIFE_DAYS, about: None, is_listed: false }
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys(..)")
    }
}
