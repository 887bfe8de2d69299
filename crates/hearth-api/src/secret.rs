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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_do_not_show_in_debug_output() {
        assert_eq!(format!("{:?}", Passphrase::new("correct horse".to_owned())), "Passphrase(..)");
        assert_eq!(format!("{:?}", Ticket::new("HEARTH:ABC".to_owned())), "Ticket(..)");
    }
}
