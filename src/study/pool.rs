//! Sessions: the static trial handed to the walking trials, their strides pooled.
//!
//! In: the stored recordings. Out: findings per recording with the session's static trial, and
//! findings per session with recordings as blocks of the bootstrap.

use super::one::hex_hash;
use super::rows::{SessionRow, StrideRow};
use super::store::{PoolMember, PooledSession, SecondPass, Store};
use super::summary::metric_summary;
use crate::analysis::Status;
use crate::classify::{self, Background, Flag, Measurement, StrideFeatures};
use crate::inertial::StandingTrial;
use crate::metrics::StandingPosture;
use crate::norms::Norms;
use crate::recording::{Format, Kind, Side, SubjectFacts, Warning};
use crate::settings::Settings;
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicUsize, Ordering};

/// A static trial: its name and the posture measured in it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct StaticTrial {
    /// Recording name.
    pub name: String,
    /// Posture.
    pub posture: StandingPosture,
    /// Subjects that its file declares.
    pub subjects: Vec<String>,
    /// How inertial sensors sit in it, when it is one of sensors.
    #[serde(default)]
    pub sensors: Option<StandingTrial>,
}

/// Subject, session, condition.
type Key = (String, String, String);

/// Pools every session of which something has changed; their number. `given` is the static trial
/// of `--static`, used for all; an error of `stop` ends it before the next session.
pub fn pool_sessions(
    store: &Store,
    settings: &Settings,
    norms: &Norms,
    given: Option<&StaticTrial>,
    stop: &(dyn Fn() -> anyhow::Result<()> + Sync),
) -> anyhow::Result<usize> {
    let members = store.pool_members()?;
    let groups = groups(&members, settings);
    let stored = store.pool_keys()?;
    store.keep_sessions(&groups.keys().cloned().collect::<BTreeSet<_>>())?;
    let settings_hash = settings.hash();
    let pooled = AtomicUsize::new(0);
    groups.into_par_iter().try_for_each(|(key, group)| {
        stop()?;
        let standing = given
            .cloned()
            .or_else(|| static_trial(&group, &members, settings));
        let pool_key = pool_key(&group, standing.as_ref(), &settings_hash, norms);
        if stored.get(&key) == Some(&pool_key) {
            return Ok(());
        }
        let strides: Vec<Vec<StrideRow>> = group
            .walks
            .iter()
            .map(|walk| store.strides_without_curves(&walk.row.recording))
            .collect::<anyhow::Result<_>>()?;
        let session = Session {
            key,
            group,
            strides,
            standing,
            settings,
            norms,
        };
        pooled.fetch_add(1, Ordering::Relaxed);
        store.save_session(&session.pooled(pool_key))
    })?;
    Ok(pooled.into_inner())
}

fn key(member: &PoolMember) -> Key {
    let row = &member.row;
    (
        row.subject.clone(),
        row.session.clone(),
        row.condition.clone(),
    )
}

/// Walking recordings that are pooled.
#[derive(Default)]
struct Group<'a> {
    walks: Vec<&'a PoolMember>,
    /// Taken out of its folder's session, whose recordings show people of different size.
    several_people: bool,
}

impl Group<'_> {
    fn guessed(&self) -> bool {
        self.walks.iter().any(|w| w.subject_guessed)
    }
}

/// The walking recordings by session. Where only a folder says whose they are and the people in it
/// differ in size, each of them is a session of its own, named by the recording.
fn groups<'a>(members: &'a [PoolMember], settings: &Settings) -> BTreeMap<Key, Group<'a>> {
    let mut groups: BTreeMap<Key, Group> = BTreeMap::new();
    for member in members.iter().filter(|m| m.row.status == Status::Analysed) {
        groups.entry(key(member)).or_default().walks.push(member);
    }
    let mut apart: BTreeMap<Key, Group> = BTreeMap::new();
    groups.retain(|(subject, _, condition), group| {
        let several = group.guessed() && differ_in_size(&group.walks, settings);
        for &walk in group.walks.iter().filter(|_| several) {
            let session = walk.row.recording.clone();
            let key = (subject.clone(), session, condition.clone());
            let alone = Group {
                walks: vec![walk],
                several_people: true,
            };
            apart.insert(key, alone);
        }
        !several
    });
    groups.extend(apart);
    groups
}

fn differ_in_size(walks: &[&PoolMember], settings: &Settings) -> bool {
    let max = settings.study.same_person_max;
    walks.iter().enumerate().any(|(i, a)| {
        let mut others = walks.iter().skip(i + 1);
        others.any(|b| a.size.differs(&b.size, max))
    })
}

/// The standing trial of a session: of the same condition if there is one, else of any; the first
/// by name. Where only a folder says whose it is, the person must be of the same size.
fn static_trial(group: &Group, members: &[PoolMember], settings: &Settings) -> Option<StaticTrial> {
    let walk = group.walks.first()?;
    let (subject, session, condition) = key(walk);
    let same_person = |m: &PoolMember| {
        let max = settings.study.same_person_max;
        !(walk.subject_guessed || m.subject_guessed) || !walk.size.differs(&m.size, max)
    };
    let mut standing = members.iter().filter_map(|m| {
        let row = &m.row;
        let fits = row.status == Status::Standing
            && (&row.subject, &row.session) == (&subject, &session)
            && same_person(m);
        let posture = m
            .own_standing
            .filter(|p| p.pelvis_obliquity_deg.is_some())?;
        fits.then(|| {
            let trial = StaticTrial {
                name: row.recording.clone(),
                posture,
                subjects: m.file_subjects.clone(),
                sensors: None,
            };
            (row.condition != condition, trial)
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
fn pool_key(
    group: &Group,
    standing: Option<&StaticTrial>,
    settings_hash: &str,
    norms: &Norms,
) -> String {
    let members: Vec<_> = group
        .walks
        .iter()
        .map(|m| (&m.row.recording, &m.analysis_key))
        .collect();
    let parts = format!(
        "{settings_hash}\n{}\n{members:?}\n{standing:?}\n{}",
        norms.hash(),
        group.several_people
    );
    hex_hash(parts.as_bytes())
}

/// One session on its way to be pooled.
struct Session<'a> {
    key: Key,
    group: Group<'a>,
    strides: Vec<Vec<StrideRow>>,
    standing: Option<StaticTrial>,
    settings: &'a Settings,
    norms: &'a Norms,
}

impl Session<'_> {
    fn classify(
        &self,
        blocks: &[Vec<StrideFeatures>],
        background: &Background,
    ) -> crate::recording::PerSide<classify::LimbFinding> {
        // the larger measurement error goes for all when one recording has it
        let opensim = Format::OpenSim.name();
        let markerless = self.group.walks.iter().any(|m| m.row.format == opensim);
        let inertial = (0..self.group.walks.len()).any(|i| self.is_inertial(i));
        let measurement = match () {
            () if markerless => Measurement::Markerless,
            () if inertial => Measurement::Inertial,
            () => Measurement::Optical,
        };
        // angles of sensors are counted from standing already
        let standing = self.standing.as_ref().filter(|_| !inertial);
        let posture = standing.map(|s| &s.posture);
        classify::classify(blocks, posture, measurement, background, self.settings)
    }

    fn is_inertial(&self, index: usize) -> bool {
        self.group.walks[index].row.kind == Kind::Inertial.name()
    }

    /// What the decision model needs of a recording's strides.
    fn features(&self, index: usize) -> Vec<StrideFeatures> {
        let features = used_features(&self.strides[index]);
        match self.is_inertial(index) {
            true => features
                .into_iter()
                .map(StrideFeatures::without_knee)
                .collect(),
            false => features,
        }
    }

    fn pooled(&self, pool_key: String) -> PooledSession {
        let copies = self.copies();
        let recordings = (0..self.group.walks.len())
            .map(|i| self.second_pass(i, copies[i]))
            .collect();
        let once: Vec<usize> = (0..self.group.walks.len())
            .filter(|&i| copies[i].is_none() && !self.cannot_be_pooled(i))
            .collect();
        PooledSession {
            rows: self.rows(&once),
            recordings,
            pool_key,
        }
    }

    /// Strides of a recording whose sides are in doubt would be pooled on the wrong limb, those of
    /// loose pelvis markers would spoil the others.
    fn cannot_be_pooled(&self, index: usize) -> bool {
        let warnings = &self.group.walks[index].row.warnings;
        warnings.iter().any(classify::blocks_a_label)
    }

    /// The finding of one recording, now that the static trial is known.
    fn second_pass(&self, index: usize, copy_of: Option<usize>) -> SecondPass {
        let walk = self.group.walks[index];
        let background = Background {
            facts: walk.facts.clone(),
            norms: self.norms.clone(),
            warnings: walk.row.warnings.clone(),
        };
        let limbs = self.classify(&[self.features(index)], &background);
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
            warnings: self
                .copy_warning(index, copy_of)
                .into_iter()
                .chain(self.several_people())
                .chain(self.other_subject_stands(index))
                .collect(),
            pool_session: self.group.several_people.then(|| self.key.1.clone()),
        }
    }

    /// Both limbs of the session, from the recordings at `indices`.
    fn rows(&self, indices: &[usize]) -> Vec<SessionRow> {
        let blocks: Vec<Vec<StrideFeatures>> = indices.iter().map(|&i| self.features(i)).collect();
        let background = Background {
            facts: SubjectFacts::together(self.group.walks.iter().map(|w| &w.facts)),
            norms: self.norms.clone(),
            // without any recording to pool the session says why
            warnings: match indices {
                [] => self.warnings_once(),
                _ => Vec::new(),
            },
        };
        let mut limbs = self.classify(&blocks, &background);
        let doubts = self.doubts();
        for side in Side::BOTH {
            limbs[side].flags.extend(doubts.iter().cloned());
        }
        let (subject, session, condition) = self.key.clone();
        let row = |side: Side| SessionRow {
            subject: subject.clone(),
            session: session.clone(),
            condition: condition.clone(),
            recordings: indices
                .iter()
                .map(|&i| self.group.walks[i].row.recording.clone())
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

    /// The warnings of the recordings, those of one kind once.
    fn warnings_once(&self) -> Vec<Warning> {
        let mut seen = BTreeSet::new();
        let all = self.group.walks.iter().flat_map(|w| &w.row.warnings);
        all.filter(|w| seen.insert(&w.code)).cloned().collect()
    }

    /// Why the session may hold something else than one person's walks.
    fn doubts(&self) -> Vec<Flag> {
        let advice = |code: &'static str, message: String| Flag {
            code: code.into(),
            blocking: false,
            message,
        };
        let mut flags = Vec::new();
        if let Some(warning) = self.several_people() {
            flags.push(advice("several-people", warning.message));
        } else if self.group.guessed() && self.group.walks.len() > 1 {
            let message = format!(
                "Subject guessed from the folder: nothing in the {} recordings says that one person \
                 walks in all of them. Name the subjects with --subjects.",
                self.group.walks.len()
            );
            flags.push(advice("subject-guessed", message));
        }
        let other = (0..self.group.walks.len()).find_map(|i| self.other_subject_stands(i));
        flags.extend(other.map(|warning| advice("static-of-another", warning.message)));
        flags
    }

    /// The static trial names another subject than the recording.
    fn other_subject_stands(&self, index: usize) -> Option<Warning> {
        let standing = self.standing.as_ref()?;
        let ([stands], [walks]) = (
            standing.subjects.as_slice(),
            self.group.walks[index].file_subjects.as_slice(),
        ) else {
            return None;
        };
        let same = stands.trim().to_lowercase() == walks.trim().to_lowercase();
        let message = format!(
            "the static trial is of subject {stands}, the recording of subject {walks}: give the \
             static trial of the same person"
        );
        let named = !stands.trim().is_empty() && !walks.trim().is_empty();
        (named && !same).then(|| Warning::at("static-of-another", &standing.name, message))
    }

    fn several_people(&self) -> Option<Warning> {
        let message = "the recordings of its folder show people of different size: it was not \
                       pooled with them; name the subjects with --subjects";
        let several = self.group.several_people;
        several.then(|| Warning::new("several-people", message))
    }

    /// For every recording the one it is a copy of: of those that hold the same walk the one with
    /// most strides is kept, the first by name of equals.
    fn copies(&self) -> Vec<Option<usize>> {
        let used = |i: usize| used_features(&self.strides[i]).len();
        let mut order: Vec<usize> = (0..self.group.walks.len()).collect();
        order.sort_by_key(|&i| std::cmp::Reverse(used(i)));
        let mut copies = vec![None; self.group.walks.len()];
        let mut kept: Vec<usize> = Vec::new();
        for i in order {
            let same = |&k: &usize| self.is_within(k, i, self.settings.study.same_walk_max_m);
            copies[i] = kept.iter().copied().find(same);
            if copies[i].is_none() {
                kept.push(i);
            }
        }
        copies
    }

    fn is_within(&self, a: usize, b: usize, metres: f64) -> bool {
        let (a, b) = (self.group.walks[a], self.group.walks[b]);
        // two bouts of one recording are no copies, the same bout of two copies is
        (&a.row.content_hash, a.row.start_s) == (&b.row.content_hash, b.row.start_s)
            || a.way.apart_m(&b.way).is_some_and(|apart| apart <= metres)
    }

    /// What a person should know about a recording that is a copy of another, or may be.
    fn copy_warning(&self, index: usize, copy_of: Option<usize>) -> Option<Warning> {
        let name = |i: usize| &self.group.walks[i].row.recording;
        if let Some(original) = copy_of {
            let name = name(original);
            let message = format!("holds the same walk as {name}; it counts once in the session");
            return Some(Warning::at("copy", name, message));
        }
        let similar = |&i: &usize| self.is_within(i, index, self.settings.study.similar_walk_max_m);
        let other = name((0..index).find(similar)?);
        let message = format!(
            "looks like the walk of {other}, processed in another way; both count in the session: \
             take one of them away if they are one trial"
        );
        Some(Warning::at("similar-walk", other, message))
    }
}

/// What the decision model needs of the strides that are used.
fn used_features(strides: &[StrideRow]) -> Vec<StrideFeatures> {
    strides
        .iter()
        .filter_map(|s| StrideFeatures::of(&s.stride, &s.metrics, &s.evidence))
        .collect()
}
