//! What is usual of some values, when a few of them are not.

/// Makes the median absolute deviation of normally distributed values their standard deviation.
const MEDIAN_TO_SIGMA: f64 = 1.4826;
/// The same for the distance that nine of ten values keep.
const NINE_TENTHS_TO_SIGMA: f64 = 1.0 / 1.645;

/// Centre and spread of values.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Usual {
    /// The median.
    pub center: f64,
    /// A robust standard deviation; 0 when the values do not differ.
    pub scale: f64,
}

/// The median; absent without values.
pub fn median(values: &[f64]) -> Option<f64> {
    middle(&mut values.to_vec())
}

fn middle(values: &mut [f64]) -> Option<f64> {
    let half = values.len() / 2;
    let even = values.len().is_multiple_of(2);
    let (below, upper, _) = (half < values.len()).then(|| values.select_nth_unstable_by(half, f64::total_cmp))?;
    let upper = *upper;
    let lower = below.iter().copied().max_by(f64::total_cmp).filter(|_| even);
    Some(lower.map_or(upper, |lower| f64::midpoint(lower, upper)))
}

/// Median and spread; absent without values.
pub fn usual(values: &[f64]) -> Option<Usual> {
    let center = median(values)?;
    Some(Usual { center, scale: spread(values, center) })
}

/// Spread of values about a centre: the larger of what their middle half and their middle nine
/// tenths say, so that up to a tenth of strays does not widen it. A reading that mostly repeats one
/// number (a coarse instrument) has no middle half; if nine tenths repeat it, the mean square decides.
pub fn spread(values: &[f64], center: f64) -> f64 {
    let mut away: Vec<f64> = values.iter().map(|value| (value - center).abs()).collect();
    let Some(middle) = middle(&mut away) else { return 0.0 };
    let place = (away.len() - 1) * 9 / 10;
    let most = *away.select_nth_unstable_by(place, f64::total_cmp).1;
    let robust = (middle * MEDIAN_TO_SIGMA).max(most * NINE_TENTHS_TO_SIGMA);
    // Dust of binary fractions is no spread.
    let dust = 1e-9 * center.abs();
    if robust > dust {
        return robust;
    }
    let square = away.iter().map(|away| away * away).sum::<f64>() / away.len() as f64;
    if square.sqrt() > dust { square.sqrt() } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_few_strays_change_little() {
        let mut values: Vec<f64> = (0..95).map(|step| f64::from(step % 19) - 9.0).collect();
        let calm = usual(&values).expect("values");
        values.extend([1e6; 5]);
        let stray = usual(&values).expect("values");
        assert!((stray.center - calm.center).abs() <= 1.0);
        assert!(stray.scale < calm.scale * 1.2, "{} beside {}", stray.scale, calm.scale);
    }

    #[test]
    fn a_coarse_instrument_has_a_spread_and_a_standing_one_has_none() {
        let coarse: Vec<f64> = (0..100).map(|step| if step % 20 == 0 { 33.0 } else { 32.0 }).collect();
        assert!(usual(&coarse).expect("values").scale > 0.1);
        assert_eq!(usual(&[32.0; 100]), Some(Usual { center: 32.0, scale: 0.0 }));
        assert_eq!(usual(&[]), None);
    }
}
