//! Every bound of the core, with its unit and its reason. A stranger's bytes cost at most what stands here.

/// Bytes of the smallest padded plaintext of an envelope.
pub const ENVELOPE_PLAINTEXT_MIN_BYTES: usize = 512;
/// Bytes of the largest padded plaintext of an envelope: a commit for 200 members fits without being split.
pub const ENVELOPE_PLAINTEXT_MAX_BYTES: usize = 512 * 1024;
/// Days that an envelope lives from the day it was sealed.
pub const ENVELOPE_LIFE_DAYS: u32 = 30;
/// Days further ahead than [`ENVELOPE_LIFE_DAYS`] that an expiry may lie: neighbours' clocks may be off a little, and
/// nobody may occupy the store for years.
pub const ENVELOPE_EXPIRY_SLACK_DAYS: u32 = 2;
/// Bytes of all envelopes of one room: about a month of a busy group of 50.
pub const ROOM_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Envelopes of one room: their index stays below 10 MB of memory.
pub const ROOM_ENVELOPES_MAX: usize = 65_536;
/// Bytes of one frame from an authenticated neighbour: the largest envelope and its framing fit.
pub const FRAME_BYTES_MAX: usize = 640 * 1024;
/// Bytes of one frame before the neighbour has proved that it may share a room.
pub const FRAME_BYTES_BEFORE_PROOF_MAX: usize = 64 * 1024;
/// Rooms that two neighbours can share in one session; also the number of tags in a hello, so that the count says
/// nothing.
pub const ROOMS_PER_SESSION_MAX: usize = 16;
/// Envelope ids in one frame.
pub const IDS_PER_FRAME_MAX: usize = 4096;
/// Milliseconds for a neighbour to finish its handshake.
pub const HANDSHAKE_TIMEOUT_MS: u64 = 10_000;
/// Milliseconds without the acknowledgement of a push or an answer in a reconciliation after which it begins anew.
pub const ROOM_RETRY_MS: u64 = 15_000;
/// Envelopes that a neighbour may send per minute on average: the largest catch-up is not slowed below the disk.
pub const PEER_ENVELOPES_PER_MINUTE: u64 = 6_000;
/// Bytes that a neighbour may send per minute on average.
pub const PEER_BYTES_PER_MINUTE: u64 = 256 * 1024 * 1024;
/// Neighbours with a session at one time.
pub const PEERS_MAX: usize = 256;
/// Envelopes pushed to a neighbour and not yet acknowledged: several round trips' worth of small ones.
pub const PUSH_WINDOW_ENVELOPES: usize = 64;
/// Bytes pushed to a neighbour and not yet acknowledged; one larger envelope may always travel.
pub const PUSH_WINDOW_BYTES: u64 = 1024 * 1024;
/// Bytes per second of the slowest link on which a window of pushes is waited for before it counts as lost.
pub const SLOWEST_LINK_BYTES_PER_SECOND: u64 = 8 * 1024;
/// How often the wait for an answer doubles while there is no progress: at most 8 minutes.
pub const ROOM_RETRY_DOUBLINGS: u32 = 5;
/// Bytes of one message of a reconciliation: below the frame that any transport carries in one piece, and enough
/// for 1,500 ids.
pub const RECONCILE_MESSAGE_BYTES_MAX: usize = 48 * 1024;
/// Rounds of one reconciliation: a newcomer learns of a full room in about 45. Even, so that both sides stop alike.
pub const RECONCILE_ROUNDS_MAX: u32 = 128;
/// Messages of a reconciliation that a neighbour may send per minute on average; each costs a walk over the room.
pub const PEER_ROUNDS_PER_MINUTE: u64 = 240;
/// Milliseconds between two reconciliations that a neighbour asks for.
pub const RECONCILE_GAP_MS: u64 = 1_000;
/// Envelopes that one reconciliation asks for; the next one asks for the rest.
pub const RECONCILE_WANTED_MAX: usize = 16_384;
/// How many times its size a push costs the neighbour that makes a full room forget another envelope.
pub const FULL_ROOM_COST: u64 = 8;
/// Expired envelopes deleted in one step.
pub const EXPIRED_PER_STEP_MAX: usize = 1024;

/// Heads that one event may name: a busy partition heals in one event, and parsing stays bounded.
pub const EVENT_HEADS_MAX: usize = 16;
/// Bytes of one event: the commit of a large post-quantum group fits.
pub const EVENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Devices that one commit adds or drops: a whole large group at once.
pub const LEAVES_PER_COMMIT_MAX: usize = 1000;
/// Devices of one member.
pub const DEVICES_PER_MEMBER_MAX: usize = 8;
/// Milliseconds that a ticket for a further device is good for: long enough to walk to the other machine, too short to
/// be found later.
pub const DEVICE_TICKET_LIFE_MS: u64 = 15 * 60 * 1000;
/// Tickets for further devices that are remembered, used ones too, so that a late one hears why; one is open at a time.
pub const DEVICE_TICKETS_MAX: usize = 4;
/// States of membership that are kept in memory per group: the tip's, and those of a few pasts that events still name.
pub const RESOLVED_STATES_MAX: usize = 32;
/// Events that are applied one by one to a kept state before it is cheaper to begin anew.
pub const RESOLVE_STEPS_MAX: usize = 64;
/// Events that wait for their past, per group.
pub const PARKED_EVENTS_MAX: usize = 1024;
/// MLS states kept per group: those of a month in which leaves are renewed as often as [`RENEWALS_PER_WEEK_MAX`] says,
/// and as many changes by others. Who was away for that long can be followed, and can follow.
pub const EPOCH_STATES_MAX: usize = 256;
/// Commits that are followed before what their keys open is opened: older keys must not go before they were of use.
pub const COMMITS_PER_ROUND_MAX: usize = 64;
/// Milliseconds for which an epoch was this node's head after which messages that it sealed under it are sealed anew when
/// the head moves on: others may have moved on long before, and have given up those keys.
pub const LONG_HEAD_MS: u64 = 14 * 24 * 60 * 60 * 1000;
/// Epochs between the one that a message was sealed under and the head after which it is sealed anew.
pub const FAR_EPOCHS: u64 = 128;
/// Milliseconds after which a device renews its leaf: what somebody learned of its keys is of no use afterwards.
pub const LEAF_LIFE_MS: u64 = 7 * 24 * 60 * 60 * 1000;
/// Leaves that are renewed in a week by all devices of a group together; in a larger one each waits longer. Every
/// renewal is a state to keep for a month.
pub const RENEWALS_PER_WEEK_MAX: u64 = 32;
/// Messages under one epoch after which a leaf is renewed: far below the 4096 that a reader may skip of one sender.
pub const EPOCH_MESSAGES_MAX: u32 = 2_000;
/// Milliseconds that an MLS state outlives its place as the head: as long as envelopes live, so that messages and
/// commits from the other side of a long partition still find it.
pub const EPOCH_STATE_LIFE_MS: u64 = 31 * 24 * 60 * 60 * 1000;
/// Epochs taken up by a welcome before the log knows of them.
pub const UNKNOWN_WELCOMES_MAX: usize = 8;
/// Bytes of a share or a private message, as UTF-8.
pub const TEXT_BYTES_MAX: usize = 64 * 1024;
/// Bytes of a text that the group keeps, such as its guidelines: they go to every newcomer.
pub const OBJECT_TEXT_BYTES_MAX: usize = 16 * 1024;
/// Bytes of what one object says.
pub const OBJECT_BYTES_MAX: usize = 20 * 1024;
/// Lines of a group's card for emergencies: more would be read by nobody in one.
pub const CRISIS_LINES_MAX: usize = 20;
/// Bytes of what else such a card says: with all its lines it fits one object.
pub const CRISIS_TEXT_BYTES_MAX: usize = 2 * 1024;
/// The last day that a calendar here knows, 9999-12-31, in days since 1970-01-01.
pub const CALENDAR_DAY_MAX: u32 = 2_932_896;
/// Versions that one version takes the place of: all that stand, and those before, so that a late one is known as such.
pub const OBJECT_OVER_MAX: usize = 32;
/// Versions of one object that did not know of each other and are kept side by side.
pub const OBJECT_HEADS_MAX: usize = 16;
/// Objects that one person can own: a year of weekly slots, and what else the group has.
pub const OBJECTS_PER_OWNER_MAX: usize = 512;
/// Days for which a question is open before it is decided, talk and vote together: everybody's week has had its meeting.
pub const POLL_DAYS_MIN: u64 = 7;
/// Days for which a question is open at most.
pub const POLL_DAYS_MAX: u64 = 90;
/// Days of these on which ballots can be written.
pub const POLL_VOTING_DAYS_MIN: u64 = 1;
/// Days between the end of a vote and the count: whoever was away and voted in time has so long to bring it.
pub const POLL_COUNT_AFTER_DAYS: u64 = 3;
/// Days for which ballots are kept after the end of the vote: long enough to look at the count, and then nobody's business.
pub const BALLOTS_KEPT_DAYS: u64 = 30;
/// Days for which a question and its result are kept after the end of the vote; minutes keep what is to last.
pub const POLL_KEPT_DAYS: u64 = 366;
/// Things that one can choose from.
pub const POLL_OPTIONS_MAX: usize = 8;
/// Bytes of a question, so that the ballots of a thousand people can be named beside it.
pub const POLL_QUESTION_BYTES_MAX: usize = 2 * 1024;
/// Bytes of what somebody says beside a result.
pub const POLL_WORD_BYTES_MAX: usize = 4 * 1024;
/// The largest amount of money in the smallest unit of a currency: all sums of three fit into 64 bits.
pub const MONEY_MAX: u64 = 1_000_000_000_000_000;
/// Digits behind the point of an amount of money.
pub const MONEY_DIGITS_MAX: u8 = 4;
/// Bytes of a line about a meeting: the Meeting Guide specification allows 255 characters for a name.
pub const MEETING_LINE_BYTES_MAX: usize = 512;
/// Bytes of a text about a meeting, such as how to find the door.
pub const MEETING_TEXT_BYTES_MAX: usize = 8 * 1024;
/// Types of one meeting, and its languages: the specification knows 87 codes, and no list gives one meeting half of them.
pub const MEETING_TYPES_MAX: usize = 64;
/// People whom one can ask about a meeting: lists have three at most.
pub const MEETING_CONTACTS_MAX: usize = 16;
/// Kinds of days on which a meeting is special: each of the month, on each weekday.
pub const MEETING_SPECIALS_MAX: usize = 42;
/// Days and pauses that differ from a meeting's rule: a year and a half of a daily one.
pub const MEETING_EXCEPTIONS_MAX: usize = 512;
/// Versions that wait for what they stand on, or are of a later kind, per group.
pub const PARKED_OBJECTS_MAX: usize = 512;
/// Days for which it is known that an object was withdrawn: longer than anybody is away.
pub const WITHDRAWN_LIFE_DAYS: u32 = 366;
/// Bytes of a line that somebody writes, such as a topic or a label, as UTF-8.
pub const LINE_BYTES_MAX: usize = 160;
/// Days for which a share is kept, and what is said to it: people spoke to those who were in the room.
pub const SHARE_LIFE_DAYS: u32 = 30;
/// Days for which a check-in is kept.
pub const CHECK_IN_LIFE_DAYS: u32 = 7;
/// Days for which a milestone is kept.
pub const MILESTONE_LIFE_DAYS: u32 = 366;
/// Days for which a copy of somebody's own work is kept.
pub const SHOWN_LIFE_DAYS: u32 = 14;
/// Days for which a number is kept that somebody shows to some alone, if their machine is not there to say it anew.
pub const PHONE_LIFE_DAYS: u32 = 366;
/// Days after which its owner's machine says it anew: for as long a private message is sent until its reader has it.
pub const PHONE_RENEWED_DAYS: u32 = PRIVATE_LIFE_DAYS;
/// Days for which it is known that something was taken back: longer than any copy of it travels.
pub const RETRACTION_LIFE_DAYS: u32 = 180;
/// Days for which something is kept at least after it came, so that who was away can read it.
pub const UNREAD_LIFE_DAYS: u32 = 7;
/// Milliseconds within which an author may write other words in the place of the first.
pub const EDIT_MS_MAX: u64 = 15 * 60 * 1000;
/// Milliseconds for which something own can be held back at most, to be undone: two nights to sleep on it. It keeps the time at
/// which it was written, so that what comes later than that would stand among what others have long read.
pub const HOLD_MS_MAX: u64 = 2 * 24 * 60 * 60 * 1000;
/// Bytes of the words of a call for help: a few sentences.
pub const SOS_TEXT_BYTES_MAX: usize = 1024;
/// People who are asked privately in one call for help: everybody of them hears every answer.
pub const SOS_PEOPLE_MAX: usize = 16;
/// People whom somebody picks for a bad night, beside their sponsors.
pub const SOS_PICKED_MAX: usize = 3;
/// Seconds for which a node waits at most with a stage of a call for help.
pub const SOS_WAIT_S_MAX: u32 = 60 * 60;
/// Seconds for which a call for help can be taken back before it rings anywhere.
pub const SOS_UNDO_S: u32 = 5;
/// Seconds after which those on call, and those who may be asked at any time, are asked.
pub const SOS_ON_CALL_S: u32 = 5 * 60;
/// Seconds after which the group is asked, if that was agreed.
pub const SOS_GROUP_S: u32 = 15 * 60;
/// Milliseconds after which the crisis lines are shown again to whom nobody has answered.
pub const SOS_LINES_MS: u64 = 20 * 60 * 1000;
/// Milliseconds for which "calling" and "coming" hold: nobody else needs to ring meanwhile.
pub const SOS_LEASE_MS: u64 = 10 * 60 * 1000;
/// Milliseconds after its time from which a stage of a call for help is overdue: the machine that has it was off, or away.
pub const SOS_OVERDUE_MS: u64 = 60 * 1000;
/// Milliseconds for which an overdue stage waits: machines that have just met tell each other what came of it in that time, and
/// after minutes a moment keeps nobody from help.
pub const SOS_OVERDUE_WAIT_MS: u64 = 10 * 1000;
/// Days for which a call for help is kept, and what was said to it.
pub const SOS_LIFE_DAYS: u32 = 30;
/// Days for which it is kept after its end.
pub const SOS_CLOSED_LIFE_DAYS: u32 = 7;
/// Calls for help that a node keeps of one group; of more, the oldest is not shown any more.
pub const SOS_MAX: usize = 256;
/// Answers of one person to one call for help that count; of more, the oldest is dropped.
pub const SOS_ANSWERS_MAX: usize = 16;
/// Days of which it is shown when nobody is on call.
pub const COVERAGE_DAYS: u32 = 7;
/// Milliseconds for which somebody can be on call at one time.
pub const ON_CALL_MS_MAX: u64 = 7 * 24 * 60 * 60 * 1000;
/// Days for which a visitor stays, and by which somebody can let them stay longer: four weekly meetings.
pub const STAY_DAYS: u64 = 30;
/// Days before the end of a visit from which it is said to the visitor: a weekly meeting lies in between.
pub const STAY_NOTICE_DAYS: u64 = 7;
/// Days for which it is said at least before a visitor's node leaves: whoever was away has time to answer.
pub const STAY_NOTICE_DAYS_MIN: u64 = 2;
/// Days after the end of a visit from which a servant's node ends it, if the visitor's own node has not.
pub const STAY_GRACE_DAYS: u64 = 7;
/// Milliseconds for which a node has to be in touch with the group before it ends a visit: what is there has come by then.
pub const STAY_SETTLE_MS: u64 = 10 * 60 * 1000;
/// People in one circle.
pub const CIRCLE_MAX: usize = 50;
/// Bytes of a member's or a group's name, as UTF-8.
pub const NAME_BYTES_MAX: usize = 64;
/// Milliseconds for which a node looks at a group by a ticket, if nobody ends it: time to read, and to find somebody who is on.
pub const LOOK_MS: u64 = 15 * 60 * 1000;
/// Members of one group.
pub const MEMBERS_MAX: usize = 1000;
/// Messages that one message may refer to.
pub const MESSAGE_REFS_MAX: usize = 4;
/// Addresses in one endpoint record.
pub const ENDPOINT_ADDRESSES_MAX: usize = 8;
/// Bytes of one address, which the core never looks into.
pub const ADDRESS_BYTES_MAX: usize = 256;
/// Keepers among the endpoints of a ticket or an identity: members are to be found, too.
pub const TICKET_KEEPERS_MAX: usize = 2;
/// Rooms that a keeper carries, and tickets that wait for one: every hello is held against each of them.
pub const KEPT_ROOMS_MAX: usize = 10_000;
/// Endpoints in one ticket.
pub const TICKET_ENDPOINTS_MAX: usize = 4;
/// Fragments of one payload.
pub const FRAGMENTS_MAX: u16 = 64;
/// Payloads that wait for their fragments, per room.
pub const FRAGMENT_SETS_MAX: usize = 8;
/// Endpoints that are kept for coming back after a loss: some of them are there when others have moved.
pub const IDENTITY_ENDPOINTS_MAX: usize = 32;
/// Milliseconds for which an own event that a loss took is looked for before this device writes another one: when the
/// envelopes that could carry it are gone, only the logs of those who were never met could still have it.
pub const LAST_WORD_SEARCH_MS: u64 = 31 * 24 * 60 * 60 * 1000;
/// Groups, pairs not counted, that one node takes part in.
pub const GROUPS_MAX: usize = 16;
/// Days for which a private message is sent again until its reader has it.
pub const PRIVATE_LIFE_DAYS: u32 = 90;
/// Links of sponsor and sponsee between two people that are remembered, ended ones too, so that a late word does not bring
/// one back.
pub const SPONSOR_LINKS_MAX: usize = 16;
/// Days after admission for which private messages of people whom a newcomer has not written to wait.
pub const SHIELD_DAYS: u32 = 90;
/// People who read a report at least, as long as there are so many.
pub const SAFETY_CONTACTS_MIN: usize = 2;
/// Safety contacts of a group: more would make a report a public matter.
pub const SAFETY_CONTACTS_MAX: usize = 8;
/// Messages that can be enclosed in a report.
pub const REPORT_COPIES_MAX: usize = 8;
/// Bytes of all messages that are enclosed in a report: three of the longest.
pub const REPORT_COPIES_BYTES_MAX: usize = 256 * 1024;
/// Private pairs of one group.
pub const PAIRS_MAX: usize = 1000;
/// Devices remembered as holders of one own message.
pub const HOLDERS_MAX: usize = 256;
/// Remembered client request ids; the oldest is forgotten first.
pub const REQUESTS_MAX: usize = 1024;
/// Records that a member keeps for themselves: three a day for nine years, and one look at all of them stays quick.
pub const OWN_RECORDS_MAX: usize = 10_000;
/// Bytes of all such records: they are read whole to find those of one kind.
pub const OWN_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Such records on one page.
pub const OWN_PAGE_MAX: usize = 100;
/// Bytes of such records after which a page ends early, so that one look never costs much memory.
pub const OWN_PAGE_BYTES_MAX: usize = 1024 * 1024;
/// The strongest urge that can be written down.
pub const URGE_MAX: u8 = 10;
/// The highest number of a step: the programs have twelve. Others carry a name.
pub const STEPS_MAX: u8 = 12;
