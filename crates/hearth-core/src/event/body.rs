//! What events say: the bodies, and the proofs inside them.
//!
//! Owns what can be judged of a body alone: its bounds and its proofs. PROTOCOL sections 2.4 to 2.6.

use serde::{Deserialize, Serialize};

use crate::crypto::{self, DeviceSecret};
use crate::epoch::Suite;
use crate::ids::{DeviceId, EpochId, EventId, GroupId, IdentityId, MemberId, Timestamp, TokenId};
use crate::limits;

use super::signature_bytes;

const ADMISSION_CONTEXT: &str = "hearth 2026-11 admission proof";
const DEVICE_CONTEXT: &str = "hearth 2026-11 device proof";
const LEAF_CONTEXT: &str = "hearth 2026-11 leaf request";

/// A rank in the group; the order is the order of authority (PROTOCOL 3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Role {
    /// A guest, without a vote.
    Visitor,
    /// Somebody new, without a vote yet.
    Newcomer,
    /// A home member.
    Member,
    /// A trusted servant: may invite and remove lower ranks.
    Servant,
    /// The secretary: the highest rank that one signature can carry.
    Secretary,
}

impl Role {
    /// Returns the rank as a number: visitor 0 to secretary 4.
    pub fn rank(self) -> u8 {
        match self {
            Self::Visitor => 0,
            Self::Newcomer => 1,
            Self::Member => 2,
            Self::Servant => 3,
            Self::Secretary => 4,
        }
    }
}

/// Who somebody says to be in this group: a key of their own and a pseudonym.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The first device's key, which also names the person.
    pub device: DeviceId,
    /// What the others see; at most [`limits::NAME_BYTES_MAX`] bytes.
    pub name: String,
}

impl Identity {
    /// Returns the id under which removals name this person.
    pub fn id(&self) -> IdentityId {
        IdentityId(self.device.0)
    }
}

/// What kind of group a Create event founds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum GroupKind {
    /// A home group with its name.
    Home {
        /// The group's name, which never leaves sealed envelopes.
        name: String,
    },
    /// A private pair whose envelopes travel through the room of a home group (PROTOCOL 6).
    Pair {
        /// The home group.
        home: GroupId,
    },
}

/// What is fixed when a group is founded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GroupParams {
    /// Home group or pair.
    pub kind: GroupKind,
    /// The ciphersuite of its keys, for good.
    pub suite: Suite,
    /// Random bytes, so that two groups with the same name and founder differ.
    pub nonce: [u8; 32],
}

/// An invitation in the log; the ticket holds the token's secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invite {
    /// The token's public key.
    pub token: TokenId,
    /// The rank that it gives.
    pub role: Role,
    /// How many people it admits.
    pub uses: u16,
    /// When honest members stop admitting by it. No rule of validity reads it: clocks lie.
    pub expires: Timestamp,
}

/// An admission by a standing invite.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Admission {
    /// The invite's token.
    pub token: TokenId,
    /// Who joins.
    pub identity: Identity,
    /// The token's signature over group and identity.
    #[serde(with = "signature_bytes")]
    pub token_proof: [u8; 64],
    /// The joining device's signature over the same, so that nobody is admitted under another's key.
    #[serde(with = "signature_bytes")]
    pub device_proof: [u8; 64],
}

impl Admission {
    /// Makes the joiner's half: both proofs.
    pub fn prove(group: &GroupId, token: &DeviceSecret, device: &DeviceSecret, name: &str) -> Self {
        let identity = Identity { device: device.public(), name: name.to_owned() };
        let token_id = TokenId(token.public().0);
        let statement = Self::statement(group, &token_id, &identity);
        Self {
            token: token_id,
            identity,
            token_proof: token.sign(ADMISSION_CONTEXT, &statement),
            device_proof: device.sign(ADMISSION_CONTEXT, &statement),
        }
    }

    /// Says whether both proofs hold for `group`.
    pub fn is_proved(&self, group: &GroupId) -> bool {
        let statement = Self::statement(group, &self.token, &self.identity);
        crypto::verify(&DeviceId(self.token.0), ADMISSION_CONTEXT, &statement, &self.token_proof)
            && crypto::verify(&self.identity.device, ADMISSION_CONTEXT, &statement, &self.device_proof)
    }

    fn statement(group: &GroupId, token: &TokenId, identity: &Identity) -> [u8; 32] {
        crypto::hash(
            "hearth 2026-11 admission statement",
            &[&group.0, &token.0, &identity.device.0, identity.name.as_bytes()],
        )
    }
}

/// A change of keys (PROTOCOL 4). Its own event id is the id of the epoch that it makes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Commit {
    /// The epoch that it starts from.
    pub parent: EpochId,
    /// Devices that get a leaf.
    pub add: Vec<DeviceId>,
    /// Devices whose leaf goes.
    pub drop: Vec<DeviceId>,
    /// The MLS commit (RFC 9420 section 12.4).
    pub mls: Vec<u8>,
    /// SHA-256 of the new epoch's authenticator, so that a wrong branch is noticed at once.
    pub authenticator_hash: [u8; 32],
}

impl Commit {
    fn is_in_bounds(&self) -> bool {
        self.add.len() <= limits::LEAVES_PER_COMMIT_MAX
            && self.drop.len() <= limits::LEAVES_PER_COMMIT_MAX
            && self.add.is_sorted_by(|a, b| a < b)
            && self.drop.is_sorted_by(|a, b| a < b)
    }
}

/// The wish of a device whose keys are of no use any more to get a new leaf in the place of its old one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeafRequest {
    /// The device.
    pub device: DeviceId,
    /// The name of the key package that it is to be added with.
    pub package: [u8; 32],
    /// Larger than in all its earlier requests: nobody can grant an old one once more.
    pub number: u64,
    /// The last epoch on the way to its head whose keys it has, as far as it knows: what was sealed after that has to be
    /// sealed anew for it.
    pub reached: Option<EpochId>,
    /// The device's signature over group and all of these.
    #[serde(with = "signature_bytes")]
    pub proof: [u8; 64],
}

impl LeafRequest {
    /// Makes a request.
    pub fn prove(
        group: &GroupId,
        device: &DeviceSecret,
        package: [u8; 32],
        number: u64,
        reached: Option<EpochId>,
    ) -> Self {
        let mut request = Self { device: device.public(), package, number, reached, proof: [0; 64] };
        request.proof = device.sign(LEAF_CONTEXT, &request.statement(group));
        request
    }

    /// Says whether the device made it for `group`.
    pub fn is_proved(&self, group: &GroupId) -> bool {
        crypto::verify(&self.device, LEAF_CONTEXT, &self.statement(group), &self.proof)
    }

    fn statement(&self, group: &GroupId) -> [u8; 32] {
        let reached = self.reached.as_ref().map_or(&[][..], |epoch| &epoch.0);
        let number = self.number.to_le_bytes();
        let parts: [&[u8]; 5] = [&group.0, &self.device.0, &self.package, &number, reached];
        crypto::hash("hearth 2026-11 leaf statement", &parts)
    }
}

/// What a commit is for. The kinds are variants of [`Body`], so that each kind's number is on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum CommitKind {
    /// Brings the tree in line with the members.
    Reconcile,
    /// Renews the author's own leaf and changes nobody else's.
    Update,
    /// The author's own way in from outside (RFC 9420 section 12.4.3.2).
    Join,
    /// Like Reconcile, and gives new leaves to devices that asked for them.
    Rescue,
}

/// What a group can change of itself, by a quorum act. What it cannot is in [`GroupParams`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// Members of rank 2 may invite newcomers and visitors.
    pub members_may_invite: bool,
}

/// What many decide together. The act counts from the endorsement that makes up its quorum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum QuorumAct {
    /// Ends a membership, of whatever rank.
    Remove {
        /// Whose.
        identity: IdentityId,
    },
    /// Gives a member another rank, from and to whatever rank.
    SetRole {
        /// Whose.
        member: MemberId,
        /// Which.
        role: Role,
    },
    /// Changes what the group can change of itself.
    SetParams(Settings),
}

/// A further device of a member, with its consent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceConsent {
    /// The new device.
    pub device: DeviceId,
    /// Its signature over group and member, so that nobody claims another's device.
    #[serde(with = "signature_bytes")]
    pub proof: [u8; 64],
}

impl DeviceConsent {
    /// Makes the new device's half.
    pub fn prove(group: &GroupId, member: &MemberId, device: &DeviceSecret) -> Self {
        let statement = Self::statement(group, member, &device.public());
        Self { device: device.public(), proof: device.sign(DEVICE_CONTEXT, &statement) }
    }

    /// Says whether the device agreed to be `member`'s in `group`.
    pub fn is_proved(&self, group: &GroupId, member: &MemberId) -> bool {
        let statement = Self::statement(group, member, &self.device);
        crypto::verify(&self.device, DEVICE_CONTEXT, &statement, &self.proof)
    }

    fn statement(group: &GroupId, member: &MemberId, device: &DeviceId) -> [u8; 32] {
        crypto::hash("hearth 2026-11 device statement", &[&group.0, &member.0, &device.0])
    }
}

/// Why somebody who could check a commit says that it does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RejectCode {
    /// MLS cannot process it.
    Unprocessable,
    /// Somebody else than the author committed.
    OtherCommitter,
    /// It adds or drops other devices than it says.
    OtherLists,
    /// It leads to another epoch than it says.
    OtherAuthenticator,
}

/// What an event says. Variants are only ever appended: their numbers are on the wire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Body {
    /// Founds the group; the first event of its log.
    Create {
        /// What stays fixed.
        params: GroupParams,
        /// The first member, with the rank of a secretary.
        founder: Identity,
    },
    /// Makes somebody a member by one's own authority.
    Add {
        /// Who.
        identity: Identity,
        /// With which rank.
        role: Role,
    },
    /// Offers membership to whoever holds a ticket.
    Invite(Invite),
    /// Takes an invite back.
    RevokeInvite {
        /// Which.
        token: TokenId,
    },
    /// Makes the holder of a ticket a member. Any member of rank 2 or above may publish it.
    Admit(Admission),
    /// Ends a membership of strictly lower rank.
    Remove {
        /// Whose.
        identity: IdentityId,
    },
    /// Ends one's own membership.
    Leave,
    /// Brings the keys in line with the members.
    Commit(Commit),
    /// Gives a member of lower rank another rank, or takes the author's own back.
    SetRole {
        /// Whose.
        member: MemberId,
        /// Which.
        role: Role,
    },
    /// Proposes what many decide together. Its author endorses it by writing it.
    QuorumAct(QuorumAct),
    /// Agrees to a quorum act, or as the second servant to a promotion.
    Endorse {
        /// To which.
        act: EventId,
    },
    /// Lets commits drop the leaves of a member who has not been seen for long. The member stays one.
    Lapse {
        /// Whose.
        member: MemberId,
    },
    /// Makes a device one of the author's member.
    DeviceAdd(DeviceConsent),
    /// Takes a device of the author's member away.
    DeviceRevoke {
        /// Which.
        device: DeviceId,
    },
    /// Says what the author knows, and votes for its epoch.
    Ack,
    /// Renews the author's own leaf.
    Update(Commit),
    /// Brings the author's device into the tree from outside.
    Join(Commit),
    /// Says that a commit is not what it claims, for those who cannot check it.
    Reject {
        /// Which.
        commit: EpochId,
        /// Why.
        code: RejectCode,
    },
    /// Brings the keys in line with the members, and gives new leaves to devices that lost the use of theirs. Its lists
    /// do not name those devices.
    Rescue {
        /// The change of keys.
        commit: Commit,
        /// Who asked, in order of the devices; at least one.
        requests: Vec<LeafRequest>,
    },
}

impl Body {
    /// Returns the commit that it is, with its kind.
    pub fn as_commit(&self) -> Option<(CommitKind, &Commit)> {
        match self {
            Self::Commit(commit) => Some((CommitKind::Reconcile, commit)),
            Self::Update(commit) => Some((CommitKind::Update, commit)),
            Self::Join(commit) => Some((CommitKind::Join, commit)),
            Self::Rescue { commit, .. } => Some((CommitKind::Rescue, commit)),
            Self::Create { .. }
            | Self::Add { .. }
            | Self::Invite(_)
            | Self::RevokeInvite { .. }
            | Self::Admit(_)
            | Self::Remove { .. }
            | Self::Leave
            | Self::SetRole { .. }
            | Self::QuorumAct(_)
            | Self::Endorse { .. }
            | Self::Lapse { .. }
            | Self::DeviceAdd(_)
            | Self::DeviceRevoke { .. }
            | Self::Ack
            | Self::Reject { .. } => None,
        }
    }

    /// Returns the devices whose leaves it replaces.
    pub fn rescued(&self) -> &[LeafRequest] {
        if let Self::Rescue { requests, .. } = self { requests } else { &[] }
    }

    /// Returns the identity that it would make a member.
    pub fn joiner(&self) -> Option<&Identity> {
        match self {
            Self::Create { founder, .. } => Some(founder),
            Self::Add { identity, .. } => Some(identity),
            Self::Admit(admission) => Some(&admission.identity),
            Self::Invite(_)
            | Self::RevokeInvite { .. }
            | Self::Remove { .. }
            | Self::Leave
            | Self::Commit(_)
            | Self::SetRole { .. }
            | Self::QuorumAct(_)
            | Self::Endorse { .. }
            | Self::Lapse { .. }
            | Self::DeviceAdd(_)
            | Self::DeviceRevoke { .. }
            | Self::Ack
            | Self::Update(_)
            | Self::Join(_)
            | Self::Reject { .. }
            | Self::Rescue { .. } => None,
        }
    }

    /// Returns the device that gets a voice by it, if it counts.
    pub fn introduced_device(&self) -> Option<DeviceId> {
        match self {
            Self::DeviceAdd(consent) => Some(consent.device),
            other => other.joiner().map(|identity| identity.device),
        }
    }

    /// Says whether it founds a group.
    pub fn is_create(&self) -> bool {
        matches!(self, Self::Create { .. })
    }

    /// Says whether its fields are in their bounds, as far as that can be said of a body of `author` alone.
    pub(super) fn is_in_bounds(&self, author: &DeviceId) -> bool {
        match self {
            Self::Create { params, founder } => {
                founder.device == *author
                    && is_name(&founder.name)
                    && match &params.kind {
                        GroupKind::Home { name } => is_name(name),
                        GroupKind::Pair { .. } => true,
                    }
            }
            Self::Add { identity, .. } => is_name(&identity.name),
            Self::Invite(invite) => invite.uses > 0,
            Self::Admit(admission) => is_name(&admission.identity.name),
            Self::Commit(commit) => commit.is_in_bounds(),
            Self::Update(commit) => commit.is_in_bounds() && commit.add.is_empty() && commit.drop.is_empty(),
            // RFC 9420 section 12.4.3.2: from outside one can take away nothing but one's own old leaf.
            Self::Join(commit) => {
                commit.is_in_bounds()
                    && commit.add == [*author]
                    && commit.drop.iter().all(|device| device == author)
            }
            Self::DeviceAdd(consent) => consent.device != *author,
            Self::Rescue { commit, requests } => {
                commit.is_in_bounds()
                    && !requests.is_empty()
                    && requests.len() <= limits::LEAVES_PER_COMMIT_MAX
                    && requests.is_sorted_by(|a, b| a.device < b.device)
                    && requests.iter().all(|request| request.device != *author)
            }
            Self::RevokeInvite { .. }
            | Self::Remove { .. }
            | Self::Leave
            | Self::SetRole { .. }
            | Self::QuorumAct(_)
            | Self::Endorse { .. }
            | Self::Lapse { .. }
            | Self::DeviceRevoke { .. }
            | Self::Ack
            | Self::Reject { .. } => true,
        }
    }
}

/// Says whether `name` may stand in the log: not empty, not too long, no control characters, no space at its ends.
pub fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= limits::NAME_BYTES_MAX
        && name.trim() == name
        && !name.chars().any(char::is_control)
}
