//! Choices with a fixed spelling: one list gives the enum, `Display`, `FromStr` and serde names.

/// A choice that was misspelt.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{found}' is not a {what}; expected one of: {expected}")]
pub struct UnknownName {
    /// What was to be named (`pattern`, `marker set`, …).
    pub what: &'static str,
    /// What was given.
    pub found: String,
    /// Every accepted name.
    pub expected: String,
}

/// Declares an enum whose variants have one spelling each, used everywhere.
macro_rules! named_enum {
    ($(#[doc = $doc:literal])* $Name:ident, $what:literal { $( $(#[doc = $vdoc:literal])* $Variant:ident = $text:literal, )* }) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
        pub enum $Name {
            $( $(#[doc = $vdoc])* #[serde(rename = $text)] $Variant, )*
        }

        impl $Name {
            /// Every choice, in order.
            pub const ALL: &[$Name] = &[$( $Name::$Variant, )*];

            /// Its spelling on the command line and in files.
            pub fn name(self) -> &'static str {
                match self { $( $Name::$Variant => $text, )* }
            }
        }

        impl std::fmt::Display for $Name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.name())
            }
        }

        impl std::str::FromStr for $Name {
            type Err = $crate::synth::UnknownName;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                $Name::ALL.iter().copied().find(|c| c.name() == text).ok_or_else(|| {
                    $crate::synth::UnknownName {
                        what: $what,
                        found: text.to_owned(),
                        expected: $Name::ALL.iter().map(|c| c.name()).collect::<Vec<_>>().join(", "),
                    }
                })
            }
        }
    };
}
pub(super) use named_enum;
