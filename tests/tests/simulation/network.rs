//! The disturbances of the network and of the servers.

use std::time::Duration;

use turmoil::Sim;

use crate::model::Shared;
use crate::schedule::{CLIENT, Disturbance, Kind, Schedule};

/// How long a server that crashed at work is down.
const RESTART: Duration = Duration::from_millis(400);

/// Brings the schedule's disturbances about at their times.
pub(crate) struct Network {
    coming: Vec<Disturbance>,
    lasting: Vec<Disturbance>,
    servers: &'static [&'static str],
    calm: bool,
}

impl Network {
    pub(crate) fn new(schedule: &Schedule) -> Self {
        let mut coming = schedule.disturbances.clone();
        coming.sort_by_key(|disturbance| std::cmp::Reverse(disturbance.begin));
        Self { coming, lasting: Vec::new(), servers: schedule.servers, calm: false }
    }

    /// Does what is due; ends everything once it is to be `calm`.
    pub(crate) fn advance(&mut self, sim: &mut Sim<'_>, model: &Shared, calm: bool) {
        let now = sim.elapsed();
        for server in std::mem::take(&mut model.lock().crashed) {
            self.coming.push(Disturbance {
                server,
                kind: Kind::Down,
                begin: now,
                end: now + RESTART,
            });
        }
        while self.coming.last().is_some_and(|next| next.begin <= now) {
            let next = self.coming.pop().unwrap();
            if !calm {
                begin(sim, next);
            }
            self.lasting.push(next);
        }
        let over = |disturbance: &Disturbance| calm || disturbance.end <= now;
        for disturbance in self.lasting.extract_if(.., |disturbance| over(disturbance)) {
            end(sim, disturbance);
        }
        if calm && !self.calm {
            self.calm = true;
            self.coming.clear();
            sim.set_fail_rate(0.0);
            self.servers.iter().for_each(|&server| sim.repair(CLIENT, server));
        }
    }
}

fn begin(sim: &mut Sim<'_>, Disturbance { server, kind, .. }: Disturbance) {
    match kind {
        Kind::Partition => sim.partition(CLIENT, server),
        Kind::Hold => sim.hold(CLIENT, server),
        Kind::Down => sim.crash(server),
    }
}

fn end(sim: &mut Sim<'_>, Disturbance { server, kind, .. }: Disturbance) {
    match kind {
        Kind::Partition => sim.repair(CLIENT, server),
        Kind::Hold => sim.release(CLIENT, server),
        Kind::Down if sim.is_host_running(server) => {}
        Kind::Down => sim.bounce(server),
    }
}
