//! Sessions: the static trial handed to the walking trials, their strides pooled.
//!
//! In: the stored recordings. Out: findings per recording with the session's static trial, and
//! findings per session with recordings as blocks of the bootstrap.

use super::one::hex_hash;
use super::rows::{SessionRow, StrideRow, StudyData};
use super::store::{PoolMember, PooledSession, SecondPass, Store};
use super::summary::metric_summary;
use crate::analysis::Status;
use crate::classify::{self, Measurement, StrideFeatures};
use crate::metrics::StandingPosture;
use crate::recording::{Side, Warning};
use crate::settings::Settings;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// A static trial: its name and the posture measured in it.
#[derive(Debug, Clone, PartialEq)]
pub struct StaticTrial {
    /// Recording name.
    pub name: String,
    /// Posture.
    pub posture: StandingPosture,
}

/// Subject, session, condition.
type Key = (String, String, String);

/// Pools every session of which something has changed. `given` is the static trial of `--static`,
/// used for all.
pub fn pool_sessions(
    store: &Store,
    settings: &Settings,
    given: Option<&StaticTrial>,
) -> anyhow::Result<()> {
    let members = store.pool_members()?;
    let mut walks: BTreeMap<Key, Vec<&PoolMember>> = BTreeMap::new();
    for member in members.iter().filter(|m| m.row.status == Status::Analysed) {
        walks.entry(key(member)).or_default().push(member);
    }
    let stored = store.pool_keys()?;
    store.keep_sessions(&walks.keys().cloned().collect::<BTreeSet<_>>())?;
    let settings_hash = settings.hash();
    walks.into_par_iter().try_for_each(|(key, walks)| {
        let standing = given.cloned().or_else(|| static_trial(&key, &members));
        let pool_key = pool_key(&walks, standing.as_ref(), &settings_hash);
        if stored.get(&key) == Some(&pool_key) {
            return Ok(());
        }
        let strides: Vec<Vec<StrideRow>> = walks
            .iter()
            .map(|walk| store.strides(&walk.row.recording))
            .collect::<anyhow::Result<_>>()?;
        let session = Session {
            key,
            walks,
            strides,
            standing,
            settings,
        };
        store.save_session(&session.pooled(pool_key))
    })
}

fn key(member: &PoolMember) -> Key {
    let row = &member.row;
    (
        row.subject.clone(),
        row.session.clone(),
        row.condition.clone(),
    )
}

/// The standing trial of a session: of the same condition if there is one, else of any; the first
/// by name.
fn static_trial(key: &Key, members: &[PoolMember]) -> Option<StaticTrial> {
    let (subject, session, condition) = key;
    let mut standing = members.iter().filter_map(|m| {
        let row = &m.row;
        let fits =
            row.status == Status::Standing && (&row.subject, &row.session) == (subject, session);
        let posture = m
            .own_standing
            .filter(|p| p.pelvis_obliquity_deg.is_some())?;
        fits.then(|| {
            let trial = StaticTrial {
                name: row.recording.clone(),
                posture,
            };
            (row.condition != *condition, trial)
        })
    });
    let first = standing.next()?;
    // `min_by_key` keeps the first of equals
    let best = std::iter::once(first)
        .chain(standing)
        .min_by_key(|(other, _)| *other)?;
    Some(best.1)
}

/// Hash of everything that is pooled and how.
fn pool_key(walks: &[&PoolMember], standing: Option<&StaticTrial>, settings_hash: &str) -> String {
    let members: Vec<_> = walks
        .iter()
        .map(|m| (&m.row.recording, &m.analysis_key))
        .collect();
    let parts = format!("{settings_hash}\n{members:?}\n{standing:?}");
    hex_hash(parts.as_bytes())
}

/// One session on its way to be pooled.
struct Session<'a> {
    key: Key,
    walks: Vec<&'a PoolMember>,
    strides: Vec<Vec<StrideRow>>,
    standing: Option<StaticTrial>,
    settings: &'a Settings,
}

impl Session<'_> {
    fn classify(
        &self,
        blocks: &[Vec<StrideFeatures>],
        aid: bool,
    ) -> crate::recording::PerSide<classify::LimbFinding> {
        let posture = self.standing.as_ref().map(|s| &s.posture);
        classify::classify(blocks, posture, Measurement::Optical, aid, self.settings)
    }

    fn pooled(&self, pool_key: String) -> PooledSession {
        let copies: Vec<Option<usize>> = (0..self.walks.len())
            .map(|i| (0..i).find(|&j| self.are_copies(j, i)))
            .collect();
        let recordings = (0..self.walks.len())
            .map(|i| self.second_pass(i, copies[i]))
            .collect();
        let once: Vec<usize> = (0..self.walks.len())
            .filter(|&i| copies[i].is_none())
            .collect();
        PooledSession {
            rows: self.rows(&once),
            recordings,
            pool_key,
        }
    }

    /// The finding of one recording, now that the static trial is known.
    fn second_pass(&self, index: usize, copy_of: Option<usize>) -> SecondPass {
        let walk = self.walks[index];
        let limbs = self.classify(&[used_features(&self.strides[index])], walk.aid);
        let warnings = copy_of.map(|original| {
            let name = &self.walks[original].row.recording;
            Warning::at(
                "copy",
                name,
                format!("holds the same strides as {name}; they count once in the session"),
            )
        });
        SecondPass {
            recording: walk.row.recording.clone(),
            finding: classify::in_words(&limbs),
            limbs,
            static_trial: self
                .standing
                .as_ref()
                .map(|s| s.name.clone())
                .unwrap_or_default(),
            standing: self.standing.as_ref().map(|s| s.posture),
            warnings: warnings.into_iter().collect(),
        }
    }

    /// Both limbs of the session, from the recordings at `indices`.
    fn rows(&self, indices: &[usize]) -> Vec<SessionRow> {
        let blocks: Vec<Vec<StrideFeatures>> = indices
            .iter()
            .map(|&i| used_features(&self.strides[i]))
            .collect();
        let limbs = self.classify(&blocks, self.walks.iter().any(|w| w.aid));
        let (subject, session, condition) = self.key.clone();
        let row = |side: Side| SessionRow {
            subject: subject.clone(),
            session: session.clone(),
            condition: condition.clone(),
            recordings: indices
                .iter()
                .map(|&i| self.walks[i].row.recording.clone())
                .collect(),
            side,
            finding: limbs[side].clone(),
            words: classify::in_words(&limbs),
            metrics: metric_summary(
                indices
                    .iter()
                    .flat_map(|&i| &self.strides[i])
                    .filter(|s| s.stride.side == side && s.stride.exclusion.is_none())
                    .map(|s| &s.metrics),
            ),
        };
        Side::BOTH.map(row).into()
    }

    /// Whether two recordings hold the same walk: the same bytes, or the same strides in another
    /// format. Counting a walk twice would make its label look more certain than it is.
    fn are_copies(&self, a: usize, b: usize) -> bool {
        let same_bytes = self.walks[a].row.content_hash == self.walks[b].row.content_hash;
        same_bytes || same_strides(&self.strides[a], &self.strides[b])
    }
}

/// Largest difference of stride times that two formats of one recording can show, seconds.
const SAME_TIME_S: f64 = 0.0006;

/// Largest difference of single-support drop that two formats of one recording can show, degrees.
const SAME_DROP_DEG: f64 = 0.02;

fn same_strides(a: &[StrideRow], b: &[StrideRow]) -> bool {
    let close = |x: f64, y: f64, by: f64| (x - y).abs() <= by;
    let same = |x: &StrideRow, y: &StrideRow| {
        x.stride.side == y.stride.side
            && close(x.stride.start_s, y.stride.start_s, SAME_TIME_S)
            && close(x.stride.end_s, y.stride.end_s, SAME_TIME_S)
            && match (x.metrics.drop_ss_deg, y.metrics.drop_ss_deg) {
                (Some(x), Some(y)) => close(x, y, SAME_DROP_DEG),
                (x, y) => x == y,
            }
    };
    !a.is_empty() && a.len() == b.len() && a.iter().zip(b).all(|(x, y)| same(x, y))
}

/// What the decision model needs of the strides that are used.
fn used_features(strides: &[StrideRow]) -> Vec<StrideFeatures> {
    strides
        .iter()
        .filter(|s| s.stride.exclusion.is_none())
        .map(|s| StrideFeatures {
            side: s.stride.side,
            metrics: s.metrics,
            evidence: s.evidence,
            events_confidence: s.stride.events_confidence,
        })
        .collect()
}
