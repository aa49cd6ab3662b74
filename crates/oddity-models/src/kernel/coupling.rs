//! Probabilities of several classes from those of all pairs.

/// The probabilities `p` that minimise `Σ_i Σ_j≠i (r_ji p_i - r_ij p_j)²` with sum 1, where
/// `r_ij` is the probability of class `i` among `i` and `j`: `pairwise`, `k x k`.
///
/// The second method of T.-F. Wu, C.-J. Lin and R. C. Weng. Probability estimates for
/// multi-class classification by pairwise coupling. JMLR 5, 2004, iterated as in its
/// algorithm 2 until `max_i |(Q p)_i - pᵀ Q p| < 0.005 / k`.
pub(super) fn couple(pairwise: &[f64], n_classes: usize) -> Vec<f64> {
    let k = n_classes;
    if k == 2 {
        return vec![pairwise[1], pairwise[2]];
    }
    let mut q = vec![0.0; k * k];
    for i in 0..k {
        for j in (0..k).filter(|&j| j != i) {
            q[i * k + i] += pairwise[j * k + i] * pairwise[j * k + i];
            q[i * k + j] = -pairwise[j * k + i] * pairwise[i * k + j];
        }
    }
    let mut p = vec![1.0 / k as f64; k];
    let mut products = vec![0.0; k];
    for _ in 0..k.max(100) {
        for (row, product) in q.chunks_exact(k).zip(&mut products) {
            *product = row.iter().zip(&p).map(|(q, p)| q * p).sum();
        }
        let mut form: f64 = p.iter().zip(&products).map(|(p, product)| p * product).sum();
        let worst = products.iter().map(|product| (product - form).abs()).fold(0.0, f64::max);
        if worst < 0.005 / k as f64 {
            break;
        }
        for i in 0..k {
            let change = (form - products[i]) / q[i * k + i];
            p[i] += change;
            let scale = 1.0 + change;
            form = (form + change * (change * q[i * k + i] + 2.0 * products[i])) / (scale * scale);
            for j in 0..k {
                products[j] = (products[j] + change * q[i * k + j]) / scale;
                p[j] /= scale;
            }
        }
    }
    // Rounding leaves the sum a few units in the last place off.
    let sum: f64 = p.iter().sum();
    p.iter_mut().for_each(|p| *p /= sum);
    p
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consistent_pairs_give_the_probabilities_they_came_from() {
        let truth = [0.5, 0.2, 0.2, 0.1];
        let pair = |i: usize, j: usize| if i == j { 0.0 } else { truth[i] / (truth[i] + truth[j]) };
        let pairwise: Vec<f64> = (0..16).map(|at| pair(at / 4, at % 4)).collect();
        for (found, expected) in couple(&pairwise, 4).iter().zip(truth) {
            assert!((found - expected).abs() < 5e-3, "{found}, wanted {expected}");
        }
    }

    #[test]
    fn two_classes_have_the_probabilities_of_their_pair() {
        assert_eq!(couple(&[0.0, 0.3, 0.7, 0.0], 2), [0.3, 0.7]);
    }
}
