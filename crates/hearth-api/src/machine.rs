//! What a member asks of this machine alone: that it locks by itself, a backup and its way back, and the end of all of it.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::ToSchema;

use crate::error::{ApiError, ErrorCode};
use crate::requests::{Checked, check_passphrase};
use crate::secret::Passphrase;
use crate::{Client, ClientError, Nothing, Status, limits, redacted, routes};

/// Says after how long without use the vault locks by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AutoLock {
    /// Seconds; absent: never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after_s: Option<u32>,
}

impl Checked for AutoLock {
    fn check(&self) -> Result<(), ApiError> {
        let bounds = limits::AUTO_LOCK_S_MIN..=limits::AUTO_LOCK_S_MAX;
        match self.after_s {
            Some(seconds) if !bounds.contains(&seconds) => Err(ApiError::with_message(
                ErrorCode::BadRequest,
                "it locks by itself after a minute to a day",
            )),
            Some(_) | None => Ok(()),
        }
    }
}

/// Asks for a backup.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BackUp {
    /// The passphrase of the vault, which then opens the backup.
    pub passphrase: Passphrase,
}

impl Checked for BackUp {
    fn check(&self) -> Result<(), ApiError> {
        check_passphrase(&self.passphrase)
    }
}

/// A backup.
#[derive(Serialize, Deserialize, ToSchema)]
pub struct Backup {
    /// The file.
    pub file: BackupFile,
}

/// Makes a vault of a backup, and comes back to its groups.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Restore {
    /// The passphrase that opened the vault when the backup was made; it opens the new vault.
    pub passphrase: Passphrase,
    /// The file.
    pub file: BackupFile,
}

impl Checked for Restore {
    fn check(&self) -> Result<(), ApiError> {
        check_passphrase(&self.passphrase)
    }
}

redacted!(Backup, Restore);

/// The bytes of a backup, in JSON as hexadecimal digits. Sealed under its passphrase.
#[derive(Clone, PartialEq, Eq, ToSchema)]
#[schema(value_type = String, pattern = "^([0-9a-f]{2})*$")]
pub struct BackupFile(Vec<u8>);

impl BackupFile {
    /// Takes over the bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Returns the bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for BackupFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for BackupFile {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for BackupFile {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let bytes = of_hex(&text).filter(|bytes| bytes.len() <= limits::BACKUP_BYTES_MAX);
        bytes.map(Self).ok_or_else(|| serde::de::Error::custom("a backup is written in hexadecimal digits"))
    }
}

fn of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |byte: u8| (byte as char).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2).map(|pair| match pair {
        [high, low] => Some(digit(*high)? << 4 | digit(*low)?),
        _ => None,
    });
    pairs.collect()
}

impl Client {
    /// Says after how long without use the vault locks by itself.
    ///
    /// # Errors
    /// Among others `locked`.
    pub async fn set_auto_lock(&self, request: &AutoLock) -> Result<Status, ClientError> {
        self.post(routes::AUTO_LOCK, request).await
    }

    /// Makes a backup.
    ///
    /// # Errors
    /// Among others `wrong_passphrase`, `too_many_attempts`, `nothing_to_keep`, `locked`.
    pub async fn back_up(&self, request: &BackUp) -> Result<Backup, ClientError> {
        self.post_slow(routes::BACKUP, request).await
    }

    /// Makes a vault of a backup, opens it, and begins to come back to its groups.
    ///
    /// # Errors
    /// Among others `vault_exists`, `not_a_backup`, `backup_not_whole`, `backup_too_new`, `wrong_passphrase`.
    pub async fn restore(&self, request: &Restore) -> Result<Status, ClientError> {
        self.post_slow(routes::RESTORE, request).await
    }

    /// Destroys the vault and all that is kept here, and stops the daemon. What opens the vault is gone when this returns.
    ///
    /// # Errors
    /// [`ClientError`], as for every call.
    pub async fn destroy(&self) -> Result<(), ClientError> {
        self.post(routes::DESTROY, &Nothing {}).await.map(|Nothing {}| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_backup_is_hexadecimal_in_json_and_nothing_else_is_taken() {
        let file = BackupFile::new(vec![0, 0x0f, 0xa5, 0xff]);
        let json = serde_json::to_string(&file).unwrap();
        assert_eq!(json, "\"000fa5ff\"");
        assert!(serde_json::from_str::<BackupFile>(&json).unwrap() == file);
        for wrong in ["\"0\"", "\"0g\"", "\"+1\"", "\"é\"", "7"] {
            assert!(serde_json::from_str::<BackupFile>(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn it_locks_by_itself_within_bounds() {
        let check = |after_s| AutoLock { after_s }.check().is_ok();
        assert!(check(None) && check(Some(60)) && check(Some(24 * 60 * 60)));
        assert!(!check(Some(0)) && !check(Some(59)) && !check(Some(24 * 60 * 60 + 1)));
    }
}
