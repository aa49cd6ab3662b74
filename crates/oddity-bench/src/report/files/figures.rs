//! Every chart of a report, as the page shows it.

use super::Figure;
use super::name::plain;
use crate::report::model::{Comparison, Report, SuitePage};
use crate::report::svg::{box_plot, critical_difference, line_chart, time_scatter, timeline};
use crate::report::{curves, quality_time};

/// The charts in the order of the page.
pub(super) fn figures(report: &Report) -> Vec<Figure> {
    let mut figures = of_comparisons("all", &report.comparisons);
    for suite in &report.suites {
        figures.extend(of_suite(suite));
    }
    figures
}

fn of_suite(suite: &SuitePage) -> Vec<Figure> {
    let figure = |kind: &str, title: &str, svg: String| Figure {
        name: plain(&[&suite.id, kind, title]),
        title: title.to_owned(),
        svg,
    };
    let mut figures: Vec<Figure> = Vec::new();
    for chart in quality_time::charts(suite) {
        figures.push(figure("time", &chart.title, time_scatter(&chart)));
    }
    figures.extend(of_comparisons(&suite.id, &suite.comparisons));
    for plot in &suite.box_plots {
        figures.push(figure("box", &plot.title, box_plot(plot)));
    }
    for chart in curves::charts(&suite.curves) {
        figures.push(figure("curve", &chart.title, line_chart(&chart)));
    }
    for content in &suite.timelines {
        figures.push(figure("scores", &content.title, timeline(content)));
    }
    for chart in &suite.charts {
        figures.push(figure("chart", &chart.title, line_chart(chart)));
    }
    figures
}

fn of_comparisons(suite: &str, comparisons: &[Comparison]) -> Vec<Figure> {
    let drawn = comparisons.iter().filter(|comparison| comparison.refused.is_none());
    let figure = |comparison: &Comparison| Figure {
        name: plain(&[suite, "ranks", &comparison.title]),
        title: comparison.title.clone(),
        svg: critical_difference(comparison),
    };
    drawn.map(figure).collect()
}
