//! Where a device can be reached: sealed for members, never handed to the transport's own discovery.
//!
//! **Invariant:** the core never learns an IP address; addresses are bytes that only the node can read.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Kind, Place, Rules};
use crate::ids::PeerId;
use crate::limits;

/// A device's transport key and addresses.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    /// The transport key.
    pub peer: PeerId,
    /// Addresses in the node's encoding, the best first.
    pub addresses: Vec<Vec<u8>>,
}

impl Kind for Endpoint {
    fn is_in_bounds(&self) -> bool {
        self.addresses.len() <= limits::ENDPOINT_ADDRESSES_MAX
            && self.addresses.iter().all(|address| address.len() <= limits::ADDRESS_BYTES_MAX)
    }

    fn rules(&self) -> Rules {
        Rules { place: Place::Group, life_days: limits::PRIVATE_LIFE_DAYS, about: None, is_listed: false }
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Endpoint({} addresses)", self.addresses.len())
    }
}
