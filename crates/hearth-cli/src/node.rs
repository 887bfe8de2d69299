//! The node of this person, as every command meets it: running or not, locked or open, in which groups.

use hearth_api::{
    Client, ClientError, CreateVault, ErrorCode, ExitCode, Group, GroupState, Passphrase, Status, Unlock,
    VaultState,
};

use crate::{
    args::Everywhere,
    catalogue::say,
    daemon, draft,
    failure::Failure,
    home::Home,
    interrupts::Interrupts,
    limits,
    output::Output,
    prompt::{self, PassphraseSource},
    roster::{Kind, Roster, quoted},
};

/// What every command has in its hands.
pub(crate) struct Node {
    /// How to answer.
    pub(crate) output: Output,
    /// How to reach the daemon.
    pub(crate) client: Client,
    /// The folder.
    pub(crate) home: Home,
    /// What may end the command.
    pub(crate) interrupts: Interrupts,
    everywhere: Everywhere,
    passphrase: PassphraseSource,
}

/// What to do when there is no vault yet.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum WithoutVault {
    /// Make one.
    Make,
    /// Say so.
    Refuse,
    /// Say so; and if there is one whose store cannot be read, begin anew with who this node is.
    RefuseAndRecover,
}

impl Node {
    /// Gets ready; talks to nobody yet.
    ///
    /// # Errors
    /// When it is not clear where things are kept.
    pub(crate) fn new(everywhere: Everywhere, output: Output) -> Result<Self, Failure> {
        let home = Home::choose(everywhere.home.as_deref())?;
        Ok(Self {
            output,
            client: Client::new(home.socket()),
            home,
            interrupts: Interrupts::default(),
            passphrase: PassphraseSource::choose(everywhere.passphrase_file.as_deref()),
            everywhere,
        })
    }

    /// Returns the node for what the command asks by itself, with nobody at it.
    pub(crate) fn by_itself(&self) -> Self {
        Self {
            output: self.output,
            client: self.client.clone().by_itself(),
            home: self.home.clone(),
            interrupts: Interrupts::default(),
            everywhere: self.everywhere.clone(),
            passphrase: self.passphrase.clone(),
        }
    }

    /// Returns how the node is, with its vault open; starts nothing.
    ///
    /// A passphrase file opens a locked vault; nobody is asked for a passphrase here, so that a script never hangs.
    ///
    /// # Errors
    /// When the daemon does not run, there is no vault, or it stays locked.
    pub(crate) async fn open(&self) -> Result<Status, Failure> {
        let status = self.look().await?;
        match status.vault {
            VaultState::Open => Ok(status),
            VaultState::None => Err(ClientError::from(hearth_api::ApiError::new(ErrorCode::NoVault)).into()),
            VaultState::Locked if self.passphrase.is_file() => self.unlock(false).await,
            VaultState::Locked => Err(locked()),
        }
    }

    /// Returns how the node is, locked or not; starts nothing.
    ///
    /// # Errors
    /// When the daemon does not run or does not answer.
    pub(crate) async fn look(&self) -> Result<Status, Failure> {
        self.client.status().await.map_err(|error| self.not_reached(error))
    }

    /// Returns how the node is, with its vault open; starts the daemon and makes the vault if need be.
    ///
    /// A daemon that was started here and whose vault then cannot be opened is stopped again: nothing half-done stays.
    ///
    /// # Errors
    /// When the daemon cannot be started, or the vault can be neither opened nor made.
    pub(crate) async fn start(&self, without_vault: WithoutVault) -> Result<Status, Failure> {
        match self.client.status().await {
            Ok(status) => {
                if !self.everywhere.listen.is_empty() && status.vault == VaultState::Open {
                    self.output.note(&say!("daemon-listen-later"));
                }
                self.opened(status, without_vault).await
            }
            Err(ClientError::NotRunning | ClientError::Interrupted)
                if without_vault != WithoutVault::Make && self.home.is_missing() =>
            {
                Err(ClientError::from(hearth_api::ApiError::new(ErrorCode::NoVault)).into())
            }
            Err(ClientError::NotRunning | ClientError::Interrupted) => {
                self.with_daemon(async |status| self.opened(status, without_vault).await).await
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Returns the group that a command is about: the one that was named, or the only one.
    ///
    /// # Errors
    /// When there is none, or several and none was named, or no such one.
    pub(crate) fn group(&self, status: &Status) -> Result<Group, Failure> {
        self.try_group(status)?.ok_or_else(|| {
            Failure::new(ExitCode::NotFound, "no_group", say!("no-group")).hint(say!("no-group.hint"))
        })
    }

    /// Returns the group that a command is about, if there is any group.
    ///
    /// # Errors
    /// When there are several and none was named, or no such one.
    pub(crate) fn try_group(&self, status: &Status) -> Result<Option<Group>, Failure> {
        let groups = roster(&status.groups);
        if let Some(name) = &self.everywhere.group {
            return groups.find(name, Kind::Group).map(|entry| Some(entry.item.clone()));
        }
        let left: Vec<_> =
            groups.entries().iter().filter(|entry| entry.item.state == GroupState::Removed).collect();
        let here: Vec<_> =
            groups.entries().iter().filter(|entry| entry.item.state != GroupState::Removed).collect();
        let candidates = if here.is_empty() { left } else { here };
        match candidates.as_slice() {
            [] => Ok(None),
            [only] => Ok(Some(only.item.clone())),
            several => {
                let names: Vec<&str> = several.iter().map(|entry| entry.name.as_str()).collect();
                Err(Failure {
                    exit: ExitCode::Usage,
                    code: "group_ambiguous".to_owned(),
                    message: say!("groups-several"),
                    hint: Some(say!("groups-several.hint", names = quoted(&names))),
                })
            }
        }
    }

    /// Returns this person's own name, if the command line gives it.
    pub(crate) fn everywhere(&self) -> &Everywhere {
        &self.everywhere
    }

    pub(crate) fn own_name(&self) -> Option<&str> {
        self.everywhere.name.as_deref()
    }

    /// Tells whether one group was named on the command line.
    pub(crate) fn group_was_named(&self) -> bool {
        self.everywhere.group.is_some()
    }

    /// Returns the addresses for a vault that is made.
    fn listen(&self) -> Vec<String> {
        self.everywhere.listen.clone()
    }

    async fn opened(&self, status: Status, without_vault: WithoutVault) -> Result<Status, Failure> {
        match (status.vault, without_vault) {
            (VaultState::Open, _) => Ok(status),
            (VaultState::Locked, how) => self.unlock(how == WithoutVault::RefuseAndRecover).await,
            (VaultState::None, WithoutVault::Refuse | WithoutVault::RefuseAndRecover) => {
                Err(ClientError::from(hearth_api::ApiError::new(ErrorCode::NoVault)).into())
            }
            (VaultState::None, WithoutVault::Make) => {
                let request =
                    CreateVault { passphrase: self.passphrase.new_passphrase()?, listen: self.listen() };
                Ok(self.client.create_vault(&request).await?)
            }
        }
    }

    async fn unlock(&self, recover: bool) -> Result<Status, Failure> {
        draft::sweep(self.home.path());
        self.with_passphrase(&say!("passphrase-wrong"), async |passphrase| {
            self.client.unlock(&Unlock { passphrase, recover }).await
        })
        .await
    }

    /// Asks the daemon for something that needs the passphrase, and for another one while that is wrong and somebody is there.
    ///
    /// # Errors
    /// When there is no passphrase, or the daemon refuses.
    pub(crate) async fn with_passphrase<T>(
        &self,
        wrong: &str,
        ask: impl AsyncFn(Passphrase) -> Result<T, ClientError>,
    ) -> Result<T, Failure> {
        let mut tries = 1;
        loop {
            match ask(self.passphrase.passphrase()?).await {
                Err(ClientError::Api(refusal))
                    if refusal.code == ErrorCode::WrongPassphrase
                        && self.passphrase.can_try_again()
                        && tries < limits::PASSPHRASE_TRIES_MAX =>
                {
                    prompt::tell(wrong);
                    tries += 1;
                }
                result => return Ok(result?),
            }
        }
    }

    /// Does something with a daemon that runs; one that was started for it is stopped again if it fails.
    ///
    /// # Errors
    /// When the daemon cannot be started, and as `act`.
    pub(crate) async fn with_daemon<T>(
        &self,
        act: impl AsyncFnOnce(Status) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        match self.client.status().await {
            Ok(status) => act(status).await,
            // A daemon that breaks off in the middle of an answer is ending; the next one waits for its lock.
            Err(ClientError::NotRunning | ClientError::Interrupted) => {
                self.passphrase.check()?;
                let status = daemon::start(&self.home, &self.everywhere.listen, &self.client).await?;
                let done = act(status).await;
                if done.is_err() && self.client.stop().await.is_ok() {
                    // What went wrong first is what the person needs to hear.
                    let _ = daemon::wait_until_gone(&self.client).await;
                }
                done
            }
            Err(error) => Err(error.into()),
        }
    }

    fn not_reached(&self, error: ClientError) -> Failure {
        match error {
            ClientError::NotRunning if self.home.is_missing() => {
                Failure::from(error).hint(say!("not-running-begin"))
            }
            error => error.into(),
        }
    }
}

/// Returns the groups by their names; one that has not let this member in yet has no name.
pub(crate) fn roster(groups: &[Group]) -> Roster<Group> {
    Roster::new(groups.iter().map(|group| {
        let name = group.name.clone().unwrap_or_else(|| say!("new-group"));
        (name, group.clone())
    }))
}

/// Returns a group's name for a sentence.
pub(crate) fn group_name(group: &Group) -> String {
    group.name.as_deref().map_or_else(|| say!("new-group"), crate::screen::one_line)
}

fn locked() -> Failure {
    Failure::new(ExitCode::Locked, "locked", say!("vault-locked")).hint(say!("vault-locked.hint"))
}
