//! What makes a label trustworthy, through the whole pipeline: mimics, prevalence, static trial,
//! norms, knee.

mod knee;
mod mimics;
mod norms;
mod standing;
