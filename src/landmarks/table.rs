//! The one table of marker labels: which names stand for which landmark.
//!
//! Names are without side, lower case, letters and digits only. In a row the names stand in order
//! of preference: Plug-in Gait's own first, then the other families (Helen Hayes / Cortex, Qualisys
//! and Visual3D, OpenSim, OpenCap, Xsens, BTS), then markers close by that can stand in.
//!
//! Left out on purpose: cluster markers (`RTH1`, `R.Thigh.Upper`, `LTHIA`), which do not lie in the
//! plane of the thigh wand; OpenCap's `L_Sternum`/`R_Sternum` and `R.Clavicle`, which lie beside the
//! midline and would tilt the thorax by degrees; processed copies (`RMET1`, `LHJC1`, `VPEL`).

use super::Landmark;
use crate::recording::Side;

/// Landmark of a row.
#[derive(Clone, Copy)]
pub(super) enum Row {
    /// One on the midline.
    Midline(Landmark),
    /// One on each side: the name comes with a side before or after it.
    Sided(OfSide),
}

/// Landmark of a side.
pub(super) type OfSide = fn(Side) -> Landmark;

/// Every row: landmark and its names.
pub(super) const TABLE: &[(Row, &[&str])] = &[
    (Row::Sided(Landmark::Asis), &["asi", "asis", "ias"]),
    (Row::Sided(Landmark::Psis), &["psi", "psis", "ips"]),
    (
        Row::Midline(Landmark::Sacrum),
        &[
            "sacr", "vsac", "vsacral", "vsacr", "sacral", "sacrum", "sac", "s2", "midpsis",
        ],
    ),
    (
        Row::Midline(Landmark::C7),
        &["c7", "cv7", "c7spinalprocess", "t1", "tv1", "th1"],
    ),
    (
        Row::Midline(Landmark::T10),
        &[
            "t10",
            "tv10",
            "th10",
            "t8",
            "tv8",
            "th8",
            "t8spinalprocess",
            "t12",
            "tv12",
            "th12",
            "t12spinalprocess",
        ],
    ),
    (Row::Midline(Landmark::T2), &["t2", "tv2", "th2"]),
    (
        Row::Midline(Landmark::Clavicle),
        &[
            "clav",
            "clavicle",
            "ij",
            "sjn",
            "snj",
            "sternotch",
            "sternalnotch",
            "jugularnotch",
            "suprasternalnotch",
        ],
    ),
    (
        Row::Midline(Landmark::Sternum),
        &[
            "strn",
            "sternum",
            "px",
            "xiph",
            "xiphoid",
            "xiphoidprocess",
            "sxs",
        ],
    ),
    (
        Row::Sided(Landmark::Shoulder),
        &[
            "sho", "shoulder", "should", "acromion", "acromium", "acrom", "acr", "sae",
        ],
    ),
    (
        Row::Sided(Landmark::Thigh),
        &["thi", "thigh", "thighwand", "bar1"],
    ),
    (
        Row::Sided(Landmark::Knee),
        &[
            "kne",
            "knee",
            "kneelat",
            "kneelateral",
            "kneel",
            "knel",
            "latknee",
            "lateralknee",
            "kneelatepicondyle",
            "lfc",
            "fle",
            "lfe",
            "lek",
            "knjntln",
            "kne1",
            "knee1",
        ],
    ),
    (
        Row::Sided(Landmark::KneeMedial),
        &[
            "knm",
            "kneem",
            "knem",
            "kneemed",
            "knemed",
            "kneemedial",
            "kneemedepicondyle",
            "medknee",
            "medialknee",
            "mknee",
            "mkne",
            "mfc",
            "fme",
            "mfe",
            "mek",
            "knein",
            "kneein",
        ],
    ),
    (Row::Sided(Landmark::KneeAlignment), &["kax"]),
    (
        Row::Sided(Landmark::Tibia),
        &["tib", "tibia", "sha", "shank", "shankwand", "bar2"],
    ),
    (
        Row::Sided(Landmark::Ankle),
        &[
            "ank",
            "ankle",
            "anklelat",
            "anklelateral",
            "ankl",
            "latankle",
            "latmalleolus",
            "lateralmalleolus",
            "malleoluslat",
            "mall",
            "mal",
            "lmal",
            "lma",
            "fal",
        ],
    ),
    (
        Row::Sided(Landmark::AnkleMedial),
        &[
            "anm",
            "ankm",
            "ankmed",
            "anklemed",
            "anklemedial",
            "medankle",
            "medialankle",
            "medmalleolus",
            "medialmalleolus",
            "malleolusmed",
            "mmal",
            "mmall",
            "mma",
            "tam",
            "mank",
            "mankle",
            "ankin",
            "anklein",
            "med",
        ],
    ),
    (
        Row::Sided(Landmark::Heel),
        &["hee", "heel", "cal", "calc", "calcaneus", "fcc", "heelfoot"],
    ),
    (
        Row::Sided(Landmark::Toe),
        &[
            "toe",
            "mt2",
            "fm2",
            "toe2",
            "met2",
            "secondmetatarsal",
            "toetip",
            "to",
            "bigtoe",
            "met",
            "mt5",
            "fm5",
            "5meta",
            "met5",
            "mt1",
            "fm1",
            "met1",
            "firstmetatarsal",
            "fifthmetatarsal",
            "toelat",
        ],
    ),
    (
        Row::Sided(Landmark::HipCentre),
        &[
            "hjc",
            "hipcentre",
            "hipcenter",
            "hipjointcentre",
            "hipjointcenter",
        ],
    ),
    (
        Row::Sided(Landmark::KneeCentre),
        &[
            "kjc",
            "kneecentre",
            "kneecenter",
            "kneejointcentre",
            "kneejointcenter",
        ],
    ),
    (
        Row::Sided(Landmark::AnkleCentre),
        &[
            "ajc",
            "anklecentre",
            "anklecenter",
            "anklejointcentre",
            "anklejointcenter",
        ],
    ),
];

/// Names that mean the centre of a joint when the set holds joint centres (see
/// [`super::resolve`]): BTS files store them beside the markers, markerless files hold nothing else.
pub(super) const CENTRES: &[(OfSide, &[&str])] = &[
    (Landmark::HipCentre, &["hip"]),
    (Landmark::KneeCentre, &["knee", "kne"]),
    (Landmark::AnkleCentre, &["ankle", "ank"]),
];

/// Whole names in which the side is not written with L or R: French shoulder (`EPLG`/`EPLD`,
/// épaule gauche/droite) and iliac spines (`EIASG`, `EIPSD`, …).
pub(super) const WHOLE: &[(&str, Landmark)] = &[
    ("eplg", Landmark::Shoulder(Side::Left)),
    ("epld", Landmark::Shoulder(Side::Right)),
    ("eiasg", Landmark::Asis(Side::Left)),
    ("eiasd", Landmark::Asis(Side::Right)),
    ("eipsg", Landmark::Psis(Side::Left)),
    ("eipsd", Landmark::Psis(Side::Right)),
];

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// Every spelling of the table with a side as prefix, and midline names.
    fn spellings() -> Vec<(String, Landmark)> {
        let mut all = Vec::new();
        for (row, names) in TABLE {
            for name in *names {
                match row {
                    Row::Midline(landmark) => all.push(((*name).to_owned(), *landmark)),
                    Row::Sided(of) => {
                        all.push((format!("l{name}"), of(Side::Left)));
                        all.push((format!("r{name}"), of(Side::Right)));
                    }
                }
            }
        }
        all.extend(WHOLE.iter().map(|(name, l)| ((*name).to_owned(), *l)));
        all
    }

    #[test]
    fn no_spelling_stands_for_two_landmarks() {
        let mut seen: BTreeMap<String, Landmark> = BTreeMap::new();
        for (spelling, landmark) in spellings() {
            if let Some(other) = seen.insert(spelling.clone(), landmark) {
                panic!("{spelling} stands for {other:?} and {landmark:?}");
            }
        }
    }

    #[test]
    fn names_are_normalised() {
        for (spelling, _) in spellings() {
            assert!(
                spelling
                    .chars()
                    .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()),
                "{spelling}"
            );
        }
    }
}
