//! Which detectors the tasks of several suites share.

use std::collections::{BTreeMap, BTreeSet};

/// What the pipelines of a task got.
pub(super) struct TaskFigures<'a> {
    /// Suite and task.
    pub(super) task: String,
    /// Where the data come from.
    pub(super) source: String,
    /// The mean over seeds of each pipeline; none where it is not defined.
    pub(super) values: BTreeMap<&'a str, Option<f64>>,
}

/// A detector, and how many sources have a value of it.
type Counted<'a> = (&'a str, usize);

/// The detectors whose table without a gap is the largest in cells (sources times detectors), of at
/// least so many sources; then the others that as many sources have, each with its number of
/// sources.
///
/// Detectors are taken up greedily, those of most sources first, equal ones by name: with dozens of
/// detectors the best of all sets cannot be searched for.
pub(super) fn largest_table<'a>(
    tasks: &[TaskFigures<'a>],
    least_sources: usize,
) -> (Vec<&'a str>, Vec<Counted<'a>>) {
    let names: BTreeSet<&str> = tasks.iter().flat_map(|task| task.values.keys().copied()).collect();
    let mut counted: Vec<Counted<'a>> = names
        .into_iter()
        .map(|name| (name, n_sources(tasks, &[name])))
        .filter(|&(_, n)| least_sources <= n)
        .collect();
    counted.sort_by_key(|&(name, n)| (std::cmp::Reverse(n), name));
    let (mut taken, mut best, mut most_cells) = (Vec::new(), 0, 0);
    for &(name, _) in &counted {
        taken.push(name);
        let n = n_sources(tasks, &taken);
        if n < least_sources {
            taken.pop();
        } else if most_cells < n * taken.len() {
            (best, most_cells) = (taken.len(), n * taken.len());
        }
    }
    taken.truncate(best);
    counted.retain(|(name, _)| !taken.contains(name));
    (taken, counted)
}

/// The sources that have a task with a value of each detector.
fn n_sources(tasks: &[TaskFigures<'_>], detectors: &[&str]) -> usize {
    let has_all = |task: &&TaskFigures<'_>| {
        detectors.iter().all(|name| task.values.get(name).is_some_and(Option::is_some))
    };
    let sources = tasks.iter().filter(has_all).map(|task| task.source.as_str());
    sources.collect::<BTreeSet<_>>().len()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A task of its own source for each line, with the detectors named in it.
    fn tasks(lines: &[&'static str]) -> Vec<TaskFigures<'static>> {
        let task = |(at, line): (usize, &&'static str)| TaskFigures {
            task: format!("suite: {at}"),
            source: format!("source {at}"),
            values: line.split(' ').map(|name| (name, Some(at as f64))).collect(),
        };
        lines.iter().enumerate().map(task).collect()
    }

    #[test]
    fn detectors_of_few_sources_do_not_cost_the_table() {
        let tasks = tasks(&["a b c", "a b c", "a b d", "a b d", "a b"]);
        let (taken, others) = largest_table(&tasks, 2);
        assert_eq!(taken, ["a", "b"], "five sources of two detectors, not two of three");
        assert_eq!(others, [("c", 2), ("d", 2)]);
    }

    #[test]
    fn more_detectors_are_worth_a_source() {
        let tasks = tasks(&["a b c", "a b c", "a b c", "a"]);
        assert_eq!(largest_table(&tasks, 2).0, ["a", "b", "c"]);
    }

    #[test]
    fn an_undefined_value_is_a_gap() {
        let mut tasks = tasks(&["a b", "a b", "a b"]);
        tasks[0].values.insert("b", None);
        tasks[1].values.insert("b", None);
        let (taken, others) = largest_table(&tasks, 2);
        assert_eq!((taken, others), (vec!["a"], Vec::new()));
    }

    #[test]
    fn tasks_of_one_source_count_once() {
        let mut tasks = tasks(&["a b", "a b", "a"]);
        tasks[1].source = tasks[0].source.clone();
        assert_eq!(largest_table(&tasks, 2).0, ["a"]);
    }
}
