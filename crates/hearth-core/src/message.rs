//! One message: its signed inside, its id, its place in the order.
//!
//! Owns the encoding and the order. Never seals: `epoch` does; never decides who may write: `group` does. PROTOCOL
//! section 8.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::content::Content;
use crate::crypto::{self, DeviceSecret};
use crate::ids::{DeviceId, GroupId, MessageId, Timestamp};
use crate::limits;

const MESSAGE_VERSION: u8 = 1;
const SIGNATURE_BYTES: usize = 64;
const SIGN_CONTEXT: &str = "hearth 2026-11 message signature";
const ID_CONTEXT: &str = "hearth 2026-11 message id";

/// The signed fields of a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageFields {
    version: u8,
    /// The group or pair that it was written in.
    pub group: GroupId,
    /// The device that wrote it.
    pub author: DeviceId,
    /// How many messages the device wrote before in this group.
    pub mseq: u64,
    /// The newest messages that the author had seen.
    pub refs: Vec<MessageId>,
    /// Hybrid clock: the author's wall clock, but later than everything that the author had seen.
    pub clock: Timestamp,
    /// The number of the kind of content.
    pub kind: u16,
    /// The content, in the encoding of its kind; unknown kinds are kept and handed on.
    pub content: Vec<u8>,
}

/// A well-formed message whose signature holds.
#[derive(Clone, Debug)]
pub struct Message {
    id: MessageId,
    fields: MessageFields,
    bytes: Vec<u8>,
}

/// Why bytes are no message.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum MessageError {
    /// Not an encoding of a message.
    #[error("the message cannot be parsed")]
    Malformed,
    /// A format that this version does not know.
    #[error("the message has an unknown version")]
    UnknownVersion,
    /// The signature does not hold.
    #[error("the message's signature is wrong")]
    BadSignature,
}

/// Where a message stands: a total order that all members share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct OrderKey {
    /// The author's hybrid clock, later than that of every message referred to.
    pub clock: Timestamp,
    /// Breaks ties.
    pub author: DeviceId,
    /// Breaks ties of one author.
    pub mseq: u64,
}

impl OrderKey {
    /// Before every message.
    pub(crate) const FIRST: Self = Self { clock: Timestamp(0), author: DeviceId([0; 32]), mseq: 0 };
    /// After every message.
    pub(crate) const LAST: Self =
        Self { clock: Timestamp(u64::MAX), author: DeviceId([u8::MAX; 32]), mseq: u64::MAX };
}

impl Message {
    /// Writes and signs a message.
    ///
    /// # Errors
    /// [`MessageError::Malformed`] if the content cannot be encoded.
    pub fn write(
        device: &DeviceSecret,
        group: GroupId,
        mseq: u64,
        refs: Vec<MessageId>,
        clock: Timestamp,
        content: &Content,
    ) -> Result<Self, MessageError> {
        let (kind, content) = content.encode().ok_or(MessageError::Malformed)?;
        let fields = MessageFields {
            version: MESSAGE_VERSION,
            group,
            author: device.public(),
            mseq,
            refs,
            clock,
            kind,
            content,
        };
        let mut bytes = postcard::to_stdvec(&fields).map_err(|_| MessageError::Malformed)?;
        let signature = device.sign(SIGN_CONTEXT, &bytes);
        bytes.extend_from_slice(&signature);
        Ok(Self { id: id_of(&bytes), fields, bytes })
    }

    /// Parses and verifies a message from anybody.
    ///
    /// # Errors
    /// [`MessageError`]: what is wrong with the bytes.
    pub fn parse(bytes: &[u8]) -> Result<Self, MessageError> {
        let split = bytes.len().checked_sub(SIGNATURE_BYTES).ok_or(MessageError::Malformed)?;
        let (signed, signature) = bytes.split_at_checked(split).ok_or(MessageError::Malformed)?;
        match signed.first() {
            Some(&MESSAGE_VERSION) => {}
            Some(_) => return Err(MessageError::UnknownVersion),
            None => return Err(MessageError::Malformed),
        }
        let fields: MessageFields = postcard::from_bytes(signed).map_err(|_| MessageError::Malformed)?;
        let canonical = postcard::to_stdvec(&fields).map_err(|_| MessageError::Malformed)?;
        if canonical != signed || fields.refs.len() > limits::MESSAGE_REFS_MAX {
            return Err(MessageError::Malformed);
        }
        let signature = signature.try_into().map_err(|_| MessageError::Malformed)?;
        if !crypto::verify(&fields.author, SIGN_CONTEXT, signed, signature) {
            return Err(MessageError::BadSignature);
        }
        Ok(Self { id: id_of(bytes), fields, bytes: bytes.to_vec() })
    }

    /// Returns the number that an own message's bytes bear, as stored: nothing is verified.
    pub(crate) fn number_of(bytes: &[u8]) -> Option<u64> {
        let head = postcard::take_from_bytes::<(u8, GroupId, DeviceId, u64)>(bytes);
        head.ok().map(|((_, _, _, mseq), _)| mseq)
    }

    /// Returns the hash over its inside.
    pub fn id(&self) -> MessageId {
        self.id
    }

    /// Returns the signed fields.
    pub fn fields(&self) -> &MessageFields {
        &self.fields
    }

    /// Returns the content, parsed if its kind is known.
    pub fn content(&self) -> Content {
        Content::decode(self.fields.kind, &self.fields.content)
    }

    /// Returns the bytes that are sealed and stored.
    pub fn as_bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Returns its place in the order.
    pub fn order(&self) -> OrderKey {
        OrderKey { clock: self.fields.clock, author: self.fields.author, mseq: self.fields.mseq }
    }
}

fn id_of(bytes: &[u8]) -> MessageId {
    MessageId(crypto::hash(ID_CONTEXT, &[bytes]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::Share;

    fn device() -> DeviceSecret {
        DeviceSecret::from_seed(&[3; 32])
    }

    fn message(refs: Vec<MessageId>) -> Message {
        let content = Content::Share(Share::plain("one day at a time"));
        Message::write(&device(), GroupId([1; 32]), 7, refs, Timestamp(5), &content).unwrap()
    }

    #[test]
    fn what_is_written_is_what_is_read() {
        let written = message(vec![MessageId([2; 32])]);
        let read = Message::parse(written.as_bytes()).unwrap();
        assert_eq!((read.id(), read.fields()), (written.id(), written.fields()));
        assert_eq!(read.content(), Content::Share(Share::plain("one day at a time")));
        let order = read.order();
        assert_eq!((order.clock, order.author, order.mseq), (Timestamp(5), device().public(), 7));
    }

    #[test]
    fn any_changed_byte_is_refused() {
        let written = message(Vec::new());
        for place in 0..written.as_bytes().len() {
            let mut bytes = written.as_bytes().to_vec();
            bytes[place] ^= 1;
            assert!(Message::parse(&bytes).is_err(), "byte {place}");
        }
        assert_eq!(Message::parse(&[]).unwrap_err(), MessageError::Malformed);
        let mut longer = written.as_bytes().to_vec();
        longer.insert(longer.len() - SIGNATURE_BYTES, 0);
        assert!(Message::parse(&longer).is_err());
    }

    #[test]
    fn too_many_references_and_an_unknown_version_are_refused() {
        let refs = vec![MessageId([2; 32]); limits::MESSAGE_REFS_MAX + 1];
        assert_eq!(Message::parse(message(refs).as_bytes()).unwrap_err(), MessageError::Malformed);
        let mut bytes = message(Vec::new()).as_bytes().to_vec();
        bytes[0] = 2;
        assert_eq!(Message::parse(&bytes).unwrap_err(), MessageError::UnknownVersion);
    }

    #[test]
    fn content_out_of_its_bounds_is_not_shown() {
        let content = Content::Share(Share::plain(&"a".repeat(limits::TEXT_BYTES_MAX + 1)));
        let message =
            Message::write(&device(), GroupId([1; 32]), 0, Vec::new(), Timestamp(5), &content).unwrap();
        assert_eq!(message.content(), Content::Unknown);
        assert_eq!(Content::decode(999, b"later"), Content::Unknown);
    }
}
