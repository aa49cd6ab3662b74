//! Tensors as bytes of the format safetensors, with a checked description.
//!
//! The format (<https://huggingface.co/docs/safetensors>) is a header in JSON and the numbers
//! behind it. Its one entry of metadata, `oddity`, is a text in TOML whose first line has the
//! CRC-32C of the rest of the text and of all names, shapes and numbers.

use std::collections::BTreeMap;

use safetensors::Dtype;
use safetensors::tensor::{Metadata, TensorInfo};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::checksum::Crc32c;
use crate::load_error::LoadError;
use crate::weights::{Numbers, Weights};

/// The entry of the metadata that is ours.
const ENTRY: &str = "oddity";
/// What stands before the checksum.
const CHECKSUM: &str = "checksum = ";
/// Bytes of the length at the start.
const LENGTH: usize = 8;

/// Tensors and what is said of them.
pub(crate) struct Archive {
    pub(crate) weights: Weights,
    description: Option<String>,
}

impl Archive {
    /// Reads bytes and checks all that can be checked without knowing the network.
    pub(crate) fn read(bytes: &[u8]) -> Result<Archive, LoadError> {
        let wrong = |what| LoadError::Format { what };
        let (length, rest) =
            bytes.split_first_chunk::<LENGTH>().ok_or(wrong("fewer than 8 bytes"))?;
        let length = usize::try_from(u64::from_le_bytes(*length))
            .ok()
            .filter(|&length| length <= rest.len())
            .ok_or(wrong("the header ends behind the bytes"))?;
        let (header, data) = rest.split_at(length);
        // The crate's type checks that the tensors lie behind each other and that their shapes
        // go with their bytes; the bytes themselves are compared here, without a sum that a
        // broken header could make too large.
        let metadata: Metadata = serde_json::from_slice(header)
            .map_err(|error| LoadError::Header { message: error.to_string() })?;
        if metadata.data_len() != data.len() {
            return Err(wrong("the numbers are more or fewer than the header says"));
        }
        let mut weights = Weights::default();
        for (name, info) in metadata.tensors() {
            let values = numbers(&name, info, data)?;
            weights.tensors.insert(name, Numbers { shape: info.shape.clone(), values });
        }
        let entry = metadata.metadata().as_ref().and_then(|entries| entries.get(ENTRY));
        let description = entry.map(|text| checked(text, &weights)).transpose()?;
        Ok(Archive { weights, description })
    }

    /// What is said of the tensors, if it is of this form.
    pub(crate) fn description<T: DeserializeOwned>(&self, form: u32) -> Result<T, LoadError> {
        parse(self.text()?, form)
    }

    /// The same, as it is written.
    pub(crate) fn text(&self) -> Result<&str, LoadError> {
        let none = || LoadError::Description { message: "there is none".to_owned() };
        self.description.as_deref().ok_or_else(none)
    }
}

/// The form of a description, whatever else is in it.
#[derive(Deserialize)]
struct Form {
    form: u32,
}

/// Reads a description in TOML, if it is of this form. The form is read first: a later one may
/// have what this version does not know.
pub(crate) fn parse<T: DeserializeOwned>(text: &str, wanted: u32) -> Result<T, LoadError> {
    let wrong = |error: toml::de::Error| {
        let message = error.message().to_owned();
        LoadError::Description { message }
    };
    let Form { form: found } = toml::from_str(text).map_err(wrong)?;
    if found != wanted {
        return Err(LoadError::Version { wanted, found });
    }
    toml::from_str(text).map_err(wrong)
}

/// The bytes of tensors and their description.
pub(crate) fn write_archive(weights: &Weights, description: Option<&impl Serialize>) -> Vec<u8> {
    let text = description.map(|description| match toml::to_string(description) {
        Ok(text) => format!("{CHECKSUM}{}\n{text}", checksum(&text, weights)),
        Err(error) => unreachable!("descriptions are tables of plain values: {error}"),
    });
    // One entry alone: the crate writes several in any order.
    let entries = text.map(|text| BTreeMap::from([(ENTRY.to_owned(), text)]));
    let mut at = 0;
    let mut infos = Vec::with_capacity(weights.len());
    let mut data = Vec::new();
    for (name, shape, values) in weights.iter() {
        data.extend(values.iter().flat_map(|value| value.to_le_bytes()));
        let data_offsets = (at, data.len());
        at = data.len();
        infos.push((
            name.to_owned(),
            TensorInfo { dtype: Dtype::F32, shape: shape.to_vec(), data_offsets },
        ));
    }
    let header = Metadata::new(entries.map(|entries| entries.into_iter().collect()), infos)
        .map_err(|error| error.to_string())
        .and_then(|header| serde_json::to_vec(&header).map_err(|error| error.to_string()));
    let mut header = match header {
        Ok(header) => header,
        Err(error) => unreachable!("tensors lie behind each other: {error}"),
    };
    header.resize(header.len().next_multiple_of(LENGTH), b' ');
    [&(header.len() as u64).to_le_bytes(), &*header, &*data].concat()
}

impl Weights {
    /// The tensors as bytes of the format safetensors.
    pub fn to_safetensors(&self) -> Vec<u8> {
        write_archive(self, None::<&()>)
    }

    /// Reads the tensors of safetensors; numbers of the types `F64` and `I64` are rounded. A
    /// description of a network that the bytes hold is checked and left aside.
    ///
    /// # Errors
    ///
    /// [`LoadError::Format`], [`LoadError::Header`], [`LoadError::NumberType`] or
    /// [`LoadError::Checksum`] for bytes that are none, or not as they were written.
    pub fn from_safetensors(bytes: &[u8]) -> Result<Weights, LoadError> {
        Ok(Archive::read(bytes)?.weights)
    }
}

/// The text behind the checksum, if that is right.
fn checked(text: &str, weights: &Weights) -> Result<String, LoadError> {
    let parse = || {
        let (first, rest) = text.split_once('\n')?;
        Some((first.strip_prefix(CHECKSUM)?.parse::<u32>().ok()?, rest))
    };
    let Some((expected, rest)) = parse() else {
        let message = "its first line is no checksum".to_owned();
        return Err(LoadError::Description { message });
    };
    let found = checksum(rest, weights);
    if found != expected {
        return Err(LoadError::Checksum { expected, found });
    }
    Ok(rest.to_owned())
}

/// Over everything that is read; a length before each part keeps the parts apart.
fn checksum(text: &str, weights: &Weights) -> u32 {
    let mut crc = Crc32c::new();
    let number = |crc: &mut Crc32c, n: usize| crc.take(&(n as u64).to_le_bytes());
    let part = |crc: &mut Crc32c, bytes: &[u8]| {
        number(crc, bytes.len());
        crc.take(bytes);
    };
    part(&mut crc, text.as_bytes());
    for (name, shape, values) in weights.iter() {
        part(&mut crc, name.as_bytes());
        shape.iter().for_each(|&size| crc.take(&(size as u64).to_le_bytes()));
        values.iter().for_each(|value| crc.take(&value.to_le_bytes()));
    }
    crc.value()
}

fn numbers(name: &str, info: &TensorInfo, data: &[u8]) -> Result<Vec<f32>, LoadError> {
    let bytes = data
        .get(info.data_offsets.0..info.data_offsets.1)
        .ok_or(LoadError::Format { what: "a tensor ends behind the bytes" })?;
    let wide = bytes.as_chunks::<8>().0.iter();
    Ok(match info.dtype {
        Dtype::F32 => {
            bytes.as_chunks::<4>().0.iter().map(|&value| f32::from_le_bytes(value)).collect()
        }
        Dtype::F64 => wide.map(|&value| f64::from_le_bytes(value) as f32).collect(),
        Dtype::I64 => wide.map(|&value| i64::from_le_bytes(value) as f32).collect(),
        other => {
            let found = format!("{other:?}");
            return Err(LoadError::NumberType { name: name.to_owned(), found });
        }
    })
}
