//! The host: its files and its user, and what they do on a day.

use std::collections::VecDeque;

use oddity_core::Seed;

use super::event::TimelineEvent;
use super::volume::{File, SECOND, Volume};
use super::{activity, intrusion, words};
use crate::generate::dice::Dice;

/// Microseconds in a minute.
pub(super) const MINUTE: i64 = 60 * SECOND;
/// Microseconds in a day.
pub(super) const DAY: i64 = 24 * 60 * MINUTE;
/// The first day, a Monday: 2024-01-08.
const START: i64 = 19_730 * DAY;
/// Documents that the user has at most: older ones are forgotten.
const MAX_DOCUMENTS: usize = 400;
/// Files that the browser keeps in its cache.
const MAX_CACHE: usize = 600;
/// The home of the user.
pub(super) const HOME: &str = "/Users/ann.weber";
/// The day of the first intrusion, counted from 0.
const FIRST_INTRUSION: u64 = 2;

/// The host, between one day and the next.
pub(super) struct Host {
    pub(super) dice: Dice,
    pub(super) volume: Volume,
    pub(super) now: i64,
    /// Programs and libraries of Windows.
    pub(super) system: Vec<File>,
    /// Files that services and Windows itself write: logs, hives, databases.
    pub(super) state: Vec<File>,
    /// A file for each program that was started, with the program's name.
    pub(super) prefetch: Vec<File>,
    pub(super) documents: VecDeque<File>,
    pub(super) cache: VecDeque<File>,
    /// Directories of the user.
    pub(super) folders: Vec<File>,
    pub(super) links: Vec<File>,
    seed: Seed,
    day: u64,
    days_between_intrusions: Option<u64>,
}

impl Host {
    /// The host before the first day; `days_between_intrusions` is none if nobody breaks in.
    pub(super) fn new(seed: u64, days_between_intrusions: Option<u32>) -> Host {
        let seed = Seed(seed);
        let mut volume = Volume::new();
        let system = words::SYSTEM.iter().map(|path| volume.old(path)).collect();
        let state = words::STATE.iter().map(|path| volume.old(path)).collect();
        let prefetch = words::PROGRAMS.iter().map(|name| volume.old(&words::prefetch(name)));
        let prefetch = prefetch.collect();
        let folders = words::FOLDERS.iter().map(|name| format!("{HOME}/{name}"));
        let folders = folders.map(|path| volume.old_directory(&path)).collect();
        let mut host = Host {
            dice: Dice::new(seed.derive(0)),
            volume,
            now: START,
            system,
            state,
            prefetch,
            documents: VecDeque::new(),
            cache: VecDeque::new(),
            folders,
            links: Vec::new(),
            seed,
            day: 0,
            days_between_intrusions: days_between_intrusions.map(u64::from),
        };
        for _ in 0..40 {
            let path = words::document(&mut host.dice);
            let file = host.volume.old(&path);
            host.documents.push_back(file);
        }
        host
    }

    /// What happens on the next day, in time order.
    pub(super) fn next_day(&mut self) -> Vec<TimelineEvent> {
        let start = START + self.day as i64 * DAY;
        self.now = start;
        self.dice = Dice::new(self.seed.derive(1 + self.day));
        let broken_into = self.days_between_intrusions.is_some_and(|days| {
            FIRST_INTRUSION <= self.day && (self.day - FIRST_INTRUSION).is_multiple_of(days)
        });
        let weekend = 5 <= self.day % 7;
        if broken_into || !weekend || self.dice.percent(30) {
            activity::day(self, start, weekend);
        }
        if broken_into {
            self.volume.is_intrusion = true;
            intrusion::intrude(self, start);
            self.volume.is_intrusion = false;
        }
        self.day += 1;
        let mut events = std::mem::take(&mut self.volume.events);
        for event in &mut events {
            event.time = event.time.clamp(start, start + DAY - 1);
        }
        events.sort_by_key(|event| event.time);
        events
    }

    /// Lets from `least` to `most` microseconds go by.
    pub(super) fn wait(&mut self, least: i64, most: i64) {
        let millis = (least / 1_000, most / 1_000);
        let millis = self.dice.between((millis.0 as u32, millis.1 as u32));
        self.now += i64::from(millis) * 1_000 + i64::from(self.dice.below(1_000));
    }

    /// Adds a document, and forgets the oldest if there are many.
    pub(super) fn keep_document(&mut self, file: File) {
        self.documents.push_back(file);
        if MAX_DOCUMENTS < self.documents.len() {
            self.documents.pop_front();
        }
    }

    /// Adds a file to the browser's cache, which deletes its oldest when it is full.
    pub(super) fn keep_cached(&mut self, file: File) {
        self.cache.push_back(file);
        if MAX_CACHE < self.cache.len()
            && let Some(oldest) = self.cache.pop_front()
        {
            self.volume.delete(self.now, &oldest);
        }
    }

    /// One of the documents, the later ones more often.
    pub(super) fn any_document(&mut self) -> usize {
        let n_documents = self.documents.len() as u32;
        let (one, other) = (self.dice.below(n_documents), self.dice.below(n_documents));
        one.max(other) as usize
    }
}
