//! Who reads reports: the group's safety contacts.

use serde::{Deserialize, Serialize};

use super::{BodyKind, BodyRules, Right, Salt, silent};
use crate::ids::IdentityId;
use crate::limits;

/// The people to whom a report goes, except whom it is about.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SafetyContacts {
    /// Different people, [`limits::SAFETY_CONTACTS_MIN`] to [`limits::SAFETY_CONTACTS_MAX`].
    pub contacts: Vec<IdentityId>,
}

impl SafetyContacts {
    pub(super) const RIGHT: Right = Right::Servants;
}

impl BodyKind for SafetyContacts {
    fn is_in_bounds(&self) -> bool {
        let mut sorted = self.contacts.clone();
        sorted.sort_unstable();
        sorted.dedup();
        let bounds = limits::SAFETY_CONTACTS_MIN..=limits::SAFETY_CONTACTS_MAX;
        sorted.len() == self.contacts.len() && bounds.contains(&sorted.len())
    }

    fn rules(&self) -> BodyRules {
        BodyRules::lasting(Self::RIGHT, Salt::Group)
    }
}

silent!(SafetyContacts);
