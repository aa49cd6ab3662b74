//! Interrupted trainings of language models end with the same bits; what does not fit is refused.

use std::ops::ControlFlow;

use oddity_core::{Error, Progress, Seed, Watch};

use super::FittedLanguageModel;
use super::tests::{detector, grammar};
use crate::weights::{Archive, write_archive};

/// Two members, whose schedule and patience act.
const TWO: &str = "members = [[7], [5, 4]]
    embedding = 3
    dropout = 0.2
    training = { epochs = 4, batch_size = 7, learning_rate = 0.05, patience = 2, validation = 0.2,
        schedule = { plateau = { factor = 0.5, patience = 1 } } }";

/// Keeps the checkpoint of one epoch, or goes on from one.
#[derive(Default)]
struct Keeper {
    from: Option<Vec<u8>>,
    of: Option<usize>,
    kept: Option<Vec<u8>>,
    seen: Vec<usize>,
}

impl Watch for Keeper {
    fn resume(&mut self) -> Option<Vec<u8>> {
        self.from.take()
    }

    fn epoch(&mut self, progress: &Progress<'_>) -> ControlFlow<()> {
        self.seen.push(progress.epoch);
        if self.of == Some(progress.epoch) {
            self.kept = Some(progress.checkpoint());
        }
        ControlFlow::Continue(())
    }
}

fn fit(text: &str, seed: u64, watch: &mut Keeper) -> Result<FittedLanguageModel, Error> {
    detector(text).fit_model(&grammar(60, None).samples(), Seed(seed), watch)
}

fn checkpoint(text: &str, epoch: usize) -> Vec<u8> {
    let mut keeper = Keeper { of: Some(epoch), ..Keeper::default() };
    fit(text, 3, &mut keeper).expect("trains");
    keeper.kept.unwrap_or_else(|| panic!("no epoch {epoch} among {:?}", keeper.seen))
}

#[test]
fn a_training_that_goes_on_ends_with_the_same_bits() {
    for precision in ["f32", "bf16"] {
        for best in [true, false] {
            let text = TWO.replace(
                "epochs = 4",
                &format!("epochs = 4, restore_best = {best}, precision = '{precision}'"),
            );
            let mut whole = Keeper::default();
            let fitted = fit(&text, 3, &mut whole).expect("trains").to_bytes();
            assert!(whole.seen.contains(&4), "the second member begins: {:?}", whole.seen);
            for &epoch in &whole.seen {
                let from = Some(checkpoint(&text, epoch));
                let mut on = Keeper { from, ..Keeper::default() };
                let again = fit(&text, 3, &mut on).expect("goes on");
                assert!(on.seen.iter().all(|&seen| epoch < seen), "{epoch}: {:?}", on.seen);
                assert_eq!(again.to_bytes(), fitted, "from epoch {epoch}");
            }
        }
    }
}

fn refusal(text: &str, seed: u64, from: Vec<u8>) -> String {
    let mut watch = Keeper { from: Some(from), ..Keeper::default() };
    match fit(text, seed, &mut watch) {
        Err(Error::Checkpoint { source, .. }) => source.to_string(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_checkpoint_of_another_training_is_refused() {
    let bytes = checkpoint(TWO, 4);
    let differs = |what: &str| format!("the checkpoint is of another training: its {what} differs");
    assert_eq!(refusal(TWO, 4, bytes.clone()), differs("seed"));
    let other = TWO.replace("epochs = 4", "epochs = 5");
    assert_eq!(refusal(&other, 3, bytes.clone()), differs("parameters"));
    let other = detector(TWO).fit_model(
        &grammar(61, None).samples(),
        Seed(3),
        &mut Keeper { from: Some(bytes), ..Keeper::default() },
    );
    let message = other.expect_err("refused").to_string();
    assert!(message.ends_with(&differs("sequences")), "{message}");
}

#[test]
fn a_checkpoint_that_is_damaged_is_refused() {
    let bytes = checkpoint(TWO, 5);
    refusal(TWO, 3, Vec::new());
    for len in (0..bytes.len()).step_by(bytes.len() / 23) {
        refusal(TWO, 3, bytes[..len].to_vec());
        let mut altered = bytes.clone();
        altered[len] ^= 1;
        refusal(TWO, 3, altered);
    }
}

#[test]
fn a_checkpoint_whose_parts_do_not_fit_is_refused() {
    let bytes = checkpoint(TWO, 5);
    let archive = Archive::read(&bytes).expect("an archive");
    let description = archive.text().expect("a text");
    let table: toml::Table = toml::from_str(description).expect("a table");
    let with = |change: &dyn Fn(&mut toml::Table)| {
        let mut table = table.clone();
        change(&mut table);
        refusal(TWO, 3, write_archive(&archive.weights, Some(&table)))
    };
    let no_members = with(&|table| {
        table.insert("members".to_owned(), toml::Value::Array(Vec::new()));
    });
    assert!(no_members.contains("has shape") || no_members.contains("tensor"), "{no_members}");
    let too_many = with(&|table| {
        let history = table["members"][0].clone();
        table.insert("members".to_owned(), toml::Value::Array(vec![history; 2]));
    });
    assert!(too_many.ends_with("members that the parameters do not name"), "{too_many}");
    let late = with(&|table| {
        table["history"]["best"] = toml::Value::Integer(99);
    });
    assert!(late.contains("epochs that the training does not have"), "{late}");
    let mut lacking = archive.weights.below("");
    let mut more = lacking.clone();
    more.insert("other.kernel", &[1], vec![0.0]).expect("new");
    let found = refusal(TWO, 3, write_archive(&more, Some(&table)));
    assert!(found.contains("tensors that are none of the training's"), "{found}");
    lacking = archive.weights.below("weights.");
    refusal(TWO, 3, write_archive(&lacking, Some(&table)));
}
