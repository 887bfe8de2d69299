//! Passphrases and tickets on their way: wiped from memory when dropped, and without a `Debug` that shows them.

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;
use zeroize::Zeroizing;

use crate::redacted;

macro_rules! secret {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(ToSchema)]
        #[schema(value_type = String)]
        pub struct $name(Zeroizing<String>);

        impl $name {
            /// Takes over the text.
            pub fn new(text: impl Into<Zeroizing<String>>) -> Self {
                Self(text.into())
            }

            /// Shows the text to the one place that needs it.
            pub fn expose(&self) -> &str {
                &self.0
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.expose())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer).map(Self::new)
            }
        }

        redacted!($name);
    };
}

secret! {
    /// The passphrase of the vault.
    Passphrase
}
secret! {
    /// A ticket: whoever holds it may join, as often as its invite allows.
    Ticket
}

impl Ticket {
    /// Says whether it is a ticket for a further device of a member. Case, spaces, line breaks and hyphens do not matter.
    pub fn is_for_device(&self) -> bool {
        let letters = self.expose().chars().filter(|c| !c.is_whitespace() && *c != '-');
        let beginning: String =
            letters.map(|c| c.to_ascii_uppercase()).take(DEVICE_TICKET_BEGINNING.len()).collect();
        beginning == DEVICE_TICKET_BEGINNING
    }
}

/// What a ticket for a further device begins with. No ticket for a person does: the digit 1 is not in its alphabet.
const DEVICE_TICKET_BEGINNING: &str = "HEARTHDEVICE1";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_for_a_device_is_known_by_its_beginning() {
        let is_for_device = |text: &str| Ticket::new(text.to_owned()).is_for_device();
        assert!(is_for_device("HEARTHDEVICE1ABC") && is_for_device("hearth-device 1\nabc"));
        assert!(!is_for_device("HEARTHDEVICEABC") && !is_for_device("HEARTHABC") && !is_for_device(""));
    }

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", Passphrase::new("correct horse".to_owned())), "Passphrase(..)");
        assert_eq!(format!("{:?}", Ticket::new("HEARTH:ABC".to_owned())), "Ticket(..)");
    }
}
