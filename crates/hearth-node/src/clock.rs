//! The wall clock for the core, and the news that it jumped or that the machine slept.
//!
//! On Linux the kernel tells: a timer that is cancelled when the wall clock is set, which it also is after a suspend.
//! Nothing wakes up in between. Elsewhere, and where such a timer cannot be had, a coarse tick compares the wall clock
//! with the monotonic one.

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use hearth_core::ids::Timestamp;

/// Returns the wall clock's time; 1970 for a clock set before that.
pub fn now() -> Timestamp {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX))
}

/// Returns the day that it is here, by the system's time zone.
pub fn today() -> jiff::civil::Date {
    jiff::Zoned::now().date()
}

/// A difference between the wall clock and the monotonic clock that was not there before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Jump {
    /// Milliseconds that the wall clock moved more than the monotonic clock; negative if it was set back. A suspended
    /// machine jumps forward, because its monotonic clock stands still.
    pub ms: i64,
}

/// Watches for jumps.
#[derive(Debug)]
pub struct ClockWatch {
    seen: Reading,
    alarm: Option<alarm::Alarm>,
}

impl ClockWatch {
    /// Starts to watch. Must be called on a runtime.
    pub fn start() -> Self {
        let alarm = match alarm::Alarm::set() {
            Ok(alarm) => Some(alarm),
            Err(error) => {
                tracing::info!(kind = ?error.kind(), "the clock is watched by a coarse tick");
                None
            }
        };
        Self { seen: Reading::take(), alarm }
    }

    /// Waits for the next jump. Loses nothing when dropped while it waits.
    pub async fn jumped(&mut self) -> Jump {
        loop {
            match &mut self.alarm {
                Some(alarm) => {
                    if let Err(error) = alarm.rang().await {
                        tracing::warn!(kind = ?error.kind(), "the clock is watched by a coarse tick from here on");
                        self.alarm = None;
                    }
                }
                None => tokio::time::sleep(TICK).await,
            }
            if let Some(jump) = self.seen.advance(Reading::take()) {
                return jump;
            }
        }
    }
}

/// Both clocks at one time.
#[derive(Clone, Copy, Debug)]
struct Reading {
    wall: Timestamp,
    monotonic: Instant,
}

impl Reading {
    fn take() -> Self {
        Self { wall: now(), monotonic: Instant::now() }
    }

    /// Moves on to a later reading and returns the jump between the two, if there was one.
    fn advance(&mut self, later: Self) -> Option<Jump> {
        let signed = |ms: u64| i64::try_from(ms).unwrap_or(i64::MAX);
        let elapsed = later.monotonic.saturating_duration_since(self.monotonic).as_millis();
        let wall_ms = signed(later.wall.0).saturating_sub(signed(self.wall.0));
        let ms = wall_ms.saturating_sub(i64::try_from(elapsed).unwrap_or(i64::MAX));
        *self = later;
        (ms.unsigned_abs() >= JUMP_MS_MIN).then_some(Jump { ms })
    }
}

#[cfg(target_os = "linux")]
mod alarm {
    use std::{io, os::fd::OwnedFd};

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create,
        timerfd_settime,
    };
    use tokio::io::{Interest, unix::AsyncFd};

    /// A timer for the end of time that the kernel cancels when the wall clock is set.
    #[derive(Debug)]
    pub(super) struct Alarm(AsyncFd<OwnedFd>);

    impl Alarm {
        // The successor of `with_interest` is unsafe, because a type could hand out another file each time it is asked.
        // `OwnedFd` does not.
        #[allow(deprecated)]
        pub(super) fn set() -> io::Result<Self> {
            let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
            let timer = timerfd_create(TimerfdClockId::Realtime, flags)?;
            let flags = TimerfdTimerFlags::ABSTIME | TimerfdTimerFlags::CANCEL_ON_SET;
            let never = Itimerspec {
                it_interval: Timespec { tv_sec: 0, tv_nsec: 0 },
                it_value: Timespec { tv_sec: FAR_AWAY_SECONDS, tv_nsec: 0 },
            };
            timerfd_settime(&timer, flags, &never)?;
            Ok(Self(AsyncFd::with_interest(timer, Interest::READABLE)?))
        }

        /// Waits until the clock is set. The timer stays armed.
        pub(super) async fn rang(&mut self) -> io::Result<()> {
            loop {
                let mut guard = self.0.readable().await?;
                let read = guard.try_io(|timer| Ok(rustix::io::read(timer, &mut [0; 8])?));
                match read {
                    Ok(Err(error))
                        if error.raw_os_error() == Some(rustix::io::Errno::CANCELED.raw_os_error()) =>
                    {
                        return Ok(());
                    }
                    Ok(Ok(_)) => return Ok(()),
                    Ok(Err(error)) => return Err(error),
                    Err(_would_block) => {}
                }
            }
        }
    }

    /// The year 3000, in seconds since 1970.
    const FAR_AWAY_SECONDS: i64 = 32_503_680_000;
}

#[cfg(not(target_os = "linux"))]
mod alarm {
    use std::io;

    /// No other system's way of telling has been built.
    #[derive(Debug)]
    pub(super) enum Alarm {}

    impl Alarm {
        pub(super) fn set() -> io::Result<Self> {
            Err(io::ErrorKind::Unsupported.into())
        }

        pub(super) async fn rang(&mut self) -> io::Result<()> {
            match *self {}
        }
    }
}

/// Milliseconds from which a difference is a jump. Slower corrections of the clock do not break sessions.
const JUMP_MS_MIN: u64 = 5_000;
/// Pause between two looks where the kernel does not tell: a suspended machine is back in half a minute, and two wake-ups
/// a minute do not keep a processor from sleeping.
const TICK: Duration = Duration::from_secs(30);

#[cfg(test)]
mod tests {
    use super::*;

    fn later(from: &Reading, wall_ms: i64, monotonic_ms: u64) -> Reading {
        Reading {
            wall: Timestamp(from.wall.0.checked_add_signed(wall_ms).unwrap()),
            monotonic: from.monotonic + Duration::from_millis(monotonic_ms),
        }
    }

    #[test]
    fn time_that_passes_is_no_jump() {
        let mut seen = Reading::take();
        for _ in 0..1000 {
            let next = later(&seen, 31_000, 30_000);
            assert_eq!(seen.advance(next), None);
        }
    }

    #[test]
    fn suspend_and_setting_the_clock_are_jumps() {
        let mut seen = Reading::take();
        let next = later(&seen, 3_600_000, 10);
        assert_eq!(seen.advance(next), Some(Jump { ms: 3_599_990 }));
        let next = later(&seen, -86_400_000, 0);
        assert_eq!(seen.advance(next), Some(Jump { ms: -86_400_000 }));
        let next = later(&seen, 4_999, 0);
        assert_eq!(seen.advance(next), None);
        let next = later(&seen, 5_000, 0);
        assert_eq!(seen.advance(next), Some(Jump { ms: 5_000 }));
    }

    #[test]
    fn the_wall_clock_is_in_this_century() {
        assert!(now() > Timestamp(1_700_000_000_000));
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn the_alarm_is_set_and_silent() {
        let mut watch = ClockWatch::start();
        assert!(watch.alarm.is_some());
        assert!(futures::poll!(std::pin::pin!(watch.jumped())).is_pending());
    }
}
