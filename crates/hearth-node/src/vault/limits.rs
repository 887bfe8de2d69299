//! Every bound of the vault, with its unit and its reason.

/// KiB of memory that a passphrase hash uses at least: the least that OWASP advises for Argon2id.
pub const COST_MEMORY_KIB_MIN: u32 = 19 * 1024;
/// KiB of memory that a passphrase hash uses at most, so that a tampered header cannot eat the machine.
pub const COST_MEMORY_KIB_MAX: u32 = 1024 * 1024;
/// Passes over the memory, at least.
pub const COST_PASSES_MIN: u32 = 2;
/// Passes over the memory, at most: with the most memory this is about a minute.
pub const COST_PASSES_MAX: u32 = 10;
/// Lanes of the memory, at most.
pub const COST_LANES_MAX: u32 = 16;

/// Bytes of free disk below which nothing is written: sled cannot even be opened on a full disk.
pub const FREE_BYTES_MIN: u64 = 64 * 1024 * 1024;
/// Bytes of free disk below which the vault is not opened: sled repairs and notes its state when it opens, and a failure
/// in the middle of that can be for good.
pub const OPEN_FREE_BYTES_MIN: u64 = 8 * 1024 * 1024;
/// Bytes that the vault holds ready to give up, so that it can be opened and read on a disk that somebody else filled.
pub const BALLAST_BYTES: u64 = 8 * 1024 * 1024;
/// Bytes of a sealed value in the store. Larger values leave sled's log for files that it never syncs.
pub const STORED_VALUE_BYTES_MAX: usize = 4096;
/// Bytes of one record's value and name: the largest group state is a tenth of it.
pub const RECORD_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes of the file that holds the identities: those of all groups that a node may be in, each with the longest
/// addresses.
pub const IDENTITY_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes that are overwritten at least where a key was: both pages of the key file.
pub const ERASED_BYTES_MIN: usize = 8192;
/// Bytes of a backup: the file that holds the identities, and what opens it.
pub const BACKUP_BYTES_MAX: usize = IDENTITY_BYTES_MAX + 4096;
/// Bytes of one batch as stored; bounds the journal that is read back at the next start.
pub const BATCH_BYTES_MAX: usize = 256 * 1024 * 1024;
/// Operations that sled applies in one batch; with more it leaks memory for every one of them.
pub const SLED_BATCH_OPERATIONS_MAX: usize = 64;
/// Bytes that sled applies in one batch, a quarter of its segment: with what it rewrites beside them it fills one
/// segment at most before the next sync. It frees a segment once what it held was moved, and a power cut must not
/// find a freed segment overwritten and the move undone.
pub const SLED_BATCH_BYTES_MAX: usize = 128 * 1024;
/// Bytes of sled's cache. An open vault with 10,000 small records takes 9 MB of memory.
pub const CACHE_BYTES: u64 = 16 * 1024 * 1024;
