//! The own address book and when each contact is dialled: exponential back-off with jitter, at once after a change.
//!
//! Pure: time and jitter come as arguments, addresses go out, nothing is dialled here. There is no cache of addresses
//! besides what the driver handed in, because a learned address once led back to ourselves and stuck.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use hearth_core::{ids::PeerId, limits};
use tokio::time::Instant;

use super::{
    address::Endpoint,
    limits::{CONTACTS_MAX, DIALS_MAX, NetLimits},
};

/// Whom to dial, where and when.
pub(super) struct Dialer {
    own: PeerId,
    redial_min: Duration,
    redial_max: Duration,
    contacts: BTreeMap<PeerId, Entry>,
}

struct Entry {
    addresses: BTreeSet<Endpoint>,
    /// Dials and sessions in a row that came to nothing.
    failures: u32,
    state: State,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// Not connected; to be dialled when the time has come.
    Waiting { due: Instant },
    /// A dial is under way.
    Dialling,
    /// Connected: nothing to do.
    Connected,
}

impl Dialer {
    pub(super) fn new(own: PeerId, limits: &NetLimits) -> Self {
        Self { own, redial_min: limits.redial_min, redial_max: limits.redial_max, contacts: BTreeMap::new() }
    }

    /// Replaces the address book and returns the peers that are no longer in it. A new contact, or a new address of one
    /// that is not connected, is due at once.
    pub(super) fn set_contacts(
        &mut self,
        contacts: impl IntoIterator<Item = (PeerId, BTreeSet<Endpoint>)>,
        connected: impl Fn(&PeerId) -> bool,
        now: Instant,
    ) -> Vec<PeerId> {
        let mut old = std::mem::take(&mut self.contacts);
        for (peer, addresses) in contacts.into_iter().take(CONTACTS_MAX) {
            if peer == self.own {
                continue;
            }
            let addresses: BTreeSet<Endpoint> =
                addresses.into_iter().take(limits::ENDPOINT_ADDRESSES_MAX).collect();
            let state = if connected(&peer) { State::Connected } else { State::Waiting { due: now } };
            let entry = match old.remove(&peer) {
                Some(mut entry) => {
                    let is_new = !addresses.is_subset(&entry.addresses);
                    if is_new && let State::Waiting { due } = &mut entry.state {
                        *due = now;
                        entry.failures = 0;
                    }
                    entry.addresses = addresses;
                    entry
                }
                None => Entry { addresses, failures: 0, state },
            };
            self.contacts.insert(peer, entry);
        }
        old.into_keys().filter(|peer| !self.contacts.contains_key(peer)).collect()
    }

    /// Forgets a contact until it is handed in again.
    pub(super) fn forget(&mut self, peer: &PeerId) {
        self.contacts.remove(peer);
    }

    /// Returns a contact whose time has come, marked as being dialled; `None` if there is none, or too many dials are
    /// under way.
    pub(super) fn take_due(&mut self, now: Instant) -> Option<(PeerId, Vec<Endpoint>)> {
        if self.dials() >= DIALS_MAX {
            return None;
        }
        let (peer, entry) =
            self.contacts.iter_mut().find(|(_, entry)| entry.due().is_some_and(|due| due <= now))?;
        entry.state = State::Dialling;
        Some((*peer, entry.addresses.iter().copied().collect()))
    }

    /// Notes that a dial came to nothing.
    pub(super) fn dial_failed(&mut self, peer: &PeerId, now: Instant, jitter: f64) {
        if let Some(entry) = self.contacts.get_mut(peer)
            && entry.state == State::Dialling
        {
            entry.failures = entry.failures.saturating_add(1);
            entry.state =
                State::Waiting { due: now + pause(self.redial_min, self.redial_max, entry.failures, jitter) };
        }
    }

    /// Notes that the peer is connected, whoever dialled.
    pub(super) fn connected(&mut self, peer: &PeerId) {
        if let Some(entry) = self.contacts.get_mut(peer) {
            entry.state = State::Connected;
        }
    }

    /// Notes that the last connection is gone. After a session that came to nothing the pauses grow: a peer that
    /// refuses us, or that we refuse, is not dialled twice a second for ever.
    pub(super) fn disconnected(&mut self, peer: &PeerId, was_good: bool, now: Instant, jitter: f64) {
        if let Some(entry) = self.contacts.get_mut(peer)
            && entry.state == State::Connected
        {
            entry.failures = if was_good { 0 } else { entry.failures.saturating_add(1) };
            entry.state =
                State::Waiting { due: now + pause(self.redial_min, self.redial_max, entry.failures, jitter) };
        }
    }

    /// Makes everybody due at once: the clock jumped or the own addresses changed, so old failures say nothing.
    pub(super) fn hurry(&mut self, now: Instant) {
        for entry in self.contacts.values_mut() {
            entry.failures = 0;
            if let State::Waiting { due } = &mut entry.state {
                *due = now;
            }
        }
    }

    /// Returns when the next contact is due; `None` if nothing is to be done before something else happens.
    pub(super) fn next_due(&self) -> Option<Instant> {
        if self.dials() >= DIALS_MAX {
            return None;
        }
        self.contacts.values().filter_map(Entry::due).min()
    }

    /// Returns the peers in the address book.
    pub(super) fn contacts(&self) -> impl Iterator<Item = &PeerId> {
        self.contacts.keys()
    }

    fn dials(&self) -> usize {
        self.contacts.values().filter(|entry| entry.state == State::Dialling).count()
    }
}

impl Entry {
    fn due(&self) -> Option<Instant> {
        match self.state {
            State::Waiting { due } if !self.addresses.is_empty() => Some(due),
            State::Waiting { .. } | State::Dialling | State::Connected => None,
        }
    }
}

/// Returns how long to wait: doubled with each failure up to `max`, then varied by a quarter either way (`jitter` from 0
/// to 1), so that two nodes which lost each other do not dial in step.
fn pause(min: Duration, max: Duration, failures: u32, jitter: f64) -> Duration {
    let doubled = min.saturating_mul(1 << failures.min(16));
    doubled.min(max).mul_f64(0.75 + jitter.clamp(0.0, 1.0) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OWN: PeerId = PeerId([0; 32]);
    const ANNA: PeerId = PeerId([1; 32]);
    const BEN: PeerId = PeerId([2; 32]);

    fn dialer() -> Dialer {
        Dialer::new(OWN, &NetLimits::default())
    }

    fn at(port: u16) -> BTreeSet<Endpoint> {
        let address = format!("/ip4/127.0.0.1/tcp/{port}").parse().unwrap();
        [Endpoint::from_multiaddr(&address).unwrap()].into()
    }

    fn seconds(from: Instant, to: Option<Instant>) -> f64 {
        to.unwrap().duration_since(from).as_secs_f64()
    }

    #[test]
    fn a_new_contact_is_due_at_once_and_we_ourselves_never() {
        let (mut dialer, now) = (dialer(), Instant::now());
        dialer.set_contacts([(OWN, at(1)), (ANNA, at(2)), (BEN, BTreeSet::new())], |_| false, now);
        assert_eq!(dialer.take_due(now).map(|(peer, _)| peer), Some(ANNA));
        assert!(dialer.take_due(now).is_none());
        assert_eq!(dialer.next_due(), None);
    }

    #[test]
    fn pauses_double_up_to_a_minute_and_start_anew_after_a_good_session() {
        let (mut dialer, now) = (dialer(), Instant::now());
        dialer.set_contacts([(ANNA, at(1))], |_| false, now);
        let mut pauses = Vec::new();
        for _ in 0..9 {
            let due = dialer.next_due().unwrap();
            assert!(dialer.take_due(due).is_some());
            dialer.dial_failed(&ANNA, now, 0.5);
            pauses.push(seconds(now, dialer.next_due()));
        }
        assert_eq!(pauses, [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0, 60.0]);
        dialer.connected(&ANNA);
        assert_eq!(dialer.next_due(), None);
        dialer.disconnected(&ANNA, false, now, 0.5);
        assert_eq!(seconds(now, dialer.next_due()), 60.0);
        dialer.connected(&ANNA);
        dialer.disconnected(&ANNA, true, now, 0.5);
        assert_eq!(seconds(now, dialer.next_due()), 0.5);
    }

    #[test]
    fn jitter_keeps_within_a_quarter() {
        let pause = |jitter| pause(Duration::from_secs(4), Duration::from_secs(60), 0, jitter).as_secs_f64();
        assert_eq!((pause(0.0), pause(1.0)), (3.0, 5.0));
        assert_eq!((pause(-7.0), pause(7.0)), (3.0, 5.0));
    }

    #[test]
    fn a_new_address_or_a_hurry_ends_the_pause() {
        let (mut dialer, now) = (dialer(), Instant::now());
        dialer.set_contacts([(ANNA, at(1))], |_| false, now);
        dialer.take_due(now).unwrap();
        dialer.dial_failed(&ANNA, now, 0.5);
        dialer.set_contacts([(ANNA, at(1))], |_| false, now);
        assert!(dialer.take_due(now).is_none(), "the same address is no news");
        dialer.set_contacts([(ANNA, at(2))], |_| false, now);
        let (_, addresses) = dialer.take_due(now).unwrap();
        assert_eq!(addresses, at(2).into_iter().collect::<Vec<_>>());
        dialer.dial_failed(&ANNA, now, 0.5);
        assert!(dialer.take_due(now).is_none());
        dialer.hurry(now);
        assert!(dialer.take_due(now).is_some());
    }

    #[test]
    fn removed_contacts_are_returned_and_no_longer_dialled() {
        let (mut dialer, now) = (dialer(), Instant::now());
        dialer.set_contacts([(ANNA, at(1)), (BEN, at(2))], |_| false, now);
        assert_eq!(dialer.set_contacts([(BEN, at(2))], |_| false, now), [ANNA]);
        assert_eq!(dialer.take_due(now).map(|(peer, _)| peer), Some(BEN));
        dialer.disconnected(&ANNA, true, now, 0.5);
        dialer.dial_failed(&BEN, now, 0.5);
        dialer.forget(&BEN);
        dialer.hurry(now);
        assert_eq!(dialer.next_due(), None);
    }

    #[test]
    fn dials_under_way_are_bounded_without_spinning() {
        let (mut dialer, now) = (dialer(), Instant::now());
        let many = (1..=100).map(|n| (PeerId([n; 32]), at(u16::from(n))));
        dialer.set_contacts(many, |_| false, now);
        let mut under_way = Vec::new();
        while let Some((peer, _)) = dialer.take_due(now) {
            under_way.push(peer);
        }
        assert_eq!(under_way.len(), DIALS_MAX);
        assert_eq!(dialer.next_due(), None, "nothing is due until a dial ends");
        dialer.dial_failed(&under_way[0], now, 0.5);
        assert_eq!(dialer.next_due(), Some(now));
    }
}
