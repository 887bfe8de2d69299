//! What changed between two lists of meetings, by the id of each.
//!
//! Equality of all fields decides; the same file read again changes nothing.

use std::collections::BTreeMap;

use crate::meeting::Meeting;

/// What changed between two lists. Each part keeps the order of its list.
#[derive(Debug, Default)]
pub struct Comparison<'a> {
    /// In the new list alone.
    pub added: Vec<&'a Meeting>,
    /// In both, and different: the old one and the new one.
    pub changed: Vec<(&'a Meeting, &'a Meeting)>,
    /// In the old list alone.
    pub gone: Vec<&'a Meeting>,
    /// In both, and the same.
    pub same: Vec<&'a Meeting>,
}

impl Comparison<'_> {
    /// Says whether the new list changes nothing.
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.changed.is_empty() && self.gone.is_empty()
    }
}

/// Compares two lists. Of several meetings with one id in a list the first counts.
pub fn compare<'a>(old: &'a [Meeting], new: &'a [Meeting]) -> Comparison<'a> {
    let (before, after) = (by_id(old), by_id(new));
    let mut comparison = Comparison::default();
    for meeting in new.iter().filter(|meeting| is_first(&after, meeting)) {
        match before.get(meeting.id.as_str()) {
            None => comparison.added.push(meeting),
            Some(old) if *old == meeting => comparison.same.push(meeting),
            Some(old) => comparison.changed.push((old, meeting)),
        }
    }
    let is_gone = |meeting: &&Meeting| is_first(&before, meeting) && !after.contains_key(meeting.id.as_str());
    comparison.gone = old.iter().filter(is_gone).collect();
    comparison
}

fn by_id(meetings: &[Meeting]) -> BTreeMap<&str, &Meeting> {
    meetings.iter().rev().map(|meeting| (meeting.id.as_str(), meeting)).collect()
}

fn is_first(by_id: &BTreeMap<&str, &Meeting>, meeting: &Meeting) -> bool {
    by_id.get(meeting.id.as_str()).is_some_and(|first| std::ptr::eq(*first, meeting))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::meeting::Contact;
    use crate::rule::Schedule;
    use crate::secret::Secret;

    fn meeting(id: &str) -> Meeting {
        Meeting::new(id, "Early Birds", Schedule::ByAppointment)
    }

    #[test]
    fn each_meeting_is_added_changed_gone_or_the_same() {
        let mut changed = meeting("b");
        changed.contacts = vec![Contact { phone: Some(Secret::new("1")), ..Contact::default() }];
        let old = [meeting("a"), meeting("b"), meeting("c")];
        let new = [meeting("d"), changed, meeting("c"), meeting("c")];
        let found = compare(&old, &new);
        let ids = |list: &[&Meeting]| list.iter().map(|meeting| meeting.id.clone()).collect::<Vec<_>>();
        assert_eq!(ids(&found.added), ["d"]);
        assert_eq!(ids(&found.gone), ["a"]);
        assert_eq!(ids(&found.same), ["c"]);
        assert!(found.changed.len() == 1 && found.changed[0].1.id == "b" && !found.is_empty());
        assert!(compare(&old, &old).is_empty());
    }
}
