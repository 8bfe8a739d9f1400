//! From labels to landmarks: subject prefix, side, name.

use super::table::{CENTRES, Row, TABLE, WHOLE};
use super::{Landmark, LandmarkError, Resolved};
use crate::recording::{Recording, Side, Warning};
use std::collections::BTreeMap;

/// How labels without a `Subject:` prefix are named where others have one.
const NO_PREFIX: &str = "(no prefix)";

/// Finds the landmarks among the labels of `recording`, of `subject` when several are in the file.
///
/// Labels are compared without case and separators. A subject counts as somebody who may walk when
/// it has a pelvis marker or a hip centre; with several of them and no choice the error lists them.
///
/// # Errors
/// [`LandmarkError::SeveralSubjects`] and [`LandmarkError::NoSuchSubject`].
pub fn resolve(recording: &Recording, subject: Option<&str>) -> Result<Resolved, LandmarkError> {
    let mut groups: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (index, marker) in recording.markers.iter().enumerate() {
        let given = recording.given.landmarks.values();
        let is_given = given
            .into_iter()
            .any(|l| bare_label(&marker.label) == bare_label(l));
        if is_given || is_named(&marker.label) {
            let prefix = split_prefix(&marker.label).0;
            groups.entry(prefix).or_default().push(index);
        }
    }
    let mut found: BTreeMap<&str, BTreeMap<Landmark, Match>> = BTreeMap::new();
    for (&prefix, indices) in &groups {
        let mut matches = match_group(recording, indices);
        give(recording, indices, &mut matches)?;
        found.insert(prefix, matches);
    }
    let prefix = choose_subject(recording, &found, subject)?;
    let matches = found.get(prefix).cloned().unwrap_or_default();
    let group = groups.get(prefix).map(Vec::as_slice).unwrap_or_default();
    let labels = recording.given.landmarks.values();
    let unused: Vec<&str> = labels
        .filter(|label| !label.trim().is_empty())
        .filter(|label| find_label(recording, group, label).is_none())
        .map(String::as_str)
        .collect();

    let mut resolved = Resolved {
        subject: (!prefix.is_empty()).then(|| prefix.to_owned()),
        ..Resolved::default()
    };
    if subject.is_none() && found.len() > 1 && !prefix.is_empty() {
        let others = found.keys().filter(|p| **p != prefix && !p.is_empty());
        resolved.passed_over = others.map(|p| (*p).to_owned()).collect();
    }
    if !resolved.passed_over.is_empty() {
        resolved.warnings.push(Warning::new(
            "several-subjects",
            format!(
                "the file holds {prefix} and {}; {prefix} was taken, who alone has a pelvis \
                 (--subject chooses)",
                resolved.passed_over.join(", ")
            ),
        ));
    }
    let mut repeated = Vec::new();
    for (landmark, best) in matches {
        if let Some(other) = best.duplicate {
            let label = &recording.markers[best.index].label;
            repeated.push(format!(
                "{label} (markers {} and {})",
                best.index + 1,
                other + 1
            ));
        }
        resolved.indices.insert(landmark, best.index);
    }
    if !unused.is_empty() {
        resolved.warnings.push(Warning::new(
            "map-unused",
            format!(
                "the map names labels that are not in the file: {}",
                unused.join(", ")
            ),
        ));
    }
    if !repeated.is_empty() {
        resolved.warnings.push(Warning::new(
            "duplicate-label",
            format!(
                "labels occur more than once: {}; the first of each was taken, rename the markers \
                 where that is wrong",
                repeated.join(", ")
            ),
        ));
    }
    let taken: Vec<usize> = resolved.indices.values().copied().collect();
    resolved.unmatched = recording
        .markers
        .iter()
        .enumerate()
        .filter(|(i, m)| !taken.contains(i) && !m.label.trim().is_empty())
        .map(|(_, m)| m.label.clone())
        .collect();
    Ok(resolved)
}

/// Puts the markers that the user's map names in the place of those that were recognised; an empty
/// label leaves the landmark out. A marker that the map gives to one landmark is no other's.
fn give(
    recording: &Recording,
    group: &[usize],
    matches: &mut BTreeMap<Landmark, Match>,
) -> Result<(), LandmarkError> {
    let given = &recording.given.landmarks;
    super::check_names(given.keys())?;
    let mut named = Vec::new();
    for (landmark, label) in given {
        let Some(landmark) = Landmark::from_label(landmark) else {
            continue;
        };
        if label.trim().is_empty() {
            matches.remove(&landmark);
            continue;
        }
        named.extend(find_label(recording, group, label).map(|index| (landmark, index)));
    }
    matches.retain(|_, held| named.iter().all(|(_, index)| *index != held.index));
    for (landmark, index) in named {
        let seen = recording
            .markers
            .get(index)
            .is_some_and(|m| m.position.present() > 0);
        let given = Match {
            index,
            rank: 0,
            seen,
            duplicate: None,
        };
        matches.insert(landmark, given);
    }
    Ok(())
}

/// The marker of a label in a map: the whole label, or what stands behind the `Subject:` prefix;
/// exactly, else without case.
fn find_label(recording: &Recording, group: &[usize], label: &str) -> Option<usize> {
    let label = label.trim();
    let ways: [fn(&str, &str) -> bool; 4] = [
        |stored, wanted| stored.trim() == wanted,
        |stored, wanted| bare_label(stored) == wanted,
        |stored, wanted| stored.trim().eq_ignore_ascii_case(wanted),
        |stored, wanted| bare_label(stored).eq_ignore_ascii_case(wanted),
    ];
    ways.into_iter().find_map(|is_same| {
        group.iter().copied().find(|&index| {
            let marker = recording.markers.get(index);
            marker.is_some_and(|marker| is_same(&marker.label, label))
        })
    })
}

/// A label without its `Subject:` prefix.
pub fn bare_label(label: &str) -> &str {
    split_prefix(label).1
}

/// A landmark's best marker so far.
#[derive(Debug, Clone, Copy)]
struct Match {
    index: usize,
    /// Place of the name in its row: lower is better.
    rank: usize,
    /// The marker was seen in at least one frame.
    seen: bool,
    /// Another seen marker of the very same name.
    duplicate: Option<usize>,
}

/// False for blank labels and for what capture programs call unidentified (`*12`, `#`, `U_3`…).
fn is_named(label: &str) -> bool {
    let bare = split_prefix(label).1;
    bare.chars().any(|c| c.is_ascii_alphabetic()) && !bare.starts_with(['*', '#'])
}

/// `Subject:LASI` → (`Subject`, `LASI`).
fn split_prefix(label: &str) -> (&str, &str) {
    match label.rsplit_once(':') {
        Some((prefix, bare)) => (prefix.trim(), bare.trim()),
        None => ("", label.trim()),
    }
}

fn match_group(recording: &Recording, indices: &[usize]) -> BTreeMap<Landmark, Match> {
    let readings: Vec<(usize, Vec<Reading>)> = indices
        .iter()
        .map(|&i| (i, readings(&recording.markers[i].label)))
        .collect();
    let centres = holds_centres(&readings);
    let mut best: BTreeMap<Landmark, Match> = BTreeMap::new();
    for (index, readings) in &readings {
        let Some((landmark, rank)) = readings.iter().find_map(|r| look_up(r, centres)) else {
            continue;
        };
        let position = &recording.markers[*index].position;
        let candidate = Match {
            index: *index,
            rank,
            seen: (0..position.len()).any(|i| !position.is_missing(i)),
            duplicate: None,
        };
        best.entry(landmark)
            .and_modify(|held| *held = better(*held, candidate))
            .or_insert(candidate);
    }
    best
}

/// A marker that was seen beats one that never was, then the preferred name, then the file's order.
fn better(held: Match, new: Match) -> Match {
    match (held.seen, new.seen) {
        (false, true) => new,
        (true, false) => held,
        _ if new.rank < held.rank => new,
        (true, true) if new.rank == held.rank => Match {
            duplicate: held.duplicate.or(Some(new.index)),
            ..held
        },
        _ => held,
    }
}

/// One way to read a label: side (if any) and normalised name.
#[derive(Debug, PartialEq)]
struct Reading {
    side: Option<Side>,
    name: String,
}

/// `RKNE#2`, the reader's name for the second of two equal labels → `RKNE`.
fn without_count(bare: &str) -> &str {
    match bare.rsplit_once('#') {
        Some((name, count)) if count.parse::<u32>().is_ok() => name,
        _ => bare,
    }
}

/// All ways to read a label, whole name first.
fn readings(label: &str) -> Vec<Reading> {
    let bare = without_count(split_prefix(label).1);
    // Xsens: pLeftASI, pC7SpinalProcess.
    let bare = match bare.strip_prefix('p') {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_uppercase()) => rest,
        _ => bare,
    };
    let mut whole: String = bare
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .map(|c| c.to_ascii_lowercase())
        .collect();
    // OpenCap: r.ASIS_study.
    if let Some(rest) = whole.strip_suffix("study") {
        whole = rest.to_owned();
    }
    let mut all = vec![Reading {
        side: None,
        name: whole.clone(),
    }];
    let words = [
        ("left", Side::Left),
        ("right", Side::Right),
        ("l", Side::Left),
        ("r", Side::Right),
    ];
    for (word, side) in words {
        let single = word.len() == 1;
        let before = whole.strip_prefix(word);
        let after = whole
            .strip_suffix(word)
            .filter(|_| !single || side_stands_apart(bare));
        for name in before.into_iter().chain(after) {
            all.push(Reading {
                side: Some(side),
                name: name.to_owned(),
            });
        }
    }
    all
}

/// True when the last letter is set off from the rest by a separator or a change of case
/// (`Heel_L`, `ASISr`, `kneeL`), so that the `l` of `heel` is no side.
fn side_stands_apart(bare: &str) -> bool {
    let mut backward = bare.chars().rev();
    match (backward.next(), backward.next()) {
        (Some(last), Some(previous)) => {
            !previous.is_ascii_alphanumeric()
                || last.is_ascii_uppercase() != previous.is_ascii_uppercase()
        }
        _ => false,
    }
}

/// True when `hip`, `knee`, `ankle` are joint centres in this set: there is a hip of both sides, and
/// either the skin markers of the knee and ankle have names of their own (BTS: `knee 1`, `mall`) or
/// there is no skin marker on pelvis, thigh and shank at all (markerless keypoints). Elsewhere such
/// a "hip" may be a trochanter or an iliac spine.
fn holds_centres(readings: &[(usize, Vec<Reading>)]) -> bool {
    let on_both_sides = |names: &[&str]| {
        Side::BOTH.iter().all(|&side| {
            readings.iter().any(|(_, all)| {
                all.iter()
                    .any(|r| r.side == Some(side) && names.contains(&r.name.as_str()))
            })
        })
    };
    let on_skin = |reading: &Reading| {
        look_up(reading, false).is_some_and(|(landmark, _)| {
            landmark.is_pelvis() || matches!(landmark, Landmark::Thigh(_) | Landmark::Tibia(_))
        })
    };
    on_both_sides(&["hip"])
        && (on_both_sides(&["knee1", "kne1", "mall"])
            || !readings.iter().any(|(_, all)| all.iter().any(on_skin)))
}

/// Landmark and preference of one reading.
fn look_up(reading: &Reading, centres: bool) -> Option<(Landmark, usize)> {
    let rank_in = |names: &[&str]| names.iter().position(|n| *n == reading.name);
    match reading.side {
        None => {
            let whole = WHOLE.iter().find(|(name, _)| *name == reading.name);
            if let Some((_, landmark)) = whole {
                return Some((*landmark, 0));
            }
            TABLE.iter().find_map(|(row, names)| match row {
                Row::Midline(landmark) => Some((*landmark, rank_in(names)?)),
                Row::Sided(_) => None,
            })
        }
        Some(side) => {
            let centre = CENTRES
                .iter()
                .filter(|_| centres)
                .find_map(|(of, names)| Some((of(side), rank_in(names)?)));
            centre.or_else(|| {
                TABLE.iter().find_map(|(row, names)| match row {
                    Row::Sided(of) => Some((of(side), rank_in(names)?)),
                    Row::Midline(_) => None,
                })
            })
        }
    }
}

/// Prefix of the subject to take.
fn choose_subject<'a>(
    recording: &Recording,
    found: &BTreeMap<&'a str, BTreeMap<Landmark, Match>>,
    wanted: Option<&str>,
) -> Result<&'a str, LandmarkError> {
    let shown = |prefix: &str| match prefix {
        "" => NO_PREFIX.to_owned(),
        name => name.to_owned(),
    };
    if let Some(wanted) = wanted {
        let same = |name: &str| name.eq_ignore_ascii_case(wanted.trim());
        if let Some(&prefix) = found.keys().find(|p| same(&shown(p))) {
            return Ok(prefix);
        }
        // The file names its subject but does not write it before the labels.
        if found.len() <= 1 && recording.subjects.iter().any(|s| same(s.trim())) {
            return Ok(found.keys().next().copied().unwrap_or(""));
        }
        return Err(LandmarkError::NoSuchSubject {
            wanted: wanted.to_owned(),
            subjects: found.keys().map(|p| shown(p)).collect(),
        });
    }
    let walkers: Vec<&str> = found
        .iter()
        .filter(|(_, landmarks)| {
            landmarks
                .keys()
                .any(|l| l.is_pelvis() || matches!(l, Landmark::HipCentre(_)))
        })
        .map(|(&prefix, _)| prefix)
        .collect();
    match walkers.as_slice() {
        [one] => Ok(one),
        [] => Ok(found
            .iter()
            .max_by_key(|(_, landmarks)| landmarks.len())
            .map_or("", |(&prefix, _)| prefix)),
        several => Err(LandmarkError::SeveralSubjects {
            subjects: several.iter().map(|p| shown(p)).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recording::{Format, Marker, Series3};
    use Side::{Left, Right};

    fn recording(labels: &[&str]) -> Recording {
        let mut recording = Recording::new("test", Format::Memory, 100.0, 1);
        for label in labels {
            recording.markers.push(Marker {
                label: (*label).to_owned(),
                position: Series3 {
                    x: vec![0.0],
                    y: vec![0.0],
                    z: vec![0.0],
                },
            });
        }
        recording
    }

    /// What one label alone stands for.
    fn landmark_of(label: &str) -> Option<Landmark> {
        let resolved = resolve(&recording(&[label]), None).unwrap();
        resolved.indices.keys().next().copied()
    }

    #[test]
    fn label_families() {
        use Landmark::*;
        let expected = [
            // Plug-in Gait and Nexus
            ("LASI", Asis(Left)),
            ("RPSI", Psis(Right)),
            ("SACR", Sacrum),
            ("C7", C7),
            ("T10", T10),
            ("CLAV", Clavicle),
            ("STRN", Sternum),
            ("LSHO", Shoulder(Left)),
            ("RTHI", Thigh(Right)),
            ("LKNE", Knee(Left)),
            ("LKNM", KneeMedial(Left)),
            ("RTIB", Tibia(Right)),
            ("LANK", Ankle(Left)),
            ("LMED", AnkleMedial(Left)),
            ("LHEE", Heel(Left)),
            ("RTOE", Toe(Right)),
            ("RKNEMED", KneeMedial(Right)),
            ("LKNEin", KneeMedial(Left)),
            ("LANKin", AnkleMedial(Left)),
            ("LMMA", AnkleMedial(Left)),
            ("subject_00:LASI", Asis(Left)),
            ("Lab: John : RASI", Asis(Right)),
            // pelvis spellings
            ("L.ASIS", Asis(Left)),
            ("R.PSIS", Psis(Right)),
            ("L_ASIS", Asis(Left)),
            ("LASIS", Asis(Left)),
            ("L_IAS", Asis(Left)),
            ("R_IPS", Psis(Right)),
            ("r asis", Asis(Right)),
            ("r_asis", Asis(Right)),
            ("Lasi", Asis(Left)),
            ("rASIS", Asis(Right)),
            ("lPSIS", Psis(Left)),
            ("ASISl", Asis(Left)),
            ("PSISr", Psis(Right)),
            ("Left ASIS", Asis(Left)),
            ("sacrum", Sacrum),
            ("VSAC", Sacrum),
            ("V.Sacral", Sacrum),
            ("S2", Sacrum),
            ("Sacr", Sacrum),
            // Xsens
            ("pLeftASI", Asis(Left)),
            ("pSacrum", Sacrum),
            ("pC7SpinalProcess", C7),
            ("pT12SpinalProcess", T10),
            ("pIJ", Clavicle),
            ("pPX", Sternum),
            ("pRightAcromion", Shoulder(Right)),
            ("pLeftKneeLatEpicondyle", Knee(Left)),
            ("pRightKneeMedEpicondyle", KneeMedial(Right)),
            ("pLeftLatMalleolus", Ankle(Left)),
            ("pLeftMedMalleolus", AnkleMedial(Left)),
            ("pRightHeelFoot", Heel(Right)),
            ("pLeftToe", Toe(Left)),
            // OpenCap
            ("r.ASIS_study", Asis(Right)),
            ("L_mknee_study", KneeMedial(Left)),
            ("r_calc_study", Heel(Right)),
            ("RHJC_study", HipCentre(Right)),
            // Helen Hayes, OpenSim
            ("R.Knee.Lat", Knee(Right)),
            ("R.Knee.Med", KneeMedial(Right)),
            ("L.Ankle.Lat", Ankle(Left)),
            ("R.Ankle", Ankle(Right)),
            ("R.Heel", Heel(Right)),
            ("R.Toe", Toe(Right)),
            ("R.TO", Toe(Right)),
            ("R.Toe.Tip", Toe(Right)),
            ("R.Shank", Tibia(Right)),
            ("L.Acromium", Shoulder(Left)),
            ("Sternum", Sternum),
            ("RLFC", Knee(Right)),
            ("LMFC", KneeMedial(Left)),
            ("RLMAL", Ankle(Right)),
            ("RMMAL", AnkleMedial(Right)),
            ("LCAL", Heel(Left)),
            ("RMT2", Toe(Right)),
            ("RACR", Shoulder(Right)),
            // others
            ("RACROM", Shoulder(Right)),
            ("STER_NOTCH", Clavicle),
            ("SNJ", Clavicle),
            ("CV7", C7),
            ("c7", C7),
            ("T2", T2),
            ("th12", T10),
            ("r_knjntln", Knee(Right)),
            ("r bar 1", Thigh(Right)),
            ("l mall", Ankle(Left)),
            ("l met", Toe(Left)),
            ("r should", Shoulder(Right)),
            ("EPLG", Shoulder(Left)),
            ("RKneM", KneeMedial(Right)),
            ("RAnkL", Ankle(Right)),
            ("heel_r", Heel(Right)),
            ("Heel L", Heel(Left)),
        ];
        for (label, landmark) in expected {
            assert_eq!(landmark_of(label), Some(landmark), "{label}");
        }
    }

    #[test]
    fn what_stands_for_nothing() {
        let nothing = [
            "",
            " ",
            "*12",
            "*LASI",
            "#",
            "0",
            "2001",
            "heel",
            "toe",
            "knee",
            "hip",
            "PELO",
            "LFEP",
            "LTIO",
            "TRXA",
            "RTH1",
            "R.Thigh.Upper",
            "LTHIA",
            "L_Sternum",
            "LHJC1",
            "LHJC2",
            "LTIBA",
            "LHipAngles",
            "CentreOfMass",
            "PV1",
            "M7",
            "LWRA",
            "RELB",
            "LBHD",
            "RMET1x",
            "New 0001",
            "Top.Head",
            "PEL_MO",
            "LFE_ML",
        ];
        for label in nothing {
            assert_eq!(landmark_of(label), None, "{label}");
        }
    }

    #[test]
    fn the_preferred_name_wins_whatever_the_order() {
        for labels in [["LTOE", "LMT5", "LMT2"], ["LMT5", "LMT2", "LTOE"]] {
            let recording = recording(&labels);
            let resolved = resolve(&recording, None).unwrap();
            let index = resolved.indices[&Landmark::Toe(Left)];
            assert_eq!(recording.markers[index].label, "LTOE");
            assert_eq!(resolved.unmatched.len(), 2);
            assert!(resolved.warnings.is_empty());
        }
    }

    #[test]
    fn of_two_equal_labels_the_first_seen_is_taken_with_a_warning() {
        let mut twice = recording(&["RASI", "RKNE", "RKNE#2", "RKNE#3"]);
        let resolved = resolve(&twice, None).unwrap();
        assert_eq!(resolved.indices[&Landmark::Knee(Right)], 1);
        assert_eq!(resolved.warnings.len(), 1);
        assert_eq!(resolved.warnings[0].code, "duplicate-label");

        for unseen in [1, 3] {
            twice.markers[unseen].position = Series3::missing(1);
        }
        let resolved = resolve(&twice, None).unwrap();
        assert_eq!(resolved.indices[&Landmark::Knee(Right)], 2);
        assert!(resolved.warnings.is_empty());
    }

    #[test]
    fn hip_knee_ankle_are_centres_beside_bts_markers_and_in_markerless_sets() {
        let bts = recording(&[
            "r asis", "l asis", "r knee 1", "l knee 1", "r mall", "l mall", "r hip", "l hip",
            "r knee", "l knee", "r ankle", "l ankle",
        ]);
        let resolved = resolve(&bts, None).unwrap();
        assert_eq!(resolved.indices[&Landmark::Knee(Right)], 2);
        assert_eq!(resolved.indices[&Landmark::KneeCentre(Right)], 8);
        assert_eq!(resolved.indices[&Landmark::AnkleCentre(Left)], 11);
        assert_eq!(resolved.indices[&Landmark::HipCentre(Left)], 7);

        let markerless = recording(&["LHip", "RHip", "LKnee", "RKnee", "LAnkle", "RAnkle"]);
        let resolved = resolve(&markerless, None).unwrap();
        assert!(resolved.indices.contains_key(&Landmark::KneeCentre(Left)));
        assert!(!resolved.indices.contains_key(&Landmark::Knee(Left)));

        let wands = recording(&["V.Sacral", "LHIP", "RHIP", "LTHI", "RTHI", "LKNE", "RKNE"]);
        let resolved = resolve(&wands, None).unwrap();
        assert!(!resolved.indices.contains_key(&Landmark::HipCentre(Left)));
        assert!(resolved.indices.contains_key(&Landmark::Knee(Left)));

        let trochanters = recording(&["LASI", "RASI", "LHIP", "RHIP", "LKNE", "RKNE"]);
        let resolved = resolve(&trochanters, None).unwrap();
        assert!(!resolved.indices.contains_key(&Landmark::HipCentre(Left)));
        assert!(resolved.indices.contains_key(&Landmark::Knee(Left)));
        assert_eq!(resolved.unmatched, vec!["LHIP", "RHIP"]);
    }

    #[test]
    fn subjects() {
        let labels = ["Ann:LASI", "Ann:RASI", "box:corner", "Ben:LASI", "Ben:C7"];
        let two = recording(&labels);
        assert_eq!(
            resolve(&two, None).unwrap_err(),
            LandmarkError::SeveralSubjects {
                subjects: vec!["Ann".into(), "Ben".into()]
            }
        );
        let ben = resolve(&two, Some("ben")).unwrap();
        assert_eq!(ben.subject.as_deref(), Some("Ben"));
        assert_eq!(ben.indices[&Landmark::Asis(Left)], 3);
        assert_eq!(ben.indices.len(), 2);
        let error = resolve(&two, Some("Cleo")).unwrap_err().to_string();
        assert!(
            error.contains("Cleo") && error.contains("Ann, Ben"),
            "{error}"
        );

        // a box and a person: no question
        let one = resolve(&recording(&labels[..3]), None).unwrap();
        assert_eq!(one.subject.as_deref(), Some("Ann"));
        assert_eq!(one.passed_over, ["box"]);
        assert_eq!(one.warnings[0].code, "several-subjects");
        assert_eq!(
            resolve(&recording(&labels[..3]), Some("Ann"))
                .unwrap()
                .warnings,
            []
        );
        assert_eq!(one.unmatched, vec!["box:corner"]);

        // some labels of a person without prefix
        let mixed = recording(&["LASI", "RASI", "Ann:LASI"]);
        let error = resolve(&mixed, None).unwrap_err().to_string();
        assert!(error.contains("(no prefix)"), "{error}");
        assert_eq!(resolve(&mixed, Some("(no prefix)")).unwrap().subject, None);

        // the file names its subject, the labels do not
        let mut named = recording(&["LASI"]);
        named.subjects = vec!["Ann".into()];
        assert!(resolve(&named, Some("Ann")).is_ok());
        assert!(resolve(&named, Some("Ben")).is_err());
    }

    #[test]
    fn nothing_in_a_recording_is_no_error() {
        let resolved = resolve(&recording(&[]), None).unwrap();
        assert_eq!(resolved, Resolved::default());
    }
}
