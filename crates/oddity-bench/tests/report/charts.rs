//! Charts of odd values and of many values.

use oddity_bench::report::{
    BoxGroup, BoxPlot, Comparison, LineChart, Series, TimePoint, TimeScatter, Timeline, png, svg,
};
use roxmltree::Document;

#[test]
fn values_that_are_no_numbers_do_not_reach_a_chart() {
    let odd = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, f64::MIN, 1e-320, 0.5];
    let points: Vec<(f64, f64)> = odd.iter().flat_map(|x| odd.iter().map(|y| (*x, *y))).collect();
    let series = vec![Series { points, ..Series::default() }, Series::default()];
    for x_range in [None, Some((0.0, 0.0)), Some((1.0, -1.0)), Some((f64::NAN, 1.0))] {
        let chart =
            svg::line_chart(&LineChart { x_range, series: series.clone(), ..LineChart::default() });
        Document::parse(&chart).unwrap();
        assert!(!chart.contains("NaN") && !chart.contains("inf"), "{chart}");
    }
    let groups = vec![
        BoxGroup { values: odd.to_vec(), published: Some(f64::NAN), ..BoxGroup::default() },
        BoxGroup { values: vec![0.5], ..BoxGroup::default() },
    ];
    let plot = svg::box_plot(&BoxPlot { groups, ..BoxPlot::default() });
    Document::parse(&plot).unwrap();
    assert!(!plot.contains("NaN\"") && !plot.contains("inf\""), "{plot}");
    Document::parse(&svg::box_plot(&BoxPlot::default())).unwrap();
    let scatter = |lower_is_better| TimeScatter {
        points: points_of(&odd),
        lower_is_better,
        ..TimeScatter::default()
    };
    let timeline = Timeline {
        scores: odd.to_vec(),
        attacks: vec![(0, 2), (5, 99), (100, 101)],
        cutoff: Some(f64::NAN),
        ..Timeline::default()
    };
    let comparison = Comparison {
        detectors: vec![String::new(); 9],
        mean_ranks: odd.to_vec(),
        groups: vec![(0, 6), (3, 99)],
        ..Comparison::default()
    };
    for chart in [
        svg::time_scatter(&scatter(false)),
        svg::time_scatter(&scatter(true)),
        svg::timeline(&timeline),
        svg::timeline(&Timeline::default()),
        svg::critical_difference(&comparison),
        svg::critical_difference(&Comparison::default()),
    ] {
        Document::parse(&chart).unwrap();
        assert!(!chart.contains("\"NaN") && !chart.contains("inf\""), "{chart}");
        png::draw(&chart).unwrap();
    }
}

fn points_of(values: &[f64]) -> Vec<TimePoint> {
    let pairs = values.iter().flat_map(|x| values.iter().map(move |y| (*x, *y)));
    pairs.map(|(seconds, value)| TimePoint { name: "x".into(), seconds, value }).collect()
}

#[test]
fn a_curve_of_many_points_is_drawn_with_some_hundred() {
    let points: Vec<(f64, f64)> = (0..200_000)
        .map(|at| f64::from(at) / 199_999.0)
        .map(|x| (x, (x.powf(0.1) + 0.01 * (x * 900.0).sin()).clamp(0.0, 1.0)))
        .collect();
    let series = vec![Series { points, ..Series::default() }];
    let chart = svg::line_chart(&LineChart { series, ..LineChart::default() });
    let document = Document::parse(&chart).unwrap();
    let path = document.descendants().find(|node| node.tag_name().name() == "path").unwrap();
    let n_points = path.attribute("d").unwrap().matches(['M', 'L']).count();
    assert!((100..=400).contains(&n_points), "{n_points}");
}
