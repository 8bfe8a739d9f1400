//! What is known about the person and the walk besides the recording.

use super::{BodyMeasures, PerSide, Side};

/// What the user told about the person and the walk, and what follows from the body measures.
#[derive(Debug, Clone, PartialEq, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
pub struct SubjectFacts {
    /// Walking aid in the user's words (`cane left`, `crutches`); `None` when none.
    pub aid: Option<String>,
    /// Load carried while walking, in the user's words (`bag right`); `None` when none.
    pub load: Option<String>,
    /// Where it hurts.
    pub pain: PerSide<bool>,
    /// Left less right leg length, metres, when both were measured.
    pub leg_difference_m: Option<f64>,
    /// Body mass index, kg/m².
    pub body_mass_index: Option<f64>,
}

impl SubjectFacts {
    /// The same, completed with what the body measures tell.
    pub fn with_body(mut self, body: &BodyMeasures) -> SubjectFacts {
        let leg = |side: Side| body.limbs[side].leg_length_m;
        self.leg_difference_m = leg(Side::Left)
            .zip(leg(Side::Right))
            .map(|(left, right)| left - right);
        self.body_mass_index = body
            .mass_kg
            .zip(body.height_m.filter(|height| *height > 0.0))
            .map(|(mass, height)| mass / (height * height));
        self
    }

    /// What is true of at least one of several recordings that are judged together.
    pub fn together<'a>(all: impl IntoIterator<Item = &'a SubjectFacts>) -> SubjectFacts {
        let mut together = SubjectFacts::default();
        for facts in all {
            let first = |a: &mut Option<String>, b: &Option<String>| {
                if a.is_none() {
                    a.clone_from(b);
                }
            };
            first(&mut together.aid, &facts.aid);
            first(&mut together.load, &facts.load);
            for side in Side::BOTH {
                together.pain[side] |= facts.pain[side];
            }
            together.leg_difference_m = together.leg_difference_m.or(facts.leg_difference_m);
            together.body_mass_index = together.body_mass_index.or(facts.body_mass_index);
        }
        together
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn body_measures_give_leg_difference_and_body_mass_index() {
        let mut body = BodyMeasures {
            height_m: Some(2.0),
            mass_kg: Some(100.0),
            ..BodyMeasures::default()
        };
        let facts = SubjectFacts::default().with_body(&body);
        assert_eq!(
            (facts.leg_difference_m, facts.body_mass_index),
            (None, Some(25.0))
        );
        body.limbs.left.leg_length_m = Some(0.90);
        body.limbs.right.leg_length_m = Some(0.875);
        let difference = facts.with_body(&body).leg_difference_m.unwrap();
        assert!((difference - 0.025).abs() < 1e-12);
    }

    #[test]
    fn an_aid_in_one_recording_is_an_aid_of_the_session() {
        let with_cane = SubjectFacts {
            aid: Some("cane".into()),
            ..SubjectFacts::default()
        };
        let mut painful = SubjectFacts::default();
        painful.pain.left = true;
        let session = SubjectFacts::together([&painful, &with_cane]);
        assert_eq!(session.aid.as_deref(), Some("cane"));
        assert!(session.pain.left && !session.pain.right);
    }
}
