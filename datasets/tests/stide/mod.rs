//! The detector that generated traces must challenge: the share of n-grams never seen in
//! training (Forrest et al. 1996, doi:10.1109/SECPRI.1996.502675).

use std::collections::HashSet;

use oddity_datasets::{AdfaLdGenerator, Attack, Subset};

/// How well the share ranks attacks above validation traces.
#[derive(Debug)]
pub(crate) struct Ranks {
    pub(crate) overall: f64,
    pub(crate) by_class: Vec<(Attack, f64)>,
    /// The median share of validation traces.
    pub(crate) median_of_normal: f64,
}

pub(crate) fn roc_auc(generator: &AdfaLdGenerator, n: usize) -> Ranks {
    let (sequences, infos) = generator.generate();
    let traces = || infos.iter().zip(sequences.view().iter().collect::<Vec<_>>());
    let training = traces().filter(|(info, _)| info.subset == Subset::Training);
    let seen: HashSet<&[u16]> = training.flat_map(|(_, calls)| calls.windows(n)).collect();
    let share = |calls: &[u16]| {
        let n_unseen = calls.windows(n).filter(|n_gram| !seen.contains(n_gram)).count();
        n_unseen as f64 / (calls.len() + 1 - n) as f64
    };
    let (mut normal, mut attacks) = (Vec::new(), Vec::new());
    for (info, calls) in traces() {
        match (info.class, info.subset) {
            (Some(class), _) => attacks.push((class, share(calls))),
            (None, Subset::Validation) => normal.push(share(calls)),
            _ => {}
        }
    }
    normal.sort_by(f64::total_cmp);
    let auc = |class: Option<Attack>| {
        let of_class =
            attacks.iter().filter(|(found, _)| class.is_none_or(|class| class == *found));
        let (mut sum, mut count) = (0.0, 0);
        for (_, score) in of_class {
            let below = normal.partition_point(|other| other < score);
            let ties = normal.partition_point(|other| other <= score) - below;
            sum += (below as f64 + ties as f64 / 2.0) / normal.len() as f64;
            count += 1;
        }
        sum / f64::from(count)
    };
    let by_class = Attack::ALL.map(|class| (class, auc(Some(class)))).to_vec();
    Ranks { overall: auc(None), by_class, median_of_normal: normal[normal.len() / 2] }
}
