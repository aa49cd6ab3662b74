//! throwaway
use oddity_burn::{BurnBackend, Device};
use oddity_core::{Columns, Detector, Frame, Seed, WindowsOwned};
use oddity_neural::{Backend, DenseAutoencoder, LstmAutoencoder, Native};
use std::sync::Arc;
fn read(p: &str) -> Vec<f64> {
    std::fs::read(p)
        .unwrap()
        .chunks_exact(8)
        .map(|b| f64::from_le_bytes(b.try_into().unwrap()))
        .collect()
}
fn auc(s: &[f64], y: &[u8]) -> f64 {
    let mut o: Vec<usize> = (0..s.len()).collect();
    o.sort_by(|&a, &b| s[a].total_cmp(&s[b]));
    let (mut r, mut i) = (0.0, 0);
    let p = y.iter().filter(|&&v| v == 1).count() as f64;
    let n = y.len() as f64 - p;
    while i < o.len() {
        let mut j = i;
        while j < o.len() && s[o[j]] == s[o[i]] {
            j += 1
        }
        let rank = (i + j + 1) as f64 / 2.0;
        for &k in &o[i..j] {
            if y[k] == 1 {
                r += rank
            }
        }
        i = j
    }
    (r - p * (p + 1.0) / 2.0) / (p * n)
}
fn main() {
    let a: Vec<String> = std::env::args().collect();
    let (name, seeds, epochs): (&str, u64, usize) =
        (&a[1], a[2].parse().unwrap(), a[3].parse().unwrap());
    let [tr, te] = ["train", "test"].map(|p| read(&format!("/tmp/real/{name}.{p}")));
    let y = std::fs::read(format!("/tmp/real/{name}.truth")).unwrap();
    let w = if name == "kdd" { 14 } else { te.len() / y.len() };
    let frames = [tr, te].map(|v| Frame::new(v, Columns::numbered("x", w)).unwrap());
    for seed in 0..seeds {
        let mut all: Vec<Vec<f64>> = vec![];
        for b in
            [Arc::new(Native) as Arc<dyn Backend>, Arc::new(BurnBackend::new(Device::Cpu).unwrap())]
        {
            let id = b.id().to_owned();
            let t = std::time::Instant::now();
            let (fitted, s): (_, Vec<f64>) = if name == "kdd" {
                let d = LstmAutoencoder::new(toml::from_str(&format!("encoder = [{{ layer = 'lstm', units = 80, activation = 'selu' }}, {{ layer = 'alpha_dropout', rate = 0.2 }}, {{ layer = 'lstm', units = 50, activation = 'selu' }}, {{ layer = 'lstm', units = 20, activation = 'selu', returns = 'last' }}]\ndecoder = [{{ layer = 'lstm', units = 50, activation = 'selu' }}, {{ layer = 'lstm', units = 80, activation = 'selu' }}]\ntraining = {{ epochs = {epochs}, batch_size = 64, loss = {{ huber = {{ delta = 100.0 }} }}, validation = 0.2, validation_split = 'random' }}\nscore = 'mean_norm'")).unwrap()).unwrap().on(b);
                let win = |f: &Frame| {
                    let n = f.n_rows();
                    WindowsOwned::new(f.clone(), vec![0, n], 10, 10).unwrap()
                };
                let f = d.fit(&win(&frames[0]).samples(), Seed(seed)).unwrap();
                let s = f.score(&win(&frames[1]).samples()).unwrap().into_values();
                (t.elapsed(), s)
            } else {
                let d = DenseAutoencoder::new(toml::from_str(&format!("layers = [{{ layer = 'dense', units = 64, activation = 'relu' }}, {{ layer = 'dense', units = 8, activation = 'relu' }}, {{ layer = 'dense', units = 64, activation = 'relu' }}]\ntraining = {{ epochs = {epochs}, batch_size = 256 }}")).unwrap()).unwrap().on(b);
                let f = d.fit(&frames[0].samples(), Seed(seed)).unwrap();
                let s = f.score(&frames[1].samples()).unwrap().into_values();
                (t.elapsed(), s)
            };
            println!(
                "{name} seed {seed} {id}: auc {:.5} in {:.1} s",
                auc(&s, &y),
                fitted.as_secs_f64()
            );
            all.push(s);
        }
        let off = all[0].iter().zip(&all[1]).map(|(a, b)| (a - b).abs() / a).fold(0.0f64, f64::max);
        println!("  largest relative difference of a score {off:.2e}");
    }
}
