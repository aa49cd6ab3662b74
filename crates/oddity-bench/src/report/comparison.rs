//! Comparisons over datasets: a critical-difference diagram with its table.

use super::markup::Markup;
use super::model::{Comparison, SuitePage};
use super::number;
use super::svg::critical_difference;
use super::table::{self, Column};

/// The most detectors of which the matrix of pairs is shown; of more, the tables beside the page
/// have it.
const MOST_IN_MATRIX: usize = 10;

/// Writes the comparisons of a suite.
pub(crate) fn of_suite(markup: &mut Markup, suite: &SuitePage) {
    comparisons(markup, &suite.comparisons);
}

/// Writes comparisons, each with its diagram, or with the reason why there is none.
pub(crate) fn comparisons(markup: &mut Markup, comparisons: &[Comparison]) {
    for comparison in comparisons {
        markup.leaf("h4", &[], &comparison.title);
        if let Some(reason) = &comparison.refused {
            markup.leaf("p", &[("class", &"lead")], format_args!("Not drawn: {reason}."));
            continue;
        }
        if !comparison.note.is_empty() {
            markup.leaf("p", &[("class", &"lead")], &comparison.note);
        }
        markup.element("figure", &[("class", &"card chart wide")], |markup| {
            markup.verbatim(&critical_difference(comparison));
        });
        left_out(markup, comparison);
        ranks(markup, comparison);
    }
}

fn left_out(markup: &mut Markup, comparison: &Comparison) {
    if comparison.left_out.is_empty() {
        return;
    }
    markup.element("details", &[], |markup| {
        let n = super::overview::counted(comparison.left_out.len(), "dataset", "datasets");
        markup.leaf("summary", &[], format_args!("{n} left out"));
        markup.element("ul", &[], |markup| {
            for (dataset, why) in &comparison.left_out {
                markup.leaf("li", &[], format_args!("{dataset}: {why}"));
            }
        });
    });
}

/// The letters of the groups that a detector is in: those that share a letter are not told apart.
pub(crate) fn letters(comparison: &Comparison, place: usize) -> String {
    let groups = comparison.groups.iter().enumerate();
    let own = groups.filter(|(_, (first, last))| (*first..=*last).contains(&place));
    let letter = |at: usize| match u8::try_from(at) {
        Ok(at) if at < 26 => char::from(b'a' + at).to_string(),
        _ => format!("({})", at + 1),
    };
    own.map(|(at, _)| letter(at)).collect::<Vec<_>>().join(" ")
}

fn ranks(markup: &mut Markup, comparison: &Comparison) {
    let n = comparison.detectors.len();
    let pairs = n <= MOST_IN_MATRIX && comparison.adjusted_p_values.len() == n;
    let mut columns = vec![
        Column::number("place").sorted(),
        Column::text("detector"),
        Column::number("mean rank"),
        Column::text("not told apart"),
    ];
    if pairs {
        let names = comparison.detectors.iter();
        columns.extend(names.map(|name| Column::number(format!("p, {name}"))));
    }
    table::ranking(markup, &comparison.title, &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for (place, name) in comparison.detectors.iter().enumerate() {
                markup.element("tr", &[], |markup| {
                    table::count(markup, place as u64 + 1);
                    table::row_head(markup, name);
                    let rank = comparison.mean_ranks.get(place).copied().unwrap_or(f64::NAN);
                    table::number(markup, rank, &format!("{rank:.3}"));
                    table::text(markup, &letters(comparison, place));
                    for other in 0..if pairs { n } else { 0 } {
                        let p = comparison.adjusted_p_values[place].get(other).copied();
                        match p.filter(|_| other != place) {
                            Some(p) => table::number(markup, p, &number::p_value(p)),
                            None => table::empty(markup),
                        }
                    }
                });
            }
        });
    });
}

#[cfg(test)]
mod tests {
    use super::letters;
    use crate::report::model::Comparison;

    #[test]
    fn a_shared_letter_is_a_shared_bar() {
        let groups = vec![(0, 2), (1, 3)];
        let comparison = Comparison { groups, ..Comparison::default() };
        let found: Vec<String> = (0..5).map(|place| letters(&comparison, place)).collect();
        assert_eq!(found, ["a", "a b", "a b", "b", ""]);
    }
}
