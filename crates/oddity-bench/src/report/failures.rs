//! The cells that gave no scores, with the reason.

use super::markup::Markup;
use super::model::SuitePage;
use super::table::{self, Column};

/// Writes the failures of a suite.
pub(crate) fn failures(markup: &mut Markup, suite: &SuitePage) {
    let columns = [Column::text("cell"), Column::text("status"), Column::text("reason")];
    table::table(markup, "Cells without scores", &columns, |markup| {
        markup.element("tbody", &[], |markup| {
            for failure in &suite.failures {
                markup.element("tr", &[], |markup| {
                    table::row_head(markup, &failure.cell);
                    table::status(markup, &[], failure.status, true, None);
                    markup.leaf("td", &[("class", &"wrap")], &failure.reason);
                });
            }
        });
    });
}
