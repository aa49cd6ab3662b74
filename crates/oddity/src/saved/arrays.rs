//! The arrays of a state as safetensors, and back.

use std::collections::BTreeMap;

use oddity_core::{Entry, Numbers, State};
use safetensors::tensor::{Metadata, TensorInfo};
use safetensors::{Dtype, SafeTensors};

/// Bytes of the length at the start.
const LENGTH: usize = 8;

/// The arrays as safetensors, and the texts, which these cannot hold.
pub(super) fn write(state: &State) -> (Vec<u8>, BTreeMap<String, Vec<String>>) {
    let (mut texts, mut arrays) = (BTreeMap::new(), Vec::new());
    for (name, entry) in state.entries() {
        match entry {
            Entry::Texts(all) => {
                texts.insert(name.clone(), all.clone());
            }
            Entry::Array { shape, values } => arrays.push((name, shape, values)),
        }
    }
    // Without gaps, as the format wants; wide numbers first, so that all lie where they may.
    arrays.sort_by_key(|(_, _, values)| std::cmp::Reverse(dtype(values).bitsize()));
    let (mut data, mut infos) = (Vec::new(), Vec::new());
    for (name, shape, values) in arrays {
        let begin = data.len();
        append(&mut data, values);
        let (dtype, data_offsets) = (dtype(values), (begin, data.len()));
        infos.push((name.clone(), TensorInfo { dtype, shape: shape.clone(), data_offsets }));
    }
    let header = Metadata::new(None, infos)
        .map_err(|error| error.to_string())
        .and_then(|header| serde_json::to_vec(&header).map_err(|error| error.to_string()));
    let mut header = match header {
        Ok(header) => header,
        Err(error) => unreachable!("arrays lie behind each other: {error}"),
    };
    header.resize(header.len().next_multiple_of(LENGTH), b' ');
    ([&(header.len() as u64).to_le_bytes(), &*header, &*data].concat(), texts)
}

fn dtype(values: &Numbers) -> Dtype {
    match values {
        Numbers::F64(_) => Dtype::F64,
        Numbers::F32(_) => Dtype::F32,
        Numbers::U64(_) => Dtype::U64,
        Numbers::U8(_) => Dtype::U8,
    }
}

fn append(data: &mut Vec<u8>, values: &Numbers) {
    match values {
        Numbers::F64(values) => data.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Numbers::F32(values) => data.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Numbers::U64(values) => data.extend(values.iter().flat_map(|value| value.to_le_bytes())),
        Numbers::U8(values) => data.extend(values),
    }
}

/// The state of safetensors and texts.
pub(super) fn read(bytes: &[u8], texts: BTreeMap<String, Vec<String>>) -> Result<State, String> {
    let arrays = SafeTensors::deserialize(bytes).map_err(|error| error.to_string())?;
    let mut state = State::new();
    for (name, array) in arrays.iter() {
        let data = array.data();
        let values = match array.dtype() {
            Dtype::F64 => Numbers::F64(numbers(data, f64::from_le_bytes)),
            Dtype::F32 => Numbers::F32(numbers(data, f32::from_le_bytes)),
            Dtype::U64 => Numbers::U64(numbers(data, u64::from_le_bytes)),
            Dtype::U8 => Numbers::U8(data.to_vec()),
            other => return Err(format!("{name:?} has numbers of type {other:?}")),
        };
        // The format's own check is of bytes: a product of sizes may overflow.
        let n = array.shape().iter().try_fold(1usize, |n, &size| n.checked_mul(size));
        if n != Some(values.len()) {
            return Err(format!("{name:?} has {} numbers for its shape", values.len()));
        }
        state.put(name, Entry::Array { shape: array.shape().to_vec(), values });
    }
    for (name, texts) in texts {
        if state.has(&name) {
            return Err(format!("{name:?} is there twice"));
        }
        state.put_texts(&name, texts);
    }
    Ok(state)
}

fn numbers<T, const N: usize>(data: &[u8], of: impl Fn([u8; N]) -> T) -> Vec<T> {
    let (whole, _) = data.as_chunks::<N>();
    whole.iter().map(|bytes| of(*bytes)).collect()
}
