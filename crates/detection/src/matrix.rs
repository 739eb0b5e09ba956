//! Square matrices, row by row in one vector: as much as the group detector needs.

/// The inverse of a symmetric positive definite matrix of `size` rows, by Cholesky; absent when it
/// is not one.
pub(crate) fn inverse(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let lower = cholesky(matrix, size)?;
    let mut inverse = vec![0.0; size * size];
    for column in 0..size {
        let mut unit = vec![0.0; size];
        unit[column] = 1.0;
        for (row, value) in solve(&lower, &unit).into_iter().enumerate() {
            inverse[row * size + column] = value;
        }
    }
    Some(inverse)
}

fn cholesky(matrix: &[f64], size: usize) -> Option<Vec<f64>> {
    let mut lower = vec![0.0; size * size];
    for row in 0..size {
        for column in 0..=row {
            let inner = dot(&lower[row * size..row * size + column], &lower[column * size..column * size + column]);
            let rest = matrix[row * size + column] - inner;
            if row == column {
                if rest <= 0.0 || !rest.is_finite() {
                    return None;
                }
                lower[row * size + row] = rest.sqrt();
            } else {
                lower[row * size + column] = rest / lower[column * size + column];
            }
        }
    }
    Some(lower)
}

/// Solves for one right side, given the lower factor.
fn solve(lower: &[f64], right: &[f64]) -> Vec<f64> {
    let size = right.len();
    let mut values = right.to_vec();
    for row in 0..size {
        let inner = dot(&lower[row * size..row * size + row], &values[..row]);
        values[row] = (values[row] - inner) / lower[row * size + row];
    }
    for row in (0..size).rev() {
        let inner: f64 = (row + 1..size).map(|below| lower[below * size + row] * values[below]).sum();
        values[row] = (values[row] - inner) / lower[row * size + row];
    }
    values
}

/// The product of a matrix and a vector.
pub(crate) fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
    matrix.chunks(vector.len().max(1)).map(|row| dot(row, vector)).collect()
}

/// The sum of products.
pub(crate) fn dot(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

/// The mean of the products `left[i] · right[j]` over pairs of rows.
pub(crate) fn moments<'a>(size: usize, pairs: impl Iterator<Item = (&'a [f64], &'a [f64])>) -> Vec<f64> {
    let (mut sums, mut count) = (vec![0.0; size * size], 0_u32);
    for (left, right) in pairs {
        for (row, value) in left.iter().enumerate() {
            for (sum, other) in sums[row * size..(row + 1) * size].iter_mut().zip(right) {
                *sum += value * other;
            }
        }
        count += 1;
    }
    let count = f64::from(count.max(1));
    sums.iter().map(|sum| sum / count).collect()
}

/// Makes the diagonal a share larger and by a step, so that what is nearly dependent stays solvable.
pub(crate) fn ridge(matrix: &mut [f64], size: usize, share: f64, step: f64) {
    for index in 0..size {
        let place = index * size + index;
        matrix[place] += matrix[place] * share + step;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inverse_undoes() {
        let matrix = [4.0, 1.0, 0.5, 1.0, 3.0, -0.2, 0.5, -0.2, 2.0];
        let inverse = inverse(&matrix, 3).expect("positive definite");
        for column in 0..3 {
            let unit: Vec<f64> = (0..3).map(|row| inverse[row * 3 + column]).collect();
            for (row, value) in times(&matrix, &unit).into_iter().enumerate() {
                assert!((value - f64::from(u8::from(row == column))).abs() < 1e-12);
            }
        }
        assert_eq!(super::inverse(&[1.0, 2.0, 2.0, 1.0], 2), None, "not positive definite");
    }
}
