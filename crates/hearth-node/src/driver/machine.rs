//! What a member asks of this machine alone: that it locks by itself, a backup and its way back, and the end of all of it.
//!
//! Owns the setting, and who was there last. That a vault is locked means the same whoever locked it: the network ends, and
//! nothing is passed on, shown or called out until it is opened again.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use hearth_api::{ApiError, Backup, BackupFile, ErrorCode, Passphrase, Restore, Status};
use hearth_core::ids::Timestamp;
use hearth_core::store::{Class, Key, ReadStore, WriteBatch};
use zeroize::Zeroizing;

use super::opening::RESTORED_ITEM;
use super::{Driver, words};
use crate::home::Home;
use crate::vault::{self, BackupError, Params, Vault};
use crate::{clock, destruction};

/// Where it is kept after how many seconds the vault locks by itself.
const LOCK_AFTER_ITEM: &[u8] = b"lock after";

/// When somebody was there last.
pub(super) struct Presence(Mutex<Seen>);

#[derive(Clone, Copy)]
struct Seen {
    wall: Timestamp,
    monotonic: Instant,
}

impl Default for Presence {
    fn default() -> Self {
        Self(Mutex::new(Seen::now()))
    }
}

impl Presence {
    /// Somebody is there.
    pub(super) fn note(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Seen::now();
    }

    /// How long nobody was there.
    fn away(&self) -> Duration {
        let seen = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.until(Seen::now())
    }
}

impl Seen {
    fn now() -> Self {
        Self { wall: clock::now(), monotonic: Instant::now() }
    }

    /// The longer of what two clocks say: one stands still while the machine sleeps, the other can be set back.
    fn until(self, now: Self) -> Duration {
        let wall = Duration::from_millis(now.wall.ms_since(self.wall));
        wall.max(now.monotonic.saturating_duration_since(self.monotonic))
    }
}

impl Driver {
    /// When the vault locks by itself if nobody comes.
    pub(super) fn locks_at(&self) -> Option<Timestamp> {
        let rest = self.open.as_ref()?.lock_after?.saturating_sub(self.presence.away());
        // Never before its time: the last part of a millisecond counts as one.
        let rest_ms = u64::try_from(rest.as_millis()).unwrap_or(u64::MAX).saturating_add(1);
        Some(clock::now().plus_ms(rest_ms))
    }

    /// Says whether nobody has been there for as long as the member chose.
    pub(super) fn is_to_lock(&self) -> bool {
        let after = self.open.as_ref().and_then(|open| open.lock_after);
        after.is_some_and(|after| self.presence.away() >= after)
    }

    pub(super) fn lock_after_s(&self) -> Option<u32> {
        u32::try_from(self.open.as_ref()?.lock_after?.as_secs()).ok()
    }

    pub(super) fn set_auto_lock(&mut self, after_s: Option<u32>) -> Result<Status, ApiError> {
        let open = self.open.as_mut().ok_or(ErrorCode::Locked)?;
        let key = Key::global(Class::Node, LOCK_AFTER_ITEM);
        let mut batch = WriteBatch::default();
        match after_s {
            Some(seconds) => batch.put(key, seconds.to_le_bytes().to_vec()),
            None => batch.delete(key),
        }
        open.vault.commit(&batch).map_err(|error| words::store_error(&error))?;
        open.lock_after = after_s.map(|seconds| Duration::from_secs(u64::from(seconds)));
        Ok(self.status())
    }

    pub(super) fn back_up(&mut self, passphrase: &Passphrase) -> Result<Backup, ApiError> {
        let open = self.open.as_ref().ok_or(ErrorCode::Locked)?;
        self.attempts.check()?;
        let mark = (Key::global(Class::Node, RESTORED_ITEM), Zeroizing::new(vec![1]));
        let made = open.vault.backup(passphrase.expose().as_bytes(), Params::default().cost, mark);
        match &made {
            Ok(_) => self.attempts.note(None),
            Err(BackupError::Vault(error)) => self.attempts.note(Some(error)),
            Err(_) => {}
        }
        made.map(|bytes| Backup { file: BackupFile::new(bytes) }).map_err(|error| words::backup_error(&error))
    }

    pub(super) async fn restore(&mut self, request: &Restore) -> Result<Status, ApiError> {
        if self.open.is_some() || Vault::exists(&self.config.home) {
            return Err(ErrorCode::VaultExists.into());
        }
        let (passphrase, file) = (request.passphrase.expose().as_bytes(), request.file.as_bytes());
        Vault::restore(&self.config.home, passphrase, file, Params::default())
            .map_err(|error| words::backup_error(&error))?;
        // If this fails, `unlock` goes on from there.
        self.unlock(&request.passphrase, true).await?;
        Ok(self.status())
    }

    /// Forgets all keys, and removes what is left on the disk. What opens it is gone already.
    pub(super) async fn destroy(&mut self) -> Result<(), ApiError> {
        self.close().await;
        let home = &self.config.home;
        // While it closed, the vault may have written its identity once more.
        erase_keys(home)?;
        destruction::remove_rest(home.root()).map_err(|_| ErrorCode::DiskError.into())
    }
}

/// Returns after how long without use this vault locks by itself.
pub(super) fn lock_after(vault: &Vault) -> Result<Option<Duration>, ApiError> {
    let kept = vault.get(&Key::global(Class::Node, LOCK_AFTER_ITEM));
    let kept = kept.map_err(|error| words::store_error(&error))?;
    let seconds = kept.map(|bytes| bytes.as_slice().try_into().map(u32::from_le_bytes));
    let seconds = seconds.transpose().map_err(|_| ErrorCode::Damaged)?;
    Ok(seconds.map(|seconds| Duration::from_secs(u64::from(seconds))))
}

/// Erases what opens the vault from the disk.
pub(super) fn erase_keys(home: &Home) -> Result<(), ApiError> {
    vault::destroy_keys(home.root()).map_err(|error| {
        tracing::error!(kind = ?error.kind(), "the keys could not be erased");
        ErrorCode::DiskError.into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_away_is_away_by_whichever_clock_says_longer() {
        let seen = Seen { wall: Timestamp(1_000_000), monotonic: Instant::now() };
        let later = |wall: u64, monotonic_s: u64| {
            let now =
                Seen { wall: Timestamp(wall), monotonic: seen.monotonic + Duration::from_secs(monotonic_s) };
            seen.until(now).as_secs()
        };
        assert_eq!(later(1_060_000, 60), 60);
        assert_eq!(later(4_600_000, 10), 3_600, "the machine slept");
        assert_eq!(later(0, 120), 120, "the clock was set back");
    }
}
