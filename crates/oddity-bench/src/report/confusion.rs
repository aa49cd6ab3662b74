//! Confusion matrices as tables, each cell shaded by its share of the row.

use super::markup::Markup;
use super::model::{Confusion, SuitePage};
use super::{number, table};

/// Writes the confusion matrices of a suite.
pub(crate) fn confusions(markup: &mut Markup, suite: &SuitePage) {
    let note = "Rows are the true classes, columns the predicted ones. Shades and percentages are \
                shares of the row.";
    markup.leaf("p", &[("class", &"lead")], note);
    markup.element("div", &[("class", &"cards")], |markup| {
        for matrix in &suite.confusions {
            markup.element("figure", &[("class", &"card")], |markup| confusion(markup, matrix));
        }
    });
}

fn confusion(markup: &mut Markup, matrix: &Confusion) {
    table::caption(markup, &matrix.pipeline, &matrix.split);
    let label = format!("Confusion matrix of {}", matrix.pipeline);
    let attributes: [(&str, &dyn std::fmt::Display); 4] =
        [("class", &"scroll"), ("role", &"region"), ("aria-label", &label), ("tabindex", &0)];
    markup.element("div", &attributes, |markup| {
        markup.element("table", &[("class", &"matrix")], |markup| {
            markup.element("thead", &[], |markup| {
                markup.element("tr", &[], |markup| {
                    markup.leaf("th", &[("scope", &"col"), ("class", &"corner")], "true class");
                    for name in &matrix.names {
                        markup.leaf("th", &[("scope", &"col"), ("class", &"num")], name);
                    }
                    markup.leaf("th", &[("scope", &"col"), ("class", &"num sum")], "sum");
                });
            });
            markup.element("tbody", &[], |markup| {
                for (at, counts) in matrix.counts.iter().enumerate() {
                    let name = matrix.names.get(at).map_or("", String::as_str);
                    markup.element("tr", &[], |markup| matrix_row(markup, name, counts));
                }
            });
        });
    });
}

fn matrix_row(markup: &mut Markup, name: &str, counts: &[u64]) {
    let sum = counts.iter().fold(0_u64, |sum, count| sum.saturating_add(*count));
    table::row_head(markup, name);
    for &count in counts {
        let share = if sum == 0 { 0.0 } else { count as f64 / sum as f64 * 100.0 };
        let style = format!("--share:{share:.1}%");
        markup.element("td", &[("class", &"shade"), ("style", &style)], |markup| {
            markup.text(number::count(count));
            if sum != 0 {
                markup.leaf("small", &[], number::percent(count, sum));
            }
        });
    }
    markup.leaf("td", &[("class", &"num sum")], number::count(sum));
}
