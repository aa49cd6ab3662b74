//! Kitsune on its way along a stream.

use oddity_core::{OnlineDetector, Result, Seed, State};

use super::KitsuneParams;
use super::autoencoder::{Autoencoder, root_mean_square};
use super::features::Features;
use super::mapping::Mapping;
use crate::online::rows::{check_row, finite};

pub(super) struct Stream {
    params: KitsuneParams,
    n_columns: usize,
    seed: Seed,
    features: Features,
    phase: Phase,
    n_rows: u64,
}

enum Phase {
    /// The feature map is being made.
    Mapping(Mapping),
    /// The networks learn.
    Networks(Networks),
}

#[derive(Clone)]
struct Networks {
    /// The features of each member.
    groups: Vec<Vec<usize>>,
    members: Vec<Autoencoder>,
    last: Autoencoder,
    /// Rows that were learnt.
    n_learnt: u64,
}

impl Networks {
    fn new(groups: Vec<Vec<usize>>, hidden: f64, seed: Seed) -> Networks {
        let members = groups.iter().zip(1..);
        let members = members
            .map(|(group, part)| Autoencoder::new(group.len(), hidden, seed.derive(part)))
            .collect();
        let last = Autoencoder::new(groups.len(), hidden, seed.derive(0));
        Networks { groups, members, last, n_learnt: 0 }
    }

    /// The errors of the features of each member.
    fn errors(&self, features: &[f64]) -> Vec<Vec<f64>> {
        let members = self.groups.iter().zip(&self.members);
        members.map(|(group, member)| member.errors(&of_group(features, group))).collect()
    }

    fn score(&self, features: &[f64]) -> f64 {
        let errors = self.errors(features);
        let errors: Vec<f64> = errors.iter().map(|errors| root_mean_square(errors)).collect();
        root_mean_square(&self.last.errors(&errors))
    }

    fn learn(&mut self, features: &[f64], learning_rate: f64) {
        let members = self.groups.iter().zip(&mut self.members);
        let errors: Vec<f64> = members
            .map(|(group, member)| member.learn(&of_group(features, group), learning_rate))
            .collect();
        self.last.learn(&errors, learning_rate);
        self.n_learnt += 1;
    }
}

fn of_group(features: &[f64], group: &[usize]) -> Vec<f64> {
    group.iter().map(|&feature| features[feature]).collect()
}

impl Stream {
    pub(super) fn new(params: KitsuneParams, n_columns: usize, seed: Seed) -> Stream {
        let features = Features::new(n_columns, &params.decays);
        let phase = Phase::Mapping(Mapping::new(features.len()));
        Stream { params, n_columns, seed, features, phase, n_rows: 0 }
    }

    /// The features of the next row, which is not taken in.
    fn next(&self, row: &[f64]) -> Result<Vec<f64>> {
        let mut features = Vec::new();
        self.features.clone().push(row, &mut features)?;
        Ok(features)
    }

    /// The networks, once one row was learnt.
    fn networks(&self) -> Option<&Networks> {
        match &self.phase {
            Phase::Networks(networks) if 0 < networks.n_learnt => Some(networks),
            _ => None,
        }
    }

    fn put_groups(&self, groups: &[Vec<usize>]) -> State {
        let mut state = State::new();
        state.put_counts("lengths", &groups.iter().map(Vec::len).collect::<Vec<_>>());
        state.put_counts("features", &groups.concat());
        state
    }

    fn groups_of(&self, state: &State) -> Result<Vec<Vec<usize>>> {
        let n = self.features.len();
        let wanted = "groups of the features, each of which is in one";
        let all = state.counts("features", n, n - 1)?;
        let lengths = state.counts("lengths", oddity_core::ANY, self.params.group.min(n))?;
        let mut sorted = all.clone();
        sorted.sort_unstable();
        let is_partition = sorted.into_iter().eq(0..n) && lengths.iter().all(|&len| 0 < len);
        if !is_partition || lengths.iter().sum::<usize>() != n {
            return Err(state.wrong("lengths", wanted));
        }
        let mut rest = all.as_slice();
        let group = |&length: &usize| {
            let (group, others) = rest.split_at(length);
            rest = others;
            group.to_vec()
        };
        Ok(lengths.iter().map(group).collect())
    }
}

impl OnlineDetector for Stream {
    fn score_one(&mut self, row: &[f64]) -> Result<f64> {
        check_row(row, self.n_columns, self.n_rows)?;
        let Some(networks) = self.networks() else { return Ok(0.0) };
        finite(networks.score(&self.next(row)?), self.n_rows)
    }

    fn learn_one(&mut self, row: &[f64]) -> Result<()> {
        check_row(row, self.n_columns, self.n_rows)?;
        let (mut features, mut next) = (Vec::new(), self.features.clone());
        next.push(row, &mut features)?;
        self.features = next;
        self.n_rows += 1;
        match &mut self.phase {
            Phase::Mapping(mapping) => {
                mapping.push(&features);
                if mapping.n_rows() == self.params.map_rows as u64 {
                    let groups = mapping.groups(self.params.group);
                    let networks = Networks::new(groups, self.params.hidden, self.seed);
                    self.phase = Phase::Networks(networks);
                }
            }
            Phase::Networks(networks) => {
                let most = self.params.learn_rows.map_or(u64::MAX, |rows| rows as u64);
                if networks.n_learnt < most {
                    networks.learn(&features, self.params.learning_rate);
                }
            }
        }
        Ok(())
    }

    fn weigh_columns(&mut self, row: &[f64]) -> Result<Option<Vec<f64>>> {
        check_row(row, self.n_columns, self.n_rows)?;
        let mut weights = vec![0.0; self.n_columns];
        let Some(networks) = self.networks() else { return Ok(Some(weights)) };
        let errors = networks.errors(&self.next(row)?);
        for (group, errors) in networks.groups.iter().zip(errors) {
            for (&feature, error) in group.iter().zip(errors) {
                let weight = &mut weights[self.features.column(feature)];
                *weight = finite(*weight + error * error, self.n_rows)?;
            }
        }
        Ok(Some(weights))
    }

    fn state(&self) -> Option<State> {
        let mut state = State::new();
        state.put_u64s("n_rows", &[], &[self.n_rows]);
        state.put_part("statistics", self.features.state());
        match &self.phase {
            Phase::Mapping(mapping) => {
                state.put_count("is_mapped", 0);
                state.put_part("mapping", mapping.state());
            }
            Phase::Networks(networks) => {
                state.put_count("is_mapped", 1);
                state.put_part("groups", self.put_groups(&networks.groups));
                state.put_u64s("n_learnt", &[], &[networks.n_learnt]);
                state.put_part("last", networks.last.state());
                for (index, member) in networks.members.iter().enumerate() {
                    state.put_part(&format!("member_{index}"), member.state());
                }
            }
        }
        Some(state)
    }

    fn resume(&mut self, state: &State) -> Result<()> {
        let count = |name| match state.u64s(name, &[])?[0] {
            count if count <= u64::MAX / 2 => Ok(count),
            _ => Err(state.wrong(name, "a count")),
        };
        let n_rows = count("n_rows")?;
        let features = self.features.resumed(&state.part("statistics"))?;
        let phase = if state.count_within("is_mapped", 1)? == 0 {
            let (n, limit) = (features.len(), self.params.map_rows - 1);
            Phase::Mapping(Mapping::of_state(&state.part("mapping"), n, limit)?)
        } else {
            let groups = self.groups_of(&state.part("groups"))?;
            let hidden = self.params.hidden;
            let member = |(index, group): (usize, &Vec<usize>)| {
                Autoencoder::of_state(&state.part(&format!("member_{index}")), group.len(), hidden)
            };
            let members = groups.iter().enumerate().map(member).collect::<Result<_>>()?;
            let last = Autoencoder::of_state(&state.part("last"), groups.len(), hidden)?;
            Phase::Networks(Networks { groups, members, last, n_learnt: count("n_learnt")? })
        };
        (self.n_rows, self.features, self.phase) = (n_rows, features, phase);
        Ok(())
    }
}
