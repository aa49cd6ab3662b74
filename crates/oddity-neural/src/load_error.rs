//! Why saved weights were refused.

/// What is wrong with weights, or with the bytes that should hold them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The bytes do not have the form of the format safetensors.
    #[error("the bytes are no safetensors: {what}")]
    Format {
        /// What is wrong.
        what: &'static str,
    },
    /// The header of safetensors does not describe the bytes behind it.
    #[error("the header of the safetensors is wrong: {message}")]
    Header {
        /// What the parser says.
        message: String,
    },
    /// Numbers of a type that is not read: `F32`, `F64` and `I64` are.
    #[error("tensor {name:?}: found numbers of type {found}, wanted F32, F64 or I64")]
    NumberType {
        /// The tensor.
        name: String,
        /// The type as the format names it.
        found: String,
    },
    /// The checksum differs from that of the content: bytes were altered.
    #[error("the checksum of the content is {found:#010x}, wanted {expected:#010x}")]
    Checksum {
        /// As it was written.
        expected: u32,
        /// Of what was read.
        found: u32,
    },
    /// The safetensors have no description of what they hold, or not one that is known.
    #[error("the description of the tensors is wrong: {message}")]
    Description {
        /// What the parser says.
        message: String,
    },
    /// The description is of a later form than this version reads.
    #[error("the description has form {found}, wanted {wanted}")]
    Version {
        /// The form that is read.
        wanted: u32,
        /// The form that was written.
        found: u32,
    },
    /// A tensor that the network has is not there.
    #[error("found no tensor {name:?}")]
    MissingTensor {
        /// The tensor.
        name: String,
    },
    /// A tensor that the network does not have.
    #[error("the network has no tensor {name:?}")]
    UnknownTensor {
        /// The tensor.
        name: String,
    },
    /// The shape of a tensor is not the network's, or its numbers are not as many as its shape
    /// says.
    #[error("tensor {name:?} has shape {found:?}, wanted {expected:?}")]
    Shape {
        /// The tensor.
        name: String,
        /// Sizes wanted.
        expected: Vec<usize>,
        /// Sizes found; of a tensor with too many or too few numbers, how many those are.
        found: Vec<usize>,
    },
    /// A weight is NaN or infinite.
    #[error("tensor {name:?}: number {index} is {value}, wanted a finite one")]
    NotFinite {
        /// The tensor.
        name: String,
        /// Its place in the tensor, in row-major order.
        index: usize,
        /// The number.
        value: f32,
    },
    /// A variance below 0.
    #[error("tensor {name:?}: variance {index} is {value}, wanted at least 0")]
    Variance {
        /// The tensor.
        name: String,
        /// Its channel.
        index: usize,
        /// The variance.
        value: f32,
    },
    /// Names of layers that do not go with the network's layers that have tensors.
    #[error("found {found} names of layers, wanted one for each of {expected} layers")]
    LayerNames {
        /// Layers of the network that have tensors.
        expected: usize,
        /// Names found.
        found: usize,
    },
    /// What the network makes is not what its use asks for, or the use is missing.
    #[error("the saved network does not fit its use: wanted {wanted}")]
    Use {
        /// What it should be.
        wanted: &'static str,
    },
    /// A checkpoint of another training than the one that should go on.
    #[error("the checkpoint is of another training: its {what} differs")]
    OtherTraining {
        /// What differs.
        what: &'static str,
    },
    /// The network itself is refused.
    #[error(transparent)]
    Network(#[from] oddity_core::Error),
}
