//! Signs of foot strikes and foot offs in single rows of foot markers: cheap, early, not exact.

use super::body::Sign;
use crate::recording::{EventKind, Side};
use crate::settings::EventSettings;

/// Where the foot is in its cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Stands,
    Leaves,
    Swings,
}

/// Watches one foot. The same thresholds as the search for events, on the speed over two rows.
#[derive(Debug, Clone)]
pub(super) struct FootWatch {
    side: Side,
    phase: Phase,
    /// Heel (else ankle) and toe in the last two rows, horizontal and vertical, metres.
    last: [[[f64; 3]; 2]; 2],
}

/// What a foot is compared with.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ground {
    /// Walking speed over ground or belt, m/s.
    pub walking_m_s: f64,
    /// Velocity to be added for a moving belt, m/s.
    pub belt: [f64; 2],
    pub rate_hz: f64,
}

impl FootWatch {
    pub fn new(side: Side) -> FootWatch {
        FootWatch {
            side,
            phase: Phase::Stands,
            last: [[[f64::NAN; 3]; 2]; 2],
        }
    }

    /// Takes heel and toe of a row; a sign when an event has probably happened.
    pub fn push(
        &mut self,
        row: u64,
        [heel, toe]: [[f64; 3]; 2],
        ground: &Ground,
        settings: &EventSettings,
    ) -> Option<Sign> {
        let [before, _] = self.last;
        self.last = [self.last[1], [heel, toe]];
        let speed = |was: [f64; 3], is: [f64; 3]| {
            let [x, y, z] = [0, 1, 2].map(|k| (is[k] - was[k]) * 0.5 * ground.rate_hz);
            let [bx, by] = ground.belt;
            (x + bx).hypot(y + by).hypot(z)
        };
        let heel = speed(before[0], heel);
        let toe = speed(before[1], toe);
        let walking = ground.walking_m_s;
        let (phase, kind) = match self.phase {
            Phase::Stands if toe > settings.off_speed_factor * walking => {
                (Phase::Leaves, Some(EventKind::FootOff))
            }
            Phase::Leaves if heel > walking && toe > walking => (Phase::Swings, None),
            Phase::Leaves if toe < settings.strike_speed_factor * walking => (Phase::Stands, None),
            Phase::Swings if heel < settings.strike_speed_factor * walking => {
                (Phase::Stands, Some(EventKind::FootStrike))
            }
            phase => (phase, None),
        };
        self.phase = phase;
        let side = Some(self.side);
        // the speed over two rows is that of the row between
        let row = row.saturating_sub(1);
        kind.map(|kind| Sign { side, kind, row })
    }
}
