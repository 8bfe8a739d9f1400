//! Elementary functions that give the same bits on every machine.
//!
//! The standard library asks the platform for sines and exponentials, whose last bit differs from
//! one C library to the next; `libm` computes them in Rust with nothing but exactly rounded
//! operations. Whole powers are written as products, because `powi` may be multiplied in any order.
//!
//! What is left to the platform: the generator of normal deviates compares an exponential and, in
//! one of 4000 draws, takes a logarithm from the standard library. A last bit that differs there
//! is lost in the rounding of coordinates to 1/64 mm.

/// Sine and cosine.
pub(super) fn sin_cos(angle_rad: f64) -> (f64, f64) {
    libm::sincos(angle_rad)
}

/// Sine.
pub(super) fn sin(angle_rad: f64) -> f64 {
    libm::sin(angle_rad)
}

/// Cosine.
pub(super) fn cos(angle_rad: f64) -> f64 {
    libm::cos(angle_rad)
}

/// Tangent.
pub(super) fn tan(angle_rad: f64) -> f64 {
    libm::tan(angle_rad)
}

/// Angle whose sine is `x`, for −1 ≤ x ≤ 1.
pub(super) fn asin(x: f64) -> f64 {
    libm::asin(x)
}

/// Angle whose cosine is `x`, for −1 ≤ x ≤ 1.
pub(super) fn acos(x: f64) -> f64 {
    libm::acos(x)
}

/// Angle of the point (`x`, `y`) from the x axis.
pub(super) fn atan2(y: f64, x: f64) -> f64 {
    libm::atan2(y, x)
}

/// eˣ.
pub(super) fn exp(x: f64) -> f64 {
    libm::exp(x)
}

/// Natural logarithm.
pub(super) fn ln(x: f64) -> f64 {
    libm::log(x)
}

/// A power of a positive number.
pub(super) fn power(base: f64, exponent: f64) -> f64 {
    libm::pow(base, exponent)
}

/// Second power.
pub(super) fn square(x: f64) -> f64 {
    x * x
}

/// Third power.
pub(super) fn cube(x: f64) -> f64 {
    x * x * x
}

#[cfg(test)]
mod tests {
    /// Sources of the walker call no elementary function of the platform.
    #[test]
    fn nothing_asks_the_platform() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/synth");
        let platform = [
            ".sin(",
            ".cos(",
            ".tan(",
            ".sin_cos(",
            ".asin(",
            ".acos(",
            ".atan(",
            ".atan2(",
            ".exp(",
            ".ln(",
            ".log10(",
            ".powf(",
            ".powi(",
            ".hypot(",
            ".cbrt(",
            ".tanh(",
        ];
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.ends_with("tests.rs") || path.is_dir() {
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.split("#[cfg(test)]").next().unwrap();
            for line in code.lines() {
                for function in platform {
                    assert!(!line.contains(function), "{}: {line}", path.display());
                }
            }
        }
    }
}
