//! Which vector instructions a kernel runs on: found once, chosen at run time.

use std::sync::OnceLock;

use crate::simd::Plain;
#[cfg(target_arch = "x86_64")]
use crate::simd::{Avx2, Avx512, Simd};

/// A set of vector instructions that this machine has.
///
/// Levels differ in the last bits of what they compute: widths change no sum's order, but
/// only some levels round a product and its sum once, and estimates differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Level(pub(crate) Kind);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    #[cfg(target_arch = "x86_64")]
    Avx512(Avx512),
    #[cfg(target_arch = "x86_64")]
    Avx2(Avx2),
    Plain(Plain),
}

impl Level {
    /// The fastest level of this machine.
    pub fn best() -> Level {
        static BEST: OnceLock<Level> = OnceLock::new();
        *BEST.get_or_init(|| Level::all()[0])
    }

    /// The level that every machine has.
    pub fn plain() -> Level {
        Level(Kind::Plain(Plain))
    }

    /// Every level of this machine, the fastest first.
    pub fn all() -> Vec<Level> {
        let mut all = Vec::new();
        #[cfg(target_arch = "x86_64")]
        {
            all.extend(Avx512::detect().map(|proof| Level(Kind::Avx512(proof))));
            all.extend(Avx2::detect().map(|proof| Level(Kind::Avx2(proof))));
        }
        all.push(Level::plain());
        all
    }

    /// What multiplies pairs ([`bf16`](crate::bf16)): `amx` tiles, the instruction `avx512bf16`, or
    /// those for numbers, twice, under the level's name.
    pub fn bf16_name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) if proof.has_tiles() => "amx",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) if proof.has_pairs() => "avx512bf16",
            _ => self.name(),
        }
    }

    /// The same instructions but the tiles for pairs, and without `bf16` any others for them.
    #[cfg(test)]
    pub(crate) fn without_tiles(self, bf16: bool) -> Level {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(proof) => Level(Kind::Avx512(proof.without(!bf16))),
            _ => self,
        }
    }

    /// `avx512`, `avx2` or `plain`.
    pub fn name(self) -> &'static str {
        match self.0 {
            #[cfg(target_arch = "x86_64")]
            Kind::Avx512(_) => "avx512",
            #[cfg(target_arch = "x86_64")]
            Kind::Avx2(_) => "avx2",
            Kind::Plain(_) => "plain",
        }
    }
}

/// Writes functions that compile a body for each level and call the one asked for.
///
/// The body takes the proof of its level first, must be `#[inline(always)]`, and all that it
/// calls too.
macro_rules! dispatch {
    ($(
        $(#[$meta:meta])*
        $vis:vis fn $name:ident($($arg:ident: $ty:ty),* $(,)?) $(-> $ret:ty)? = $body:path;
    )*) => {$(
        $(#[$meta])*
        #[allow(clippy::too_many_arguments)]
        $vis fn $name(level: $crate::Level, $($arg: $ty),*) $(-> $ret)? {
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512dq,avx512vl,avx512bw,avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            fn avx512(proof: $crate::simd::Avx512, $($arg: $ty),*) $(-> $ret)? {
                $body(proof, $($arg),*)
            }
            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            fn avx2(proof: $crate::simd::Avx2, $($arg: $ty),*) $(-> $ret)? {
                $body(proof, $($arg),*)
            }
            match level.0 {
                // SAFETY: the proof exists only where the machine has these instructions.
                #[cfg(target_arch = "x86_64")]
                $crate::level::Kind::Avx512(proof) => unsafe { avx512(proof, $($arg),*) },
                // SAFETY: as above.
                #[cfg(target_arch = "x86_64")]
                $crate::level::Kind::Avx2(proof) => unsafe { avx2(proof, $($arg),*) },
                $crate::level::Kind::Plain(proof) => $body(proof, $($arg),*),
            }
        }
    )*};
}

pub(crate) use dispatch;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_level_is_plain_and_the_first_is_the_best() {
        let all = Level::all();
        assert_eq!(all.last(), Some(&Level::plain()));
        assert_eq!(all[0], Level::best());
    }
}
