use super::prefer;

#[test]
fn the_best_definition_that_covers_enough_is_taken() {
    assert_eq!(prefer(&[50, 100], 0.5), Some(0));
    assert_eq!(prefer(&[49, 100], 0.5), Some(1));
    assert_eq!(prefer(&[0, 0, 3], 0.5), Some(2));
    assert_eq!(prefer(&[0, 0], 0.5), None);
    assert_eq!(prefer(&[], 0.5), None);
    assert_eq!(prefer(&[0, 10], 0.0), Some(1), "nothing is never better");
}
